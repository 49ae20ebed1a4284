import { RlmError } from '../../shared/errors/rlm-error.ts';
import { publicKeyFromRaw, verifyEd25519 } from '../../shared/keys/ed25519.ts';
import { formatInvitation, newInvitation } from '../../shared/keys/invitation.ts';
import { signerFromSeed } from '../../shared/keys/nacl-signer.ts';
import type { Secret } from '../../shared/keys/secret.ts';
import { MAX_CLOCK_SKEW_S } from '../../shared/limits.ts';
import {
  type EnrolmentAnswer,
  type EnrolmentRequest,
  enrolledMessage,
  enrolmentMessage,
} from '../../shared/signatures/enrolment.ts';
import type { Store } from '../store/store.ts';
import type { GatewayIdentity } from './identity.ts';
import { type KeyPolicy, listFromText, listToText } from './key-record.ts';
import { insertKey } from './key-store.ts';

const MAX_ENROLMENT_AGE_S = 300;

/** Makes an invitation: short-lived, for one use, worth nothing to who reads the store. */
export async function invite(
  store: Store,
  options: {
    readonly origin: string;
    readonly gatewayKey: string;
    readonly policy: KeyPolicy;
    readonly validForMs: number;
    readonly keyLifetimeMs: number | null;
  },
): Promise<{ readonly id: string; readonly invitation: Secret<string>; readonly expiresAt: number }> {
  const invitation = newInvitation(options.origin, options.gatewayKey);
  const now = Date.now();
  const expiresAt = now + options.validForMs;
  await store.db
    .insertInto('invitations')
    .values({
      id: invitation.id,
      name: options.policy.name,
      public_key: signerFromSeed(invitation.seed).publicKey,
      scopes: listToText(options.policy.scopes),
      repos: listToText(options.policy.repos),
      key_lifetime_ms: options.keyLifetimeMs,
      created_at: now,
      expires_at: expiresAt,
      used_at: null,
    })
    .execute();
  return { id: invitation.id, invitation: formatInvitation(invitation), expiresAt };
}

/**
 * Registers a public key with an invitation. Every reason for refusal gives the same answer, so that
 * invitations cannot be probed.
 * @throws `INVITATION_INVALID`
 */
export async function enrol(
  store: Store,
  identity: GatewayIdentity,
  request: EnrolmentRequest,
): Promise<EnrolmentAnswer> {
  const refusal = new RlmError(
    'INVITATION_INVALID',
    'The invitation is unknown, used, expired or not proved.',
  );
  const row = await store.db
    .selectFrom('invitations')
    .selectAll()
    .where('id', '=', request.invitation_id)
    .executeTakeFirst();
  const now = Date.now();
  if (row === undefined || row.used_at !== null || row.expires_at <= now) throw refusal;
  if (Math.abs(now / 1000 - request.created) > MAX_ENROLMENT_AGE_S + MAX_CLOCK_SKEW_S) throw refusal;
  const publicKey = new Uint8Array(Buffer.from(request.public_key, 'base64url'));
  const message = enrolmentMessage(identity.fingerprint, request);
  const isProved =
    isSignedBy(row.public_key, message, request.proof) && isSignedBy(publicKey, message, request.possession);
  if (!isProved) throw refusal;

  const expiresAt = row.key_lifetime_ms === null ? null : now + row.key_lifetime_ms;
  // Both or neither: an invitation is not spent without a key, and its key is on disk before we say so.
  await store.db.transaction().execute(async (db) => {
    // Of two that come at once, one changes the row.
    const claimed = await db
      .updateTable('invitations')
      .set({ used_at: now })
      .where('id', '=', row.id)
      .where('used_at', 'is', null)
      .executeTakeFirst();
    if (claimed.numUpdatedRows === 0n) throw refusal;
    const key = { id: row.id, publicKey, policy: policyOf(row), expiresAt };
    if (!(await insertKey({ db }, key))) throw refusal;
  });
  const answer = {
    key_id: row.id,
    name: row.name,
    expires_at: expiresAt === null ? null : Math.floor(expiresAt / 1000),
  };
  return {
    ...answer,
    gateway_key: Buffer.from(identity.publicKey).toString('base64url'),
    signature: Buffer.from(identity.sign(enrolledMessage(request.public_key, answer))).toString('base64url'),
  };
}

function isSignedBy(rawKey: Uint8Array, message: Uint8Array, signature: string): boolean {
  const key = publicKeyFromRaw(rawKey);
  return key !== null && verifyEd25519(key, message, Buffer.from(signature, 'base64url'));
}

const policyOf = (row: { name: string; scopes: string | null; repos: string | null }): KeyPolicy => ({
  name: row.name,
  isAdmin: false,
  scopes: toList(listFromText(row.scopes)),
  repos: toList(listFromText(row.repos)),
});

const toList = (set: ReadonlySet<string> | null): readonly string[] | null =>
  set === null ? null : [...set];
