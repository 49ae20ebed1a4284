import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { migrate } from '../../../gateway/store/migrations.ts';
import type { Database } from '../../../gateway/store/schema.ts';
import { SqliteClient } from '../../../gateway/store/sqlite-client.ts';
import {
  appendOf,
  brokenLinks,
  openTestClient,
  openTestStore,
  THREAD_URL,
  testFolder,
} from '../../support/gateway-store.ts';

/** Who shares a commit with whom, and who waits for whom, on a real SQLite thread. */
const storeFile = async (): Promise<string> => join(await testFolder(), 'gateway.db');

const nonce = (db: Kysely<Database>, text: string) =>
  db.insertInto('nonces').values({ key_id: 'k', nonce: text, expires_at: 1 }).execute();
const nonces = async (db: Kysely<Database>): Promise<string[]> =>
  (await db.selectFrom('nonces').select('nonce').orderBy('nonce').execute()).map((row) => row.nonce);

describe('group commit', () => {
  test('a job that fails is undone alone; those it shared the commit with stand', async () => {
    const store = await openTestStore(await storeFile());
    const outcomes = await Promise.allSettled([
      nonce(store.db, 'a'),
      nonce(store.db, 'a'),
      store.append(appendOf('one')),
      sql`SELECT no_such_column FROM nonces`.execute(store.db),
      nonce(store.db, 'b'),
      store.append(appendOf('two')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(await nonces(store.db)).toEqual(['a', 'b']);
    const records = await store.db.selectFrom('records').selectAll().orderBy('seq').execute();
    expect(records).toHaveLength(2);
    expect(brokenLinks(records)).toEqual([]);
  });

  test('many at once need few commits', async () => {
    const file = await storeFile();
    const [store, observer] = [await openTestStore(file), await openTestClient(file)];
    // Every commit of another connection moves `data_version` by one.
    const before = await observer.dataVersion();
    const seen = new Set<number>([before]);
    let isDone = false;
    const watching = (async () => {
      while (!isDone) seen.add(await observer.dataVersion());
    })();
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => store.append(appendOf(`${n}`))));
    isDone = true;
    await watching;
    expect(seen.size).toBeGreaterThan(1);
    expect(seen.size).toBeLessThan(100);
  });
});

describe('transactions', () => {
  test('others wait until it ends, and see all of it or nothing', async () => {
    const store = await openTestStore(await storeFile());
    let others: Promise<unknown>[] = [];
    const ended: string[] = [];
    await store.db.transaction().execute(async (transaction) => {
      await nonce(transaction, 'inside 1');
      others = [
        nonces(store.db).then((seen) => ended.push(`read ${seen.length}`)),
        store.append(appendOf('waiting')).then(() => ended.push('appended')),
      ];
      await nonce(transaction, 'inside 2');
      expect(await nonces(transaction)).toHaveLength(2);
      expect(ended).toEqual([]);
    });
    await Promise.all(others);
    expect(ended.sort()).toEqual(['appended', 'read 2']);
  });

  test('one that throws leaves nothing', async () => {
    const store = await openTestStore(await storeFile());
    const failing = store.db.transaction().execute(async (transaction) => {
      await nonce(transaction, 'a');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await nonces(store.db)).toEqual([]);
  });

  test('one that its owner forgot is undone, and everybody else goes on', async () => {
    const client = await openTestClient(await storeFile(), { transactionDeadlineMs: 50 });
    await client.statement({ sql: 'CREATE TABLE t (x)', params: [] }, null);
    const forgotten = await client.begin();
    await client.statement({ sql: 'INSERT INTO t VALUES (1)', params: [] }, forgotten);
    // Waits behind the forgotten transaction: that it is answered at all is the proof.
    const rows = await client.statement({ sql: 'SELECT x FROM t', params: [] }, null);
    expect(rows.rows).toEqual([]);
    await expect(
      client.statement({ sql: 'INSERT INTO t VALUES (2)', params: [] }, forgotten),
    ).rejects.toThrow('the transaction has ended');
    await expect(client.end('commit', forgotten)).rejects.toThrow('the transaction has ended');
  });

  test('what is left of a forgotten one neither runs in the next one nor ends it', async () => {
    const client = await openTestClient(await storeFile(), { transactionDeadlineMs: 50 });
    await client.statement({ sql: 'CREATE TABLE t (x)', params: [] }, null);
    const forgotten = await client.begin();
    const next = await client.begin();
    await client.statement({ sql: 'INSERT INTO t VALUES (1)', params: [] }, next);
    const late = client.statement({ sql: 'INSERT INTO t VALUES (2)', params: [] }, forgotten);
    await expect(late).rejects.toThrow('the transaction has ended');
    await expect(client.end('commit', forgotten)).rejects.toThrow('the transaction has ended');
    await client.end('rollback', forgotten);
    await client.end('commit', next);
    expect((await client.statement({ sql: 'SELECT x FROM t', params: [] }, null)).rows).toEqual([{ x: 1 }]);
  });

  test('an open one does not hold up the end', async () => {
    const client = await openTestClient(await storeFile());
    await client.begin();
    const waiting = client.statement({ sql: 'SELECT 1', params: [] }, null);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'SQLITE_CLOSED' });
    await client.close();
    await refused;
  });
});

