import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CallLedger } from '../../../gateway/provenance/call-ledger.ts';
import type { Store } from '../../../gateway/store/store.ts';
import { openTestStore, testFolder } from '../../support/gateway-store.ts';

const KEY = { keyId: 'k', instance: 'i', request: 1 };
const SECRET = Buffer.alloc(32, 3);

async function setUp(): Promise<{ ledger: CallLedger; store: Store; file: string }> {
  const file = join(await testFolder(), 'gateway.db');
  const store = await openTestStore(file);
  return { ledger: new CallLedger(store, SECRET), store, file };
}

/** Claims and answers a call. */
async function answered(store: Store, ledger: CallLedger, key: typeof KEY, answer = '{}'): Promise<void> {
  expect(await store.guarded([ledger.claim(key, 'f')])).toMatchObject({ heldAll: true });
  expect(await store.guarded([ledger.settle(key, 'f', answer)])).toMatchObject({ heldAll: true });
}

const rows = (store: Store) => store.db.selectFrom('ledger').selectAll().orderBy('at').execute();

describe('an entry', () => {
  test('[LG1] is claimed once, answered once, and found under nobody else’s name', async () => {
    const { ledger, store } = await setUp();
    expect(await ledger.look(KEY, 'f')).toBeNull();
    expect(await store.guarded([ledger.claim(KEY, 'f')])).toMatchObject({ heldAll: true });
    expect(await store.guarded([ledger.claim(KEY, 'f')])).toMatchObject({ heldAll: false });
    expect(await ledger.look(KEY, 'f')).toEqual({ kind: 'begun' });
    expect(await store.guarded([ledger.settle(KEY, 'f', 'first')])).toMatchObject({ heldAll: true });
    expect(await store.guarded([ledger.settle(KEY, 'f', 'second')])).toMatchObject({ heldAll: false });
    expect(await store.guarded([ledger.settleUnclaimed(KEY, 'f', 'third')])).toMatchObject({
      heldAll: false,
    });
    expect(await ledger.look(KEY, 'f')).toEqual({ kind: 'answered', answer: 'first' });
    for (const other of [{ keyId: 'other' }, { instance: 'j' }, { request: '1' }, { request: 2 }]) {
      expect(await ledger.look({ ...KEY, ...other }, 'f')).toBeNull();
    }
  });

  test('[LG1] is read by a gateway that starts later, with the same identity and no other', async () => {
    const { ledger, store, file } = await setUp();
    await answered(store, ledger, KEY, 'answer');
    const later = await openTestStore(file);
    expect(await new CallLedger(later, SECRET).look(KEY, 'f')).toMatchObject({ answer: 'answer' });
    await expect(new CallLedger(later, Buffer.alloc(32)).look(KEY, 'f')).rejects.toThrow();
  });

  test('holds its answer encrypted, each bound to its own call', async () => {
    const { ledger, store } = await setUp();
    await answered(store, ledger, KEY, 'CONTENT');
    await answered(store, ledger, { ...KEY, request: 2 }, 'CONTENT');
    const [first, second] = await rows(store);
    expect(Buffer.from(first?.answer ?? []).toString('latin1')).not.toContain('CONTENT');
    expect(first?.answer).not.toEqual(second?.answer);
    await store.db
      .updateTable('ledger')
      .set({ answer: first?.answer ?? null })
      .execute();
    await expect(ledger.look({ ...KEY, request: 2 }, 'f')).rejects.toThrow();
  });

  test('[LG6] whose call was answered is free for another call, one whose call runs is not', async () => {
    const { ledger, store } = await setUp();
    await store.guarded([ledger.claim(KEY, 'f')]);
    expect(await store.guarded([ledger.claim(KEY, 'g')])).toMatchObject({ heldAll: false });
    expect(await store.guarded([ledger.settle(KEY, 'g', 'g')])).toMatchObject({ heldAll: false });
    expect(await store.guarded([ledger.settleUnclaimed(KEY, 'g', 'g')])).toMatchObject({ heldAll: false });
    expect(await ledger.look(KEY, 'g')).toEqual({ kind: 'other' });
    await store.guarded([ledger.settle(KEY, 'f', 'f')]);
    expect(await ledger.look(KEY, 'g')).toBeNull();
    expect(await store.guarded([ledger.claim(KEY, 'g')])).toMatchObject({ heldAll: true });
    expect(await ledger.look(KEY, 'g')).toEqual({ kind: 'begun' });
    expect(await ledger.look(KEY, 'f')).toEqual({ kind: 'other' });
  });

  test('[LG6] is forgotten once it is answered, and a claim that runs is not', async () => {
    const { ledger, store } = await setUp();
    await answered(store, ledger, KEY);
    await answered(store, ledger, { ...KEY, request: 'a"b' } as never);
    await answered(store, ledger, { ...KEY, request: 3 });
    await answered(store, ledger, { ...KEY, instance: 'j' });
    await answered(store, ledger, { ...KEY, keyId: 'other' });
    await store.guarded([ledger.claim({ ...KEY, request: 4 }, 'f')]);
    await ledger.forget(KEY, [1, 'a"b', 4, 99]);
    await ledger.forget(KEY, []);
    expect((await rows(store)).map((row) => [row.key_id, row.instance, row.request]).sort()).toEqual([
      ['k', 'i', '3'],
      ['k', 'i', '4'],
      ['k', 'j', '1'],
      ['other', 'i', '1'],
    ]);
  });

  test('[LG6] that is forgotten is forgotten before a call that comes next is claimed', async () => {
    const { ledger, store } = await setUp();
    await answered(store, ledger, KEY);
    const forgetting = ledger.forget(KEY, [1]);
    expect(await store.guarded([ledger.claim(KEY, 'f')])).toMatchObject({ heldAll: true });
    await forgetting;
    expect(await ledger.look(KEY, 'f')).toEqual({ kind: 'begun' });
  });

  test('has a short name, however long the client’s id', async () => {
    const { ledger, store } = await setUp();
    const long = { ...KEY, request: 'x'.repeat(100_000) as never };
    await answered(store, ledger, long);
    expect((await rows(store))[0]?.request).toHaveLength(64);
    expect(await ledger.look(long, 'f')).toMatchObject({ kind: 'answered' });
    await ledger.forget(KEY, [long.request]);
    expect(await rows(store)).toEqual([]);
  });
});

