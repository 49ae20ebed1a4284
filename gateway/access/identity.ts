import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { fingerprint, publicKeyOf, signEd25519 } from '../../shared/keys/ed25519.ts';

/** The gateway's long-lived identity: bridges pin its fingerprint, and it signs every answer to an upgrade. */
export interface GatewayIdentity {
  /** `SHA256:…`, as OpenSSH prints it. */
  readonly fingerprint: string;
  /** 32 raw bytes. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export function identityFromKey(privateKey: KeyObject): GatewayIdentity {
  const publicKey = publicKeyOf(privateKey);
  return {
    fingerprint: fingerprint(publicKey),
    publicKey,
    sign: (message) => signEd25519(privateKey, message),
  };
}

/** Makes a new identity in `file` (PKCS#8 PEM, mode 0600). @throws where the file exists already */
export async function createIdentity(file: string): Promise<GatewayIdentity> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  return identityFromKey(privateKey);
}

/** @throws `SETTINGS_INVALID` where there is no identity, or others on this host could read it */
export async function loadIdentity(file: string): Promise<GatewayIdentity> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new RlmError('SETTINGS_INVALID', 'The gateway has no identity key. Run: rlm-gateway init', {
      cause,
    });
  });
  try {
    const { mode } = await handle.stat();
    if ((mode & 0o077) !== 0) {
      throw new RlmError('SETTINGS_INVALID', 'The identity key can be read by others. Run: chmod 600 on it');
    }
    return identityFromKey(createPrivateKey(await handle.readFile()));
  } finally {
    await handle.close();
  }
}
