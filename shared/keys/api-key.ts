import { randomBytes, randomInt } from 'node:crypto';
import nacl from 'tweetnacl';
import { base62Width, decodeBase62, encodeBase62 } from './base62.ts';
import { CHECKSUM_WIDTH, checksum, withoutChecksum } from './crc32.ts';
import { SEED_BYTES } from './ed25519.ts';
import { Secret } from './secret.ts';

/**
 * `rlmk_<key id>_<32-byte Ed25519 seed, base62><CRC-32, base62>`: a bridge's API key. It signs and is never
 * sent; the gateway keeps the public key alone.
 *
 * | part | characters |
 * |---|---|
 * | `rlmk_` | 5 |
 * | key id | 12, base62 |
 * | `_` | 1 |
 * | seed | 43, base62 |
 * | checksum over everything before it | 6, base62 |
 */
export interface ApiKey {
  readonly id: string;
  readonly seed: Secret<Uint8Array>;
}

export const API_KEY_PREFIX = 'rlmk_';
export const KEY_ID_WIDTH = 12;
const SEED_WIDTH = base62Width(SEED_BYTES);
const BASE62 = '[0-9A-Za-z]';
const SHAPE = new RegExp(
  `^${API_KEY_PREFIX}(${BASE62}{${KEY_ID_WIDTH}})_(${BASE62}{${SEED_WIDTH}})${BASE62}{${CHECKSUM_WIDTH}}$`,
);

/** Finds any credential of ours in a text: API keys, bearers and invitations. Published for secret scanners. */
export const CREDENTIAL_EXPRESSION = /rlm[kbi]_[0-9A-Za-z_]{20,}/g;

const KEY_ID = new RegExp(`^${BASE62}{${KEY_ID_WIDTH}}$`);
export const isKeyId = (text: string): boolean => KEY_ID.test(text);

/** A fresh id: 71 bits, public, never reused. */
export function newKeyId(): string {
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return Array.from({ length: KEY_ID_WIDTH }, () => letters.charAt(randomInt(letters.length))).join('');
}

/** A fresh key pair for `id`; the public key goes to the gateway, the rest nowhere. */
export function newApiKey(id: string): { readonly key: ApiKey; readonly publicKey: Uint8Array } {
  const seed = randomBytes(SEED_BYTES);
  const { publicKey } = nacl.sign.keyPair.fromSeed(seed);
  return { key: { id, seed: new Secret<Uint8Array>(seed) }, publicKey };
}

/** The key as text, to be shown once or put into a keychain. */
export function formatApiKey(key: ApiKey): Secret<string> {
  const body = `${API_KEY_PREFIX}${key.id}_${encodeBase62(key.seed.unwrap())}`;
  return new Secret(body + checksum(body));
}

/** @returns `null` where it is not an API key of ours, or mistyped, or cut short */
export function parseApiKey(text: string): ApiKey | null {
  const match = SHAPE.exec(text);
  const [id, seedText] = [match?.[1], match?.[2]];
  if (id === undefined || seedText === undefined || withoutChecksum(text) === null) return null;
  const seed = decodeBase62(seedText, SEED_BYTES);
  return seed === null ? null : { id, seed: new Secret(seed) };
}