describe('what is kept', () => {
  test('goes after its time, and no earlier', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { ledger, store } = await setUp();
    for (const request of [1, 2]) await answered(store, ledger, { ...KEY, request });
    const at = Date.now() - 15 * 60_000;
    await store.db
      .updateTable('ledger')
      .set({ at: at - 1 })
      .where('request', '=', '1')
      .execute();
    await store.db
      .updateTable('ledger')
      .set({ at: at + 60_000 })
      .where('request', '=', '2')
      .execute();
    ledger.start();
    vi.advanceTimersByTime(30_000);
    expect((await rows(store)).map(({ request }) => request)).toEqual(['2']);
    ledger.stop();
  });

  test('of one key stays bounded, newest first, and no other key pays for it', async () => {
    const { ledger, store } = await setUp();
    await answered(store, ledger, { ...KEY, keyId: 'quiet' });
    const answer = 'x'.repeat(2_700_000);
    for (let request = 1; request <= 40; request += 1) {
      await answered(store, ledger, { ...KEY, request }, answer);
    }
    await store.guarded([ledger.claim({ ...KEY, request: 41 }, 'f')]);
    const kept = await store.db.selectFrom('ledger').select(['key_id', 'request']).execute();
    const mine = kept.filter(({ key_id }) => key_id === 'k').map(({ request }) => Number(request));
    expect(kept.filter(({ key_id }) => key_id === 'quiet')).toHaveLength(1);
    expect(mine.length).toBeLessThanOrEqual(28);
    expect(mine.length).toBeGreaterThan(20);
    expect(mine).toEqual(Array.from({ length: mine.length }, (_, n) => 42 - mine.length + n));
  });
});
