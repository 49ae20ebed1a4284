import { hkdfSync } from 'node:crypto';
import type { ApiKey } from './api-key.ts';
import { SEED_BYTES } from './ed25519.ts';
import { Secret } from './secret.ts';

/**
 * The static key: any string of 32 characters or more in `RLM_GATEWAY_API_KEY` on both hosts, the Python
 * gateway's way. Both ends derive the same signing seed from it (HKDF-SHA256, RFC 5869), so it is not sent.
 */
export const STATIC_KEY_ID = 'static';
export const MIN_STATIC_KEY_CHARS = 32;

export function apiKeyFromStatic(text: string): ApiKey | null {
  if (text.length < MIN_STATIC_KEY_CHARS || /\s/.test(text)) return null;
  const seed = hkdfSync('sha256', text, 'rlm-gateway', 'rlm static key, signing seed, v1', SEED_BYTES);
  return { id: STATIC_KEY_ID, seed: new Secret(new Uint8Array(seed)) };
}
