import type { IncomingMessage } from 'node:http';
import { CREDENTIAL_EXPRESSION } from '../../shared/keys/api-key.ts';
import { type HeaderMap, headerMapFromRaw } from '../../shared/signatures/header-map.ts';
import type { UpgradeRequest } from '../../shared/signatures/upgrade-request.ts';
import { BRIDGE_PATH, type Refusal, SUBPROTOCOL } from '../../shared/wire-names.ts';

/** An upgrade request whose form is as it must be, or why not. Nothing is authenticated yet. */
export type UpgradeForm =
  | { readonly kind: 'fit'; readonly request: UpgradeRequest }
  | {
      readonly kind: 'unfit';
      readonly refusal: Refusal;
      /** Of a key that was sent along, and is to be revoked: its id, where it has one. */
      readonly exposedKeyId: string | null;
    };

const MAX_HEADERS = 40;
const MAX_HEADER_CHARS = 8_192;
const WEBSOCKET_KEY = /^[A-Za-z0-9+/]{22}==$/;
const WEBSOCKET_VERSION = '13';
const KEY_ID_OF_CREDENTIAL = /^rlm[kb]_([0-9A-Za-z]{12})_/;

const unfit = (refusal: Refusal, exposedKeyId: string | null = null): UpgradeForm => ({
  kind: 'unfit',
  refusal,
  exposedKeyId,
});

/**
 * Looks at method, path, headers and sizes before anything costs time. Reads `rawHeaders`, since Node lets a
 * second `Host` or `Authorization` pass unseen; refuses any `Origin`, since no browser has business here.
 */
export function checkUpgradeForm(message: IncomingMessage, authorities: ReadonlySet<string>): UpgradeForm {
  const credential = credentialIn(message);
  if (credential !== null) {
    return unfit('key_exposed', KEY_ID_OF_CREDENTIAL.exec(credential)?.[1] ?? null);
  }
  const headers = headerMapFromRaw(message.rawHeaders);
  if (message.method !== 'GET' || message.url !== BRIDGE_PATH) return unfit('bad_request');
  if (headers === null || headers.size > MAX_HEADERS || headerChars(headers) > MAX_HEADER_CHARS) {
    return unfit('bad_request');
  }
  if (headers.has('origin') || headers.has('content-length') || headers.has('transfer-encoding')) {
    return unfit('bad_request');
  }
  if (headers.get('sec-websocket-protocol') !== SUBPROTOCOL) return unfit('wrong_protocol');
  if (!WEBSOCKET_KEY.test(headers.get('sec-websocket-key') ?? '')) return unfit('bad_request');
  // What ws would refuse by itself, it would refuse without our signature.
  if (headers.get('upgrade')?.toLowerCase() !== 'websocket') return unfit('bad_request');
  if (headers.get('sec-websocket-version') !== WEBSOCKET_VERSION) return unfit('bad_request');
  const authority = (headers.get('host') ?? '').toLowerCase();
  if (!authorities.has(authority)) return unfit('bad_request');
  return { kind: 'fit', request: { method: 'GET', authority, path: BRIDGE_PATH, headers } };
}

/** An API key is never sent: one that comes, in the URL or a header, has been seen by whatever stood between. */
function credentialIn(message: IncomingMessage): string | null {
  for (const text of [message.url ?? '', ...message.rawHeaders]) {
    const found = text.match(CREDENTIAL_EXPRESSION)?.[0];
    if (found !== undefined) return found;
  }
  return null;
}

const headerChars = (headers: HeaderMap): number =>
  [...headers].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
