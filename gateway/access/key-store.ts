import type { Selectable } from 'kysely';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { isSmallOrder, publicKeyFromRaw } from '../../shared/keys/ed25519.ts';
import type { Database } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { type KeyPolicy, listToText } from './key-record.ts';

/**
 * Keys at rest: what `rlm-gateway keys` and enrolment write.
 * @returns whether it was inserted; not where somebody has this public key already
 * @throws `INVITATION_INVALID` where the public key is not usable
 */
export async function insertKey(
  store: Pick<Store, 'db'>,
  key: {
    readonly id: string;
    readonly publicKey: Uint8Array;
    readonly policy: KeyPolicy;
    readonly expiresAt: number | null;
  },
): Promise<boolean> {
  if (isSmallOrder(key.publicKey) || publicKeyFromRaw(key.publicKey) === null) {
    throw new RlmError('INVITATION_INVALID', 'That public key is not a usable Ed25519 key.');
  }
  const result = await store.db
    .insertInto('keys')
    .values({
      id: key.id,
      name: key.policy.name,
      public_key: key.publicKey,
      is_admin: key.policy.isAdmin ? 1 : 0,
      scopes: listToText(key.policy.scopes),
      repos: listToText(key.policy.repos),
      created_at: Date.now(),
      expires_at: key.expiresAt,
      revoked_at: null,
    })
    .onConflict((conflict) => conflict.column('public_key').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export const listKeys = (store: Store): Promise<Selectable<Database['keys']>[]> =>
  store.db.selectFrom('keys').selectAll().orderBy('created_at').execute();

/** @returns whether there was such a key that was not revoked yet */
export async function revokeKey(store: Store, id: string): Promise<boolean> {
  const result = await store.db
    .updateTable('keys')
    .set({ revoked_at: Date.now() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
