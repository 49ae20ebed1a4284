import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isKeyId } from '../../shared/keys/api-key.ts';
import { verifyEd25519 } from '../../shared/keys/ed25519.ts';
import { STATIC_KEY_ID } from '../../shared/keys/static-key.ts';
import { MAX_CLOCK_SKEW_S } from '../../shared/limits.ts';
import { isTimely, parseUpgrade, type UpgradeRequest } from '../../shared/signatures/upgrade-request.ts';
import { HEADER, type Refusal } from '../../shared/wire-names.ts';
import type { KeyRecord } from './key-record.ts';
import { keyState } from './key-record.ts';
import type { KeyRegistry } from './key-registry.ts';
import type { NonceMemory } from './nonce-memory.ts';
import type { Principal } from './principal.ts';

/** What an upgrade proved, or why it is refused. `keyId` is a claim, for the log only. */
export type UpgradeVerdict =
  | {
      readonly kind: 'accepted';
      readonly principal: Principal;
      readonly instance: string;
      readonly repo: string | null;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly claimedKeyId: string | null };

const INSTANCE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const REPO = /^[A-Za-z0-9._-]{1,64}$/;

/** Verified against for ids that do not exist, so that an answer's time does not tell which do. */
const NOBODY: KeyObject = generateKeyPairSync('ed25519').publicKey;

/**
 * Decides on one upgrade request whose method, path and headers have been looked at: form, key, time window,
 * signature, channel, nonce, in this order. Whether a key is revoked or expired is told only to who proved to
 * hold it.
 * @see docs/wire.md [UP1]; RFC 9421
 */
export async function authenticateUpgrade(
  request: UpgradeRequest,
  own: {
    readonly keys: KeyRegistry;
    readonly nonces: NonceMemory;
    /** base64url of this TLS connection's exporter value. */
    readonly channelBinding: string;
    readonly nowMs: number;
  },
): Promise<UpgradeVerdict> {
  const upgrade = parseUpgrade(request);
  const claimedKeyId = upgrade === null ? null : keyIdForLog(upgrade.params.keyid);
  const refuse = (refusal: Refusal): UpgradeVerdict => ({ kind: 'refused', refusal, claimedKeyId });
  const instance = request.headers.get(HEADER.instance) ?? '';
  const repo = request.headers.get(HEADER.repo) ?? null;
  if (upgrade === null || !INSTANCE.test(instance)) return refuse('bad_request');
  if (repo !== null && !REPO.test(repo)) return refuse('bad_request');
  if (request.headers.get(HEADER.mode) !== 'bound') return refuse('channel_mismatch');

  // Not `key_unknown`: a bridge would tell its user to throw a good key away.
  if (own.keys.isStale) return refuse('unavailable');
  const key: KeyRecord | null = await own.keys.lookUp(upgrade.params.keyid);
  if (key === null && own.keys.isStale) return refuse('unavailable');
  const isProved = upgrade.verify((message, signature) =>
    verifyEd25519(key?.publicKey ?? NOBODY, message, signature),
  );
  if (key === null) return refuse('key_unknown');
  if (!isProved) return refuse('signature_invalid');
  if (!isTimely(upgrade.params, own.nowMs / 1000)) return refuse('clock_skew');
  if (request.headers.get(HEADER.channelBinding) !== own.channelBinding) return refuse('channel_mismatch');
  const state = keyState(key, own.nowMs);
  if (state !== 'valid') return refuse(state === 'revoked' ? 'key_revoked' : 'key_expired');

  const forgetAtMs = (upgrade.params.expires + MAX_CLOCK_SKEW_S + 1) * 1000;
  const isFresh = await own.nonces.claim(upgrade.params.keyid, upgrade.params.nonce, forgetAtMs);
  return isFresh ? { kind: 'accepted', principal: key.principal, instance, repo } : refuse('replayed');
}

/** A claimed id is logged only where it has an id's form: a stranger may put any text there. */
const keyIdForLog = (claimed: string): string | null =>
  isKeyId(claimed) || claimed === STATIC_KEY_ID ? claimed : null;
