import nacl from 'tweetnacl';
import type { Secret } from './secret.ts';

/** An Ed25519 key pair on the IDE host, made and used by `tweetnacl`. The seed never leaves this object. */
export interface Signer {
  /** 32 raw bytes. */
  readonly publicKey: Uint8Array;
  /** @returns 64 bytes, detached */
  sign(message: Uint8Array): Uint8Array;
}

/** @param seed 32 bytes */
export function signerFromSeed(seed: Secret<Uint8Array>): Signer {
  const pair = nacl.sign.keyPair.fromSeed(seed.unwrap());
  return { publicKey: pair.publicKey, sign: (message) => nacl.sign.detached(message, pair.secretKey) };
}
