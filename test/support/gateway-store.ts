import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore, type SqliteStoreOptions } from '../../gateway/store/open-sqlite-store.ts';
import { SqliteClient } from '../../gateway/store/sqlite-client.ts';
import type { Append, Store } from '../../gateway/store/store.ts';

export const THREAD_URL = new URL('./gateway-sqlite-thread.ts', import.meta.url);

/** A folder of the running test's own, removed when it ends. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rlm-gateway-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The real store on a real file, closed when the test ends. */
export async function openTestStore(
  file: string,
  options: Partial<Pick<SqliteStoreOptions, 'durability'>> = {},
): Promise<Store> {
  const store = await openSqliteStore({ durability: 'at-appends', ...options, file, threadUrl: THREAD_URL });
  onTestFinished(() => store.close());
  return store;
}

/** The SQLite thread without `kysely` on top. */
export async function openTestClient(
  file: string,
  options: Partial<Parameters<typeof SqliteClient.open>[1]> = {},
): Promise<SqliteClient> {
  const client = await SqliteClient.open(THREAD_URL, { durability: 'at-appends', ...options, file });
  onTestFinished(() => client.close());
  return client;
}

export const appendOf = (text: string, changes: Partial<Append> = {}): Append => ({
  leaf: Buffer.from(text),
  at: 1,
  keyId: 'k',
  sessionId: null,
  tool: 't',
  spans: [],
  ...changes,
});

/**
 * The chain as docs/wire.md describes it, computed here a second time: what the gateway's own function says is
 * not asked. @returns the places where a record's hash is not what it must be
 */
export function brokenLinks(
  records: readonly { readonly seq: number; readonly hash: Uint8Array; readonly leaf: Uint8Array }[],
): readonly number[] {
  let previous: Uint8Array = new Uint8Array(32);
  const broken: number[] = [];
  for (const [index, { seq, hash, leaf }] of records.entries()) {
    const wanted = createHash('sha256')
      .update(Buffer.concat([Buffer.from('rlm-chain.v1\n'), previous, leaf]))
      .digest();
    if (seq !== index + 1 || !wanted.equals(hash)) broken.push(seq);
    previous = hash;
  }
  return broken;
}
