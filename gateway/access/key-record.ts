import type { KeyObject } from 'node:crypto';
import type { Selectable } from 'kysely';
import { publicKeyFromRaw } from '../../shared/keys/ed25519.ts';
import type { Database } from '../store/schema.ts';
import type { Principal } from './principal.ts';

/** A key as the gateway knows it: its public half and its policy. */
export interface KeyRecord {
  readonly principal: Principal;
  readonly publicKey: KeyObject;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** What a new key or invitation allows. */
export interface KeyPolicy {
  readonly name: string;
  readonly isAdmin: boolean;
  readonly scopes: readonly string[] | null;
  readonly repos: readonly string[] | null;
}

export const listToText = (list: readonly string[] | null): string | null =>
  list === null ? null : JSON.stringify(list);

/** A list that cannot be read allows nothing: fail closed. */
export function listFromText(text: string | null): ReadonlySet<string> | null {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  return new Set(Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
}

/** @returns `null` where the stored public key is no usable key */
export function keyRecordFromRow(row: Selectable<Database['keys']>): KeyRecord | null {
  const publicKey = publicKeyFromRaw(row.public_key);
  if (publicKey === null) return null;
  return {
    principal: {
      keyId: row.id,
      name: row.name,
      isAdmin: row.is_admin === 1,
      tools: listFromText(row.scopes),
      repos: listFromText(row.repos),
    },
    publicKey,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

export type KeyState = 'valid' | 'expired' | 'revoked';

export function keyState(key: KeyRecord, nowMs: number): KeyState {
  if (key.revokedAt !== null) return 'revoked';
  return key.expiresAt !== null && key.expiresAt <= nowMs ? 'expired' : 'valid';
}
