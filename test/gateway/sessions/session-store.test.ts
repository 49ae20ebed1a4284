import { join } from 'node:path';
import fc from 'fast-check';
import type { Compilable } from 'kysely';
import { describe, expect, test } from 'vitest';
import { HandleStore } from '../../../gateway/sessions/handle-store.ts';
import { DEFAULT_SESSION_CONFIG, type Session } from '../../../gateway/sessions/session.ts';
import { SessionStore } from '../../../gateway/sessions/session-store.ts';
import { isAppended, type Store } from '../../../gateway/store/store.ts';
import { appendOf, openTestStore, testFolder } from '../../support/gateway-store.ts';

const CONFIG = DEFAULT_SESSION_CONFIG;
const storeFile = async (): Promise<string> => join(await testFolder(), 'gateway.db');

/** Session stores, and the stores they are in. */
const stores = new WeakMap<SessionStore, Store>();

function sessionsIn(store: Store): SessionStore {
  const sessions = new SessionStore(store);
  stores.set(sessions, store);
  return sessions;
}

async function commit(sessions: SessionStore, write: Compilable): Promise<void> {
  expect(await stores.get(sessions)?.guarded([write])).toMatchObject({ heldAll: true });
}

async function create(sessions: SessionStore, ...args: Parameters<SessionStore['create']>): Promise<Session> {
  const { session, write } = sessions.create(...args);
  await commit(sessions, write);
  return session;
}

async function close(sessions: SessionStore, id: string, keyId: string): Promise<void> {
  await commit(sessions, (await sessions.close(id, keyId)).write);
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'ok',
    (error: { code: unknown }) => error.code,
  );

const count = (codes: readonly unknown[], code: string): number => codes.filter((own) => own === code).length;