describe('opening', () => {
  test('an existing database keeps what it holds, and is migrated once', async () => {
    const file = await storeFile();
    const first = await openTestStore(file);
    await first.append(appendOf('kept'));
    await first.close();
    const second = await openTestStore(file);
    await migrate(second.db);
    expect(await second.db.selectFrom('records').selectAll().execute()).toHaveLength(1);
    const applied = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(second.db);
    expect(applied.rows.map(({ name }) => name)).toEqual(['0001-foundation', '0002-call-ledger']);
  });

  test('several at once on a new file end with one schema', async () => {
    const file = await storeFile();
    const stores = await Promise.all([openTestStore(file), openTestStore(file), openTestStore(file)]);
    for (const store of stores)
      expect(await store.append(appendOf('x'))).toMatchObject({ seq: expect.any(Number) });
  });

  test('a migration that fails leaves the schema as it was', async () => {
    const file = await storeFile();
    const client = await openTestClient(file);
    // In the way of a table that comes late in the migration.
    await client.statement({ sql: 'CREATE TABLE spans (x)', params: [] }, null);
    await expect(openTestStore(file)).rejects.toThrow('spans');
    await client.statement({ sql: 'DROP TABLE spans', params: [] }, null);
    expect(await (await openTestStore(file)).append(appendOf('x'))).toMatchObject({
      seq: expect.any(Number),
    });
  });

  test('a file that is no database, or a folder that is not there, is refused', async () => {
    const folder = await testFolder();
    await writeFile(
      join(folder, 'gateway.db'),
      'not a database, and longer than a header would be'.repeat(4),
    );
    await expect(openTestStore(join(folder, 'gateway.db'))).rejects.toThrow();
    await expect(openTestStore(join(folder, 'missing', 'gateway.db'))).rejects.toThrow();
  });

  test('is durable: a write-ahead log, synced in full wherever a record is appended', async () => {
    const client = await openTestClient(await storeFile());
    const pragma = async (name: string): Promise<unknown> =>
      Object.values((await client.statement({ sql: `PRAGMA ${name}`, params: [] }, null)).rows[0] ?? {})[0];
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('foreign_keys')).toBe(1);
    const FULL = 2;
    const NORMAL = 1;
    await client.statement(
      { sql: 'CREATE TABLE records (seq, hash, leaf, at, key_id, session_id, tool)', params: [] },
      null,
    );
    expect(await pragma('synchronous')).toBe(NORMAL);
    await client.append({ ...appendOf('x'), guards: [] });
    expect(await pragma('synchronous')).toBe(FULL);
    await client.end('commit', await client.begin());
    expect(await pragma('synchronous')).toBe(FULL);
  });
});

test('another connection’s commit changes the data version, one’s own does not', async () => {
  const file = await storeFile();
  const [mine, theirs] = [await openTestStore(file), await openTestStore(file)];
  const before = await mine.dataVersion();
  await nonce(mine.db, 'mine');
  expect(await mine.dataVersion()).toBe(before);
  await nonce(theirs.db, 'theirs');
  expect(await mine.dataVersion()).not.toBe(before);
});

test('a thread that hangs is not waited for without end', async () => {
  const client = await SqliteClient.open(new URL('./silent-thread.ts', import.meta.url), {
    file: '',
    durability: 'at-appends',
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const calls = [client.dataVersion(), client.statement({ sql: 'SELECT 1', params: [] }, null)];
  const refused = calls.map((call) => expect(call).rejects.toMatchObject({ code: 'SQLITE_TIMEOUT' }));
  await vi.runAllTimersAsync();
  await Promise.all(refused);
  await client.close();
});

test('after the thread is gone every call says so, at once', async () => {
  const client = await SqliteClient.open(THREAD_URL, { file: await storeFile(), durability: 'at-appends' });
  await client.close();
  await client.close();
  await expect(client.dataVersion()).rejects.toMatchObject({ code: 'SQLITE_CLOSED' });
});
