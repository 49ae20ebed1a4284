import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { chainHash } from '../../../gateway/store/sqlite-thread.ts';
import { isAppended } from '../../../gateway/store/store.ts';
import { appendOf, brokenLinks, openTestStore, testFolder } from '../../support/gateway-store.ts';

/** The hash-chained log on a real SQLite file. */
const storeFile = async (): Promise<string> => join(await testFolder(), 'gateway.db');

describe('appending', () => {
  test('gives places in order, and the chain is what its description says', async () => {
    const store = await openTestStore(await storeFile());
    const places = await Promise.all(
      Array.from({ length: 500 }, (_, n) => store.append(appendOf(`leaf ${n}`))),
    );
    expect(places.map((place) => isAppended(place) && place.seq)).toEqual(
      Array.from({ length: 500 }, (_, n) => n + 1),
    );
    const records = await store.db.selectFrom('records').selectAll().orderBy('seq').execute();
    expect(brokenLinks(records)).toEqual([]);
    expect(records.map(({ leaf }) => Buffer.from(leaf).toString())).toEqual(
      Array.from({ length: 500 }, (_, n) => `leaf ${n}`),
    );
    expect(places.at(-1)).toMatchObject({ hash: new Uint8Array(records.at(-1)?.hash ?? []) });
  });

  test('a chain that was tampered with anywhere shows it', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 8 }), fc.nat(), bytes, (leaves, at, other) => {
        let previous: Uint8Array = new Uint8Array(32);
        const records = leaves.map((leaf, index) => {
          previous = chainHash(previous, leaf);
          return { seq: index + 1, hash: previous, leaf };
        });
        expect(brokenLinks(records)).toEqual([]);
        const place = at % records.length;
        fc.pre(Buffer.compare(leaves[place] ?? other, other) !== 0);
        const forged = records.map((record, index) =>
          index === place ? { ...record, leaf: other } : record,
        );
        expect(brokenLinks(forged)).toEqual([place + 1]);
        if (place + 1 < records.length) expect(brokenLinks(records.toSpliced(place, 1))).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('two processes’ worth of writers share one chain', async () => {
    const file = await storeFile();
    const stores = [await openTestStore(file), await openTestStore(file), await openTestStore(file)];
    await Promise.all(
      stores.flatMap((store, who) =>
        Array.from({ length: 60 }, (_, n) => store.append(appendOf(`${who}.${n}`))),
      ),
    );
    const records = await stores[0]?.db.selectFrom('records').selectAll().orderBy('seq').execute();
    expect(records).toHaveLength(180);
    expect(brokenLinks(records ?? [])).toEqual([]);
  });

  test('brings its spans along', async () => {
    const store = await openTestStore(await storeFile());
    const span = { filePath: 'a.ts', startLine: 1, endLine: 2, sha256: 'ab', sourceType: 'file' };
    await store.append(appendOf('first'));
    await store.append(appendOf('second', { sessionId: 's', spans: [span, span] }));
    expect(await store.db.selectFrom('spans').select(['seq', 'session_id', 'file_path']).execute()).toEqual(
      Array(2).fill({ seq: 2, session_id: 's', file_path: 'a.ts' }),
    );
  });
});

describe('the guard', () => {
  test('commits together with the record, or neither is there', async () => {
    const store = await openTestStore(await storeFile());
    const nonce = (key_id: string) =>
      store.db.insertInto('nonces').values({ key_id, nonce: 'n', expires_at: 1 }).execute();
    await nonce('held');
    const take = (key_id: string) =>
      store.db.updateTable('nonces').set({ expires_at: 2 }).where('key_id', '=', key_id);
    expect(await store.append(appendOf('held', { guards: [take('held')] }))).toMatchObject({ seq: 1 });
    expect(await store.append(appendOf('missing', { guards: [take('missing')] }))).toEqual({
      heldAll: false,
      failedAt: 0,
    });
    expect(await store.append(appendOf('after'))).toMatchObject({ seq: 2 });

    // A record that cannot be written takes what its guard did back with it.
    const span = { filePath: 'a', startLine: 1, endLine: 1, sha256: '', sourceType: 'file' };
    const broken = appendOf('broken', { guards: [take('held').set({ expires_at: 3 })], spans: [span] });
    await expect(store.append(broken)).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_NOTNULL' });
    expect(await store.db.selectFrom('nonces').select('expires_at').execute()).toEqual([{ expires_at: 2 }]);
    const records = await store.db.selectFrom('records').selectAll().orderBy('seq').execute();
    expect(records.map(({ leaf }) => Buffer.from(leaf).toString())).toEqual(['held', 'after']);
    expect(brokenLinks(records)).toEqual([]);
  });
});

test.each([
  ['an UPDATE', `UPDATE records SET leaf = x'00' WHERE seq = 1`],
  ['a DELETE', 'DELETE FROM records WHERE seq = 2'],
  ['an INSERT OR REPLACE', `INSERT OR REPLACE INTO records VALUES (1, x'00', x'00', 1, 'k', NULL, 't')`],
  ['a REPLACE', `REPLACE INTO records VALUES (2, x'00', x'00', 1, 'k', NULL, 't')`],
  [
    'an upsert',
    `INSERT INTO records VALUES (1, x'00', x'00', 1, 'k', NULL, 't') ON CONFLICT DO UPDATE SET at = 9`,
  ],
  ['a record before the first', `INSERT INTO records VALUES (0, x'00', x'00', 1, 'k', NULL, 't')`],
])('the log only grows: %s is an error', async (_, statement) => {
  const store = await openTestStore(await storeFile());
  await store.append(appendOf('a'));
  await store.append(appendOf('b'));
  await expect(sql.raw(statement).execute(store.db)).rejects.toThrow('append-only');
  const records = await store.db.selectFrom('records').selectAll().orderBy('seq').execute();
  expect(records).toHaveLength(2);
  expect(brokenLinks(records)).toEqual([]);
});