describe('budgets are exact', () => {
  test('[TL4] 1,000 calls at once, from several replicas, on a budget of 100', async () => {
    const file = await storeFile();
    const first = sessionsIn(await openTestStore(file));
    const replicas = [first, sessionsIn(await openTestStore(file)), sessionsIn(await openTestStore(file))];
    const { id } = await create(first, 'k', 'app', { ...CONFIG, max_tool_calls: 100 });
    const codes = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => codeOf((replicas[n % 3] ?? first).charge(id, 'k'))),
    );
    expect([count(codes, 'ok'), count(codes, 'BUDGET_EXCEEDED')]).toEqual([100, 900]);
    expect(await first.find(id, 'k')).toMatchObject({ usedCalls: 100 });
  });

  test('bytes: of many answers at once only those that fit are recorded', async () => {
    const file = await storeFile();
    const replicas = [await openTestStore(file), await openTestStore(file)].map((store) => ({
      store,
      sessions: sessionsIn(store),
    }));
    const [first] = replicas;
    if (first === undefined) throw new Error('unreachable');
    const { id } = await create(first.sessions, 'k', 'app', { ...CONFIG, max_output_bytes: 10_000 });
    const places = await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        const { store, sessions } = replicas[n % 2] ?? first;
        return store.append(appendOf(`${n}`, { sessionId: id, guards: [sessions.chargeBytes(id, 300)] }));
      }),
    );
    expect(places.filter(isAppended)).toHaveLength(33);
    expect(await first.sessions.find(id, 'k')).toMatchObject({ usedBytes: 9_900 });
    expect(await first.store.db.selectFrom('records').select('seq').execute()).toHaveLength(33);
  });

  test('any order of charges, refunds and answers keeps to the budget', async () => {
    const store = await openTestStore(await storeFile());
    const sessions = sessionsIn(store);
    const step = fc.oneof(
      fc.constant({ kind: 'charge' as const }),
      fc.constant({ kind: 'refund' as const }),
      fc.record({ kind: fc.constant('bytes' as const), bytes: fc.integer({ min: 0, max: 60 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.integer({ min: 1, max: 8 }),
        async (steps, calls) => {
          const { id } = await create(sessions, 'k', 'app', {
            ...CONFIG,
            max_tool_calls: calls,
            max_output_bytes: 100,
          });
          const model = { calls: 0, bytes: 0 };
          for (const next of steps) {
            if (next.kind === 'charge') {
              const mayGo = model.calls < calls && model.bytes < 100;
              expect(await codeOf(sessions.charge(id, 'k'))).toBe(mayGo ? 'ok' : 'BUDGET_EXCEEDED');
              if (mayGo) model.calls += 1;
            } else if (next.kind === 'refund' && model.calls > 0) {
              await store.append(appendOf('', { guards: [sessions.refundCall(id)] }));
              model.calls -= 1;
            } else if (next.kind === 'bytes') {
              const doesFit = model.bytes + next.bytes <= 100;
              const place = await store.append(
                appendOf('', { guards: [sessions.chargeBytes(id, next.bytes)] }),
              );
              expect(isAppended(place)).toBe(doesFit);
              if (doesFit) model.bytes += next.bytes;
            }
          }
          expect(await sessions.find(id, 'k')).toMatchObject({
            usedCalls: model.calls,
            usedBytes: model.bytes,
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  test('[TL6] says which one is spent', async () => {
    const store = await openTestStore(await storeFile());
    const sessions = sessionsIn(store);
    const spent = async (config: Partial<typeof CONFIG>, set: object): Promise<unknown> => {
      const { id } = await create(sessions, 'k', 'app', { ...CONFIG, ...config });
      await store.db.updateTable('sessions').set(set).where('id', '=', id).execute();
      return sessions.charge(id, 'k').catch((error: { message: string }) => error.message);
    };
    expect(await spent({ max_tool_calls: 7 }, { used_calls: 7 })).toContain(
      'calls is spent (max_tool_calls 7)',
    );
    expect(await spent({ timeout_ms: 5 }, { created_at: Date.now() - 6 })).toContain(
      'time is spent (timeout_ms 5)',
    );
    expect(await spent({ max_output_bytes: 9 }, { used_bytes: 9 })).toContain(
      'bytes is spent (max_output_bytes 9)',
    );
  });
});

describe('whose it is', () => {
  test('[TL7] another key’s, a closed, an expired and an invented session are one answer', async () => {
    const store = await openTestStore(await storeFile());
    const sessions = sessionsIn(store);
    const mine = await create(sessions, 'mine', 'app', CONFIG);
    const closed = await create(sessions, 'mine', 'app', CONFIG);
    await close(sessions, closed.id, 'mine');
    const expired = await create(sessions, 'mine', 'app', CONFIG);
    await store.db.updateTable('sessions').set({ expires_at: 1 }).where('id', '=', expired.id).execute();
    const answers = new Set<unknown>();
    for (const [id, key] of [
      [mine.id, 'theirs'],
      [closed.id, 'mine'],
      [expired.id, 'mine'],
      ['s_000000000000000000000000', 'mine'],
    ] as const) {
      for (const ask of [() => sessions.charge(id, key), () => sessions.find(id, key)]) {
        answers.add(await ask().catch(({ code, message }) => `${code} ${message}`));
      }
    }
    expect(answers.size).toBe(1);
    expect(await codeOf(close(sessions, mine.id, 'theirs'))).toBe('SESSION_NOT_FOUND');
    expect(await sessions.find(mine.id, 'mine')).toMatchObject({ usedCalls: 0 });
  });

  test('closing one’s own twice succeeds', async () => {
    const sessions = sessionsIn(await openTestStore(await storeFile()));
    const { id } = await create(sessions, 'k', 'app', CONFIG);
    await close(sessions, id, 'k');
    await close(sessions, id, 'k');
  });

  test('another session’s handles and chunks are not there, even one of the same key', async () => {
    const store = await openTestStore(await storeFile());
    const [sessions, handles] = [sessionsIn(store), new HandleStore(store)];
    const [a, b] = [await create(sessions, 'k', 'app', CONFIG), await create(sessions, 'k', 'app', CONFIG)];
    const { handle, write } = handles.createHandle(a.id, {
      filePath: 'a',
      sha256: '',
      size: 1,
      totalLines: 1,
    });
    const plan = [{ startLine: 1, endLine: 1, symbol: null }];
    const {
      chunks: [chunk],
      writes,
    } = handles.createChunks(a.id, handle.id, plan);
    expect(await store.guarded([write, ...writes])).toMatchObject({ heldAll: true });
    expect(await handles.findHandle(a.id, handle.id)).toMatchObject({ filePath: 'a' });
    expect(await handles.findChunk(a.id, chunk?.id ?? '')).toMatchObject({ startLine: 1 });
    expect(await codeOf(handles.findHandle(b.id, handle.id))).toBe('HANDLE_NOT_FOUND');
    expect(await codeOf(handles.findChunk(b.id, chunk?.id ?? ''))).toBe('CHUNK_NOT_FOUND');
  });

  test('ids cannot be guessed: no two of many share a beginning', async () => {
    const sessions = sessionsIn(await openTestStore(await storeFile()));
    const made = await Promise.all(Array.from({ length: 200 }, () => create(sessions, 'k', 'app', CONFIG)));
    for (const { id } of made) expect(id).toMatch(/^s_[A-Za-z0-9_-]{24}$/);
    expect(new Set(made.map(({ id }) => id.slice(0, 10))).size).toBe(200);
  });
});

test('a session survives a restart, with what it has spent', async () => {
  const file = await storeFile();
  const spend = async (store: Store, id?: string) => {
    const sessions = sessionsIn(store);
    const own = id ?? (await create(sessions, 'k', 'app', CONFIG)).id;
    await store.guarded([sessions.setRoots(own, ['src'])]);
    const session = await sessions.charge(own, 'k');
    if (session === null) throw new Error('unreachable');
    return session;
  };
  const first = await openTestStore(file);
  const before = await spend(first);
  await first.close();
  expect(await spend(await openTestStore(file), before.id)).toMatchObject({
    ...before,
    usedCalls: 2,
    roots: ['src'],
  });
});
