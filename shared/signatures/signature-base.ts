import {
  type InnerList,
  type Item,
  type Parameters,
  parseDictionary,
  serializeInnerList,
  serializeItem,
} from 'structured-headers';
import { SIGNATURE_LABEL } from '../wire-names.ts';

/**
 * HTTP Message Signatures (RFC 9421), the strict subset that both ends speak: one signature, labelled `rlm`,
 * `ed25519` only, a covered list that is exactly what the rules ask for, every parameter present once.
 * Leniency here is how signatures get bypassed, so whatever is not as this file would have written it is refused.
 */

/** One covered component: its identifier as it stands in the list, and its value in this message. */
export interface Component {
  readonly name: string;
  /** Parameters of the identifier: `req`, and `key` for a dictionary member. */
  readonly params: ReadonlyMap<string, string | true>;
  readonly value: string;
}

export interface SignatureParams {
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly expires: number;
  readonly nonce: string;
  readonly keyid: string;
  readonly tag: string;
}

export const component = (
  name: string,
  value: string,
  params: [string, string | true][] = [],
): Component => ({
  name,
  params: new Map(params),
  value,
});

function coveredList(components: readonly Component[], params: SignatureParams): InnerList {
  const items = components.map(({ name, params: own }): Item => [name, new Map(own) as Parameters]);
  const parameters: Parameters = new Map<string, string | number>([
    ['created', params.created],
    ['expires', params.expires],
    ['nonce', params.nonce],
    ['keyid', params.keyid],
    ['alg', 'ed25519'],
    ['tag', params.tag],
  ]);
  return [items, parameters];
}

/** The value of our member in `Signature-Input`, without the label. */
export const serialiseParams = (components: readonly Component[], params: SignatureParams): string =>
  serializeInnerList(coveredList(components, params));

/** The bytes that are signed. @see RFC 9421 section 2.5 */
export function signatureBase(components: readonly Component[], params: SignatureParams): Buffer {
  const lines = components.map(({ name, params: own, value }) => {
    const identifier = serializeItem([name, new Map(own) as Parameters]);
    return `${identifier}: ${value}`;
  });
  lines.push(`"@signature-params": ${serialiseParams(components, params)}`);
  return Buffer.from(lines.join('\n'), 'latin1');
}

export interface SignatureHeaders {
  readonly 'signature-input': string;
  readonly signature: string;
}

export function formatSignatureHeaders(
  components: readonly Component[],
  params: SignatureParams,
  signature: Uint8Array,
): SignatureHeaders {
  return {
    'signature-input': `${SIGNATURE_LABEL}=${serialiseParams(components, params)}`,
    signature: `${SIGNATURE_LABEL}=${formatSignatureValue(signature)}`,
  };
}

/** A byte sequence of structured fields: `:base64:`. */
export const formatSignatureValue = (signature: Uint8Array): string =>
  `:${Buffer.from(signature).toString('base64')}:`;

export interface UnverifiedSignature {
  readonly params: SignatureParams;
  readonly signature: Uint8Array;
  /** Our member of `Signature-Input`, as received. */
  readonly paramsText: string;
}

const SIGNATURE_VALUE = new RegExp(`^${SIGNATURE_LABEL}=:([A-Za-z0-9+/]{86}==):$`);
const NONCE = /^[A-Za-z0-9_-]{22,44}$/;
const KEYID = /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/;
const MAX_HEADER_CHARS = 2048;

/** Reads the two headers; `null` on anything unexpected. Says nothing yet about what is covered. */
export function parseSignatureHeaders(input: string, signature: string): UnverifiedSignature | null {
  const value = SIGNATURE_VALUE.exec(signature)?.[1];
  if (value === undefined || input.length > MAX_HEADER_CHARS) return null;
  const bytes = Buffer.from(value, 'base64');
  const params = parseParams(input);
  if (params === null || bytes.toString('base64') !== value) return null;
  return { params, signature: new Uint8Array(bytes), paramsText: input.slice(SIGNATURE_LABEL.length + 1) };
}

function parseParams(input: string): SignatureParams | null {
  let parameters: Parameters | undefined;
  try {
    const dictionary = parseDictionary(input);
    if (dictionary.size !== 1) return null;
    parameters = dictionary.get(SIGNATURE_LABEL)?.[1];
  } catch {
    return null;
  }
  if (parameters?.size !== 6 || parameters.get('alg') !== 'ed25519') return null;
  const [created, expires] = [parameters.get('created'), parameters.get('expires')];
  const [nonce, keyid, tag] = [parameters.get('nonce'), parameters.get('keyid'), parameters.get('tag')];
  if (!isTime(created) || !isTime(expires)) return null;
  if (typeof nonce !== 'string' || !NONCE.test(nonce)) return null;
  if (typeof keyid !== 'string' || !KEYID.test(keyid) || typeof tag !== 'string') return null;
  return { created, expires, nonce, keyid, tag };
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;
