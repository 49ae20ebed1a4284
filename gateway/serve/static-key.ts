import { RlmError } from '../../shared/errors/rlm-error.ts';
import { privateKeyFromSeed, publicKeyFromRaw, publicKeyOf } from '../../shared/keys/ed25519.ts';
import { apiKeyFromStatic, MIN_STATIC_KEY_CHARS, STATIC_KEY_ID } from '../../shared/keys/static-key.ts';
import type { KeyRecord } from '../access/key-record.ts';

/** The key that both hosts have in `RLM_GATEWAY_API_KEY`; kept in no store. @throws `SETTINGS_INVALID` */
export function staticKeyRecord(text: string | undefined): KeyRecord | null {
  if (text === undefined || text === '') return null;
  const key = apiKeyFromStatic(text);
  const publicKey =
    key === null ? null : publicKeyFromRaw(publicKeyOf(privateKeyFromSeed(key.seed.unwrap())));
  if (publicKey === null) {
    throw new RlmError(
      'SETTINGS_INVALID',
      `RLM_GATEWAY_API_KEY must be ${MIN_STATIC_KEY_CHARS} characters or more, without spaces.`,
    );
  }
  return {
    principal: { keyId: STATIC_KEY_ID, name: 'static key', isAdmin: false, tools: null, repos: null },
    publicKey,
    createdAt: 0,
    expiresAt: null,
    revokedAt: null,
  };
}
