import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/**
 * Ed25519 (RFC 8032) by `node:crypto`, on raw 32-byte keys: what a gateway signs or verifies per request, and
 * what a bridge verifies. `tweetnacl` makes keys and signs in the bridge (see nacl-signer.ts): same keys, same
 * bytes, but its verification is 40 times slower and accepts malleable signatures.
 */
export const PUBLIC_KEY_BYTES = 32;
export const SEED_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** DER wrappings of a raw key (RFC 8410): PKCS#8 for the seed, SPKI for the public key. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** @throws `TypeError` where the seed is not 32 bytes */
export function privateKeyFromSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== SEED_BYTES) throw new TypeError(`an Ed25519 seed has 32 bytes, not ${seed.length}`);
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

export function publicKeyOf(privateKey: KeyObject): Uint8Array {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(SPKI_PREFIX.length));
}

/** @returns `null` where the bytes cannot be a key */
export function publicKeyFromRaw(raw: Uint8Array): KeyObject | null {
  if (raw.length !== PUBLIC_KEY_BYTES || isSmallOrder(raw)) return null;
  try {
    return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

export const signEd25519 = (privateKey: KeyObject, message: Uint8Array): Uint8Array =>
  sign(null, message, privateKey);

export const verifyEd25519 = (publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean =>
  signature.length === SIGNATURE_BYTES && verify(null, message, publicKey, signature);

/**
 * Points of order 1, 2, 4 and 8, in every encoding: under such a "public key" anyone can make a signature that
 * verifies, so none may ever be registered. @see RFC 8032 section 5.1.7; "Taming the many EdDSAs" table 1
 */
const SMALL_ORDER = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
]);

export const isSmallOrder = (publicKey: Uint8Array): boolean =>
  SMALL_ORDER.has(Buffer.from(publicKey).toString('hex'));

/**
 * `SHA256:…` of a public key, computed over the same bytes as OpenSSH's, so `ssh-keygen -l` prints the same.
 * @see RFC 4253 section 6.6, RFC 8709
 */
export function fingerprint(publicKey: Uint8Array): string {
  const name = Buffer.from('ssh-ed25519');
  const blob = Buffer.concat([lengthPrefix(name), name, lengthPrefix(publicKey), publicKey]);
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function lengthPrefix(bytes: Uint8Array): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(bytes.length);
  return prefix;
}

const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/;
export const isFingerprint = (text: string): boolean => FINGERPRINT.test(text);
