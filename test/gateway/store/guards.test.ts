import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../gateway/store/store.ts';
import { appendOf, openTestStore, testFolder } from '../../support/gateway-store.ts';

/** Chains of writes of which each must change a row. */
const openStore = async (): Promise<Store> => openTestStore(join(await testFolder(), 'gateway.db'));

const add = (store: Store, name: string) =>
  store.db
    .insertInto('nonces')
    .values({ key_id: 'k', nonce: name, expires_at: 1 })
    .onConflict((conflict) => conflict.doNothing());

const names = async (store: Store): Promise<readonly string[]> =>
  (await store.db.selectFrom('nonces').select('nonce').orderBy('nonce').execute()).map(({ nonce }) => nonce);

describe('a chain of guards', () => {
  test('gives what the last one returns, where each has changed a row', async () => {
    const store = await openStore();
    const chain = [add(store, 'a'), add(store, 'b').returning('nonce')];
    expect(await store.guarded(chain)).toEqual({ heldAll: true, rows: [{ nonce: 'b' }] });
    expect(await store.guarded([])).toEqual({ heldAll: true, rows: [] });
    expect(await names(store)).toEqual(['a', 'b']);
  });

  test('[LG5] writes nothing where one changes no row, and says which', async () => {
    const store = await openStore();
    await store.guarded([add(store, 'taken')]);
    for (const place of [0, 1, 2]) {
      const chain = ['a', 'b'].map((name) => add(store, name)).toSpliced(place, 0, add(store, 'taken'));
      expect(await store.guarded(chain)).toEqual({ heldAll: false, failedAt: place });
      expect(await store.append(appendOf('x', { guards: chain }))).toEqual({
        heldAll: false,
        failedAt: place,
      });
    }
    expect(await names(store)).toEqual(['taken']);
    expect(await store.db.selectFrom('records').selectAll().execute()).toEqual([]);
  });

  test('[LG5] that SQLite refuses writes nothing either, and harms nobody beside it in its commit', async () => {
    const store = await openStore();
    const broken = store.db
      .insertInto('nonces')
      .values({ key_id: 'k', nonce: 'x', expires_at: null as never });
    const results = await Promise.allSettled([
      store.guarded([add(store, 'before')]),
      store.guarded([add(store, 'lost 1'), broken]),
      store.append(appendOf('lost', { guards: [add(store, 'lost 2'), broken] })),
      store.append(appendOf('kept', { guards: [add(store, 'beside')] })),
      store.guarded([add(store, 'after')]),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(await names(store)).toEqual(['after', 'before', 'beside']);
    expect(await store.db.selectFrom('records').select('seq').execute()).toEqual([{ seq: 1 }]);
  });

  test('[LG5] any chains at once: each is there as a whole or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        async (chains) => {
          const store = await openStore();
          const results = await Promise.all(
            chains.map((chain, index) => {
              const guards = chain.map((name) => add(store, `${name}`));
              return index % 2 === 0 ? store.guarded(guards) : store.append(appendOf(`${index}`, { guards }));
            }),
          );
          const wanted = new Set<number>();
          for (const [index, chain] of chains.entries()) {
            const failedAt = chain.findIndex((name, at) => wanted.has(name) || chain.indexOf(name) < at);
            if (failedAt < 0) for (const name of chain) wanted.add(name);
            expect(results[index]).toMatchObject(
              failedAt >= 0
                ? { heldAll: false, failedAt }
                : index % 2 === 0
                  ? { heldAll: true }
                  : { seq: expect.any(Number) },
            );
          }
          expect(await names(store)).toEqual([...wanted].sort().map(String));
          await store.close();
        },
      ),
      { numRuns: 15 },
    );
  });
});
