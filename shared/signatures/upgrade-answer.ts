import { MAX_SIGNATURE_LIFETIME_S } from '../limits.ts';
import { ANSWER_TAG, SIGNATURE_LABEL } from '../wire-names.ts';
import type { HeaderMap } from './header-map.ts';
import { rlmHeaderNames } from './header-map.ts';
import {
  type Component,
  component,
  formatSignatureHeaders,
  parseSignatureHeaders,
  type SignatureHeaders,
  type SignatureParams,
  serialiseParams,
  signatureBase,
} from './signature-base.ts';

/**
 * The gateway's signed answer to an upgrade, `101` and refusals alike, so that nobody between the two can forge
 * "revoked". Covered: `@status`; for a `101` also `sec-websocket-accept`; the request's `sec-websocket-key` and,
 * where it has one of the right form, its signature (both `;req`), which ties the answer to this one request;
 * then every `rlm-*` header of the answer.
 * @see docs/wire.md [UP2]; RFC 9421 section 2.4
 */
export interface UpgradeAnswer {
  readonly status: number;
  readonly headers: HeaderMap;
}

/** What of the request an answer is bound to. */
export interface RequestTies {
  readonly webSocketKey: string;
  /** The whole `Signature` header, `rlm=:…:`. */
  readonly signature: string | undefined;
}

const MEMBER = new RegExp(`^${SIGNATURE_LABEL}=(:[A-Za-z0-9+/]{86}==:)$`);

function coveredComponents(answer: UpgradeAnswer, ties: RequestTies): readonly Component[] | null {
  const components = [component('@status', String(answer.status))];
  if (answer.status === 101) {
    const accept = answer.headers.get('sec-websocket-accept');
    if (accept === undefined) return null;
    components.push(component('sec-websocket-accept', accept));
  }
  components.push(component('sec-websocket-key', ties.webSocketKey, [['req', true]]));
  const member = MEMBER.exec(ties.signature ?? '')?.[1];
  if (member !== undefined) {
    const ofRequest: [string, string | true][] = [
      ['req', true],
      ['key', SIGNATURE_LABEL],
    ];
    components.push(component('signature', member, ofRequest));
  }
  for (const name of rlmHeaderNames(answer.headers)) {
    components.push(component(name, answer.headers.get(name) ?? ''));
  }
  return components;
}

export function signAnswer(
  answer: UpgradeAnswer,
  ties: RequestTies,
  own: { readonly keyId: string; readonly nonce: string; readonly nowS: number },
  sign: (message: Uint8Array) => Uint8Array,
): SignatureHeaders {
  const components = coveredComponents(answer, ties);
  if (components === null) throw new TypeError('a 101 needs its sec-websocket-accept before it is signed');
  const params: SignatureParams = {
    created: own.nowS,
    expires: own.nowS + MAX_SIGNATURE_LIFETIME_S,
    nonce: own.nonce,
    keyid: own.keyId,
    tag: ANSWER_TAG,
  };
  return formatSignatureHeaders(components, params, sign(signatureBase(components, params)));
}

/**
 * Whether the answer was signed for this very request by the key that `verify` stands for. The clock is not
 * asked: the random `sec-websocket-key` makes the answer fresh, and a laptop's clock may be wrong.
 */
export function verifyAnswer(
  answer: UpgradeAnswer,
  ties: RequestTies,
  verify: (message: Uint8Array, signature: Uint8Array) => boolean,
): boolean {
  const unverified = parseSignatureHeaders(
    answer.headers.get('signature-input') ?? '',
    answer.headers.get('signature') ?? '',
  );
  const components = coveredComponents(answer, ties);
  if (unverified === null || components === null) return false;
  const { params, signature, paramsText } = unverified;
  if (params.tag !== ANSWER_TAG || paramsText !== serialiseParams(components, params)) return false;
  return verify(signatureBase(components, params), signature);
}
