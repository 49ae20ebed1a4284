import { MAX_CLOCK_SKEW_S, MAX_SIGNATURE_LIFETIME_S } from '../limits.ts';
import { REQUEST_TAG } from '../wire-names.ts';
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
 * The signed upgrade request. Covered, in this order: `@method`, `@authority`, `@path`, `sec-websocket-key`,
 * `sec-websocket-protocol`, then every `rlm-*` header by name.
 * @see docs/wire.md [UP1]; RFC 9421 section 3.1
 */
export interface UpgradeRequest {
  readonly method: string;
  /** As in the `Host` header, lower case. */
  readonly authority: string;
  readonly path: string;
  readonly headers: HeaderMap;
}

function coveredComponents(request: UpgradeRequest): readonly Component[] | null {
  const key = request.headers.get('sec-websocket-key');
  const protocol = request.headers.get('sec-websocket-protocol');
  if (key === undefined || protocol === undefined) return null;
  return [
    component('@method', request.method),
    component('@authority', request.authority),
    component('@path', request.path),
    component('sec-websocket-key', key),
    component('sec-websocket-protocol', protocol),
    ...rlmHeaderNames(request.headers).map((name) => component(name, request.headers.get(name) ?? '')),
  ];
}

/**
 * @param sign 64 bytes of Ed25519 over the given bytes
 * @throws `TypeError` where a WebSocket header is missing: our own mistake
 */
export function signUpgrade(
  request: UpgradeRequest,
  own: { readonly keyId: string; readonly nonce: string; readonly nowS: number },
  sign: (message: Uint8Array) => Uint8Array,
): SignatureHeaders {
  const components = coveredComponents(request);
  if (components === null) throw new TypeError('an upgrade needs its WebSocket headers before it is signed');
  const params: SignatureParams = {
    created: own.nowS,
    expires: own.nowS + MAX_SIGNATURE_LIFETIME_S,
    nonce: own.nonce,
    keyid: own.keyId,
    tag: REQUEST_TAG,
  };
  return formatSignatureHeaders(components, params, sign(signatureBase(components, params)));
}

/** A request whose form is right; whether the signature holds is for {@link UnverifiedUpgrade.verify}. */
export interface UnverifiedUpgrade {
  readonly params: SignatureParams;
  /** @param verify Ed25519 verification under the key that `params.keyid` names */
  verify(verify: (message: Uint8Array, signature: Uint8Array) => boolean): boolean;
}

/** @returns `null` where anything is missing, doubled, out of order or of another form */
export function parseUpgrade(request: UpgradeRequest): UnverifiedUpgrade | null {
  const unverified = parseSignatureHeaders(
    request.headers.get('signature-input') ?? '',
    request.headers.get('signature') ?? '',
  );
  const components = coveredComponents(request);
  if (unverified === null || components === null) return null;
  const { params, signature, paramsText } = unverified;
  // The covered list must be, to the letter, the one we would have written ourselves.
  if (params.tag !== REQUEST_TAG || paramsText !== serialiseParams(components, params)) return null;
  return { params, verify: (verify) => verify(signatureBase(components, params), signature) };
}

/** Whether a signature's time fits this clock: neither stale, nor from the future, nor valid for too long. */
export function isTimely(params: SignatureParams, nowS: number): boolean {
  const lifetime = params.expires - params.created;
  return (
    lifetime > 0 &&
    lifetime <= MAX_SIGNATURE_LIFETIME_S &&
    params.created <= nowS + MAX_CLOCK_SKEW_S &&
    params.expires >= nowS - MAX_CLOCK_SKEW_S
  );
}
