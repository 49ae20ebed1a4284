import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { CallRecord } from '../../../gateway/provenance/record.ts';
import { commitArguments, leafBytes } from '../../../gateway/provenance/record.ts';
import { Recorder } from '../../../gateway/provenance/recorder.ts';
import { StoreError } from '../../../gateway/store/sqlite-client.ts';
import type { Store } from '../../../gateway/store/store.ts';
import { openTestStore, testFolder } from '../../support/gateway-store.ts';

const RECORD: CallRecord = {
  v: 1,
  at: 1,
  key_id: 'k',
  instance: null,
  session_id: null,
  tool: 'rlm.session.create',
  repo: null,
  commit: null,
  outcome: 'ok',
  duration_ms: 1,
  output_bytes: 1,
  arguments_commitment: '',
  spans: [],
};

const NEVER = new Promise<never>(() => {});

/** A real store whose appends, and probes, do what the test says. */
async function setUp(): Promise<{
  recorder: Recorder;
  store: Store;
  fault: { append: (() => Promise<never>) | null; isAway: boolean };
  states: string[];
  /** Resolves at the next change of state. */
  changed: () => Promise<void>;
}> {
  const store = await openTestStore(join(await testFolder(), 'gateway.db'));
  const fault: { append: (() => Promise<never>) | null; isAway: boolean } = { append: null, isAway: false };
  const states: string[] = [];
  let notify = (): void => {};
  const faulty: Store = {
    ...store,
    append: (append) => fault.append?.() ?? store.append(append),
    get db() {
      if (fault.isAway) throw new StoreError('away', 'SQLITE_IOERR');
      return store.db;
    },
  };
  const recorder = new Recorder(faulty, (isAvailable, cause) => {
    states.push(isAvailable ? 'available' : cause);
    notify();
  });
  onTestFinished(() => recorder.stop());
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      notify = resolve;
    });
  return { recorder, store, fault, states, changed };
}

describe('a record', () => {
  test('resolves when it is in the log, byte for byte', async () => {
    const { recorder, store } = await setUp();
    expect(await recorder.append(RECORD)).toMatchObject({ seq: 1 });
    const [row] = await store.db.selectFrom('records').select('leaf').execute();
    expect(Buffer.from(row?.leaf ?? []).toString()).toBe(JSON.stringify(RECORD));
    expect(Object.keys(JSON.parse(Buffer.from(leafBytes(RECORD)).toString()))[0]).toBe('v');
  });

  test.each([
    ['SQLITE_FULL', 'the disk is full'],
    ['SQLITE_BUSY', 'the store is locked by another process'],
    ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_FSYNC'],
    ['a path: /srv/gateway.db', 'the store failed'],
  ])('that the store refuses with %s is a call that fails: %s', async (code, cause) => {
    const { recorder, fault, states } = await setUp();
    fault.append = () => Promise.reject(new StoreError('/srv/gateway.db is broken', code));
    await expect(recorder.append(RECORD)).rejects.toMatchObject({
      code: 'PROVENANCE_UNAVAILABLE',
      message: `The call could not be recorded (${cause}), so nothing is returned.`,
    });
    expect(states).toEqual([cause]);
    expect(recorder.isAvailable).toBe(false);
  });

  test('that is not durable within its deadline is a call that fails', async () => {
    const { recorder, fault, states } = await setUp();
    fault.append = () => NEVER;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const refused = expect(recorder.append(RECORD)).rejects.toMatchObject({ code: 'PROVENANCE_UNAVAILABLE' });
    await vi.advanceTimersByTimeAsync(4_999);
    expect(recorder.isAvailable).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    await refused;
    expect(states).toEqual(['the store did not answer within 5000 ms']);
  });

  test('that the guard refuses is no fault of the store', async () => {
    const { recorder, store, states } = await setUp();
    const guard = store.db.updateTable('nonces').set({ expires_at: 1 }).where('key_id', '=', 'nobody');
    expect(await recorder.append(RECORD, [guard])).toEqual({ heldAll: false, failedAt: 0 });
    expect(states).toEqual([]);
  });
});

describe('being available', () => {
  test('comes back by itself, without a call, once the store takes a write', async () => {
    const { recorder, store, fault, states, changed } = await setUp();
    fault.append = () => Promise.reject(new StoreError('full', 'SQLITE_FULL'));
    fault.isAway = true;
    await expect(recorder.append(RECORD)).rejects.toThrow();
    const back = changed();
    fault.isAway = false;
    await back;
    expect(states).toEqual(['the disk is full', 'available']);
    // The probe leaves nothing behind.
    await vi.waitUntil(async () => (await store.db.selectFrom('nonces').selectAll().execute()).length === 0);
  });

  test('comes back with the first call that is recorded', async () => {
    const { recorder, fault, states } = await setUp();
    fault.append = () => Promise.reject(new StoreError('full', 'SQLITE_FULL'));
    fault.isAway = true;
    await expect(recorder.append(RECORD)).rejects.toThrow();
    await expect(recorder.append(RECORD)).rejects.toThrow();
    fault.append = null;
    await recorder.append(RECORD);
    expect(states).toEqual(['the disk is full', 'available']);
  });
});

test('arguments stand in a record only as a commitment that needs the gateway’s secret', () => {
  const secret = Buffer.alloc(32, 7);
  const args = { pattern: 'secret-project-name' };
  expect(commitArguments(secret, args)).toMatch(/^[0-9a-f]{64}$/);
  expect(commitArguments(secret, args)).not.toBe(commitArguments(Buffer.alloc(32, 8), args));
  expect(commitArguments(secret, args)).not.toBe(commitArguments(secret, { pattern: 'other' }));
  expect(commitArguments(secret, undefined)).toMatch(/^[0-9a-f]{64}$/);
  expect(commitArguments(secret, JSON.parse(`${'['.repeat(1e5)}${']'.repeat(1e5)}`))).toBeNull();
});
