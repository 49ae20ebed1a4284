import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StoreError } from '../../../gateway/store/sqlite-client.ts';
import { TOOLS } from '../../../gateway/tools/table.ts';
import { type CallContext, type Outcome, sessionTool, type Tool } from '../../../gateway/tools/tool.ts';
import { RlmError } from '../../../shared/errors/rlm-error.ts';
import { ANYONE, type Body, startPipeline, type TestPipeline } from '../../support/gateway-pipeline.ts';

/** Calls that come again: after a reconnect, a restart, or from clients that use their ids again. */

const FILES = { 'a.txt': 'one\ntwo\n', 'd/b.txt': '' };

/** A tool that does what the test says, beside the real ones. */
const probe = (
  run: (
    context: CallContext,
    args: { readonly session_id: string; readonly n?: number | undefined },
  ) => Promise<Outcome>,
): readonly Tool[] => [
  ...TOOLS,
  sessionTool({
    name: 'rlm.probe',
    title: '',
    description: '',
    input: z.strictObject({ session_id: z.string(), n: z.number().optional() }),
    output: {},
    isReadOnly: true,
    run: (args, call) => run(call, args),
  }),
];

/** The same context each time is the same call each time. */
const fresh = (): { instance: string; request: string | number } => ({
  instance: randomUUID(),
  request: 7,
});

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** A pipeline whose store can be made to lose every record, as a crash before the commit does. */
async function startFragile(tools?: readonly Tool[]): Promise<TestPipeline & { fault: { isOn: boolean } }> {
  const fault = { isOn: false };
  const parts = await startPipeline({
    files: FILES,
    ...(tools === undefined ? {} : { tools }),
    wrapStore: (store) => ({
      ...store,
      append: (job) =>
        fault.isOn ? Promise.reject(new StoreError('full', 'SQLITE_FULL')) : store.append(job),
    }),
  });
  return { ...parts, fault };
}

const ledgerOf = ({ store }: TestPipeline) => store.db.selectFrom('ledger').selectAll().execute();

describe('[LG1] a call that comes again gets the stored answer, and is not run, charged or recorded again', () => {
  test.each<[title: string, name: string, args: (session: string) => Body]>([
    ['a success', 'rlm.fs.list', (session_id) => ({ session_id, root: '.' })],
    ['a new handle', 'rlm.fs.handle.create', (session_id) => ({ session_id, file_path: 'a.txt' })],
    ['a search', 'rlm.search.regex', (session_id) => ({ session_id, pattern: 'one', scope: '.' })],
    ['a free report', 'rlm.provenance.report', (session_id) => ({ session_id })],
    ['roots', 'rlm.roots.set', (session_id) => ({ session_id, roots: ['.'] })],
    ['a new session', 'rlm.session.create', () => ({ repo: 'app' })],
    ['a closed session', 'rlm.session.close', (session_id) => ({ session_id })],
    ['a failure', 'rlm.fs.list', (session_id) => ({ session_id, root: 'missing' })],
    ['an argument error', 'rlm.fs.list', (session_id) => ({ session_id, root: 7 })],
    [
      'an error of arguments that only running shows',
      'rlm.search.regex',
      (session_id) => ({ session_id, pattern: '(', scope: '.' }),
    ],
    ['an unknown tool', 'rm -rf', () => ({})],
    ['an unknown session', 'rlm.fs.list', () => ({ session_id: 'nobody’s', root: '.' })],
  ])('%s', async (_, name, args) => {
    const parts = await startPipeline({ files: FILES });
    const session = await parts.session();
    const same = fresh();
    const first = await parts.call(name, args(session), same);
    const state = async (): Promise<unknown> => ({
      records: await parts.records(),
      ledger: await ledgerOf(parts),
      sessions: await parts.store.db.selectFrom('sessions').selectAll().execute(),
      handles: await parts.store.db.selectFrom('handles').selectAll().execute(),
    });
    const before = await state();
    expect(await parts.call(name, args(session), same)).toEqual(first);
    // From another gateway on the same store as well.
    const other = await startPipeline({ files: FILES, file: parts.file });
    expect(await other.call(name, args(session), same)).toEqual(first);
    expect(await state()).toEqual(before);
    expect(parts.logs.of('call_repeated')).toMatchObject([{ how: 'stored', key_id: 'k' }]);
  });

  test('a cancelled call stays cancelled', async () => {
    let runs = 0;
    const parts = await startPipeline({
      tools: probe(async ({ signal }) => {
        runs += 1;
        signal.throwIfAborted();
        return { result: {} };
      }),
    });
    const session_id = await parts.session();
    const same = fresh();
    const signal = AbortSignal.abort();
    const first = await parts.call('rlm.probe', { session_id }, { ...same, signal });
    expect(first).toMatchObject({ error_code: 'CANCELLED' });
    expect(await parts.call('rlm.probe', { session_id }, same)).toEqual(first);
    expect(runs).toBe(0);
  });

  test('budgets stay exact, however often each of many calls comes', async () => {
    const parts = await startPipeline({ files: FILES });
    const other = await startPipeline({ files: FILES, file: parts.file });
    const session_id = await parts.session({ max_tool_calls: 10 });
    const instance = randomUUID();
    const bodies = await Promise.all(
      Array.from({ length: 120 }, (_, n) =>
        (n % 2 === 0 ? parts : other).call(
          'rlm.fs.list',
          { session_id, root: '.' },
          { instance, request: Math.floor(n / 6) },
        ),
      ),
    );
    // `roots.set` was the first of ten.
    expect(bodies.filter(({ success }) => success === true)).toHaveLength(9 * 6);
    expect((await parts.used(session_id)).calls).toBe(10);
    const lists = (await parts.records()).filter(({ tool }) => tool === 'rlm.fs.list');
    expect(lists).toHaveLength(20);
    expect(lists.filter(({ outcome }) => outcome === 'ok')).toHaveLength(9);
  });

  test('an answer as large as a message can be is stored and given again', async () => {
    const content = 'x'.repeat(2_700_000);
    const parts = await startPipeline({ tools: probe(async () => ({ result: { content } })) });
    const session_id = await parts.session();
    const same = fresh();
    const first = await parts.call('rlm.probe', { session_id }, same);
    expect(first).toMatchObject({ success: true });
    expect(await parts.call('rlm.probe', { session_id }, same)).toEqual(first);
  });

  test('another key that names the instance and the id gets nothing of it', async () => {
    const parts = await startPipeline({ files: FILES });
    const session_id = await parts.session();
    const same = fresh();
    await parts.call('rlm.fs.list', { session_id, root: '.' }, same);
    const thief = { ...same, principal: { ...ANYONE, keyId: 'thief' } };
    expect(await parts.call('rlm.fs.list', { session_id, root: '.' }, thief)).toMatchObject({
      error_code: 'SESSION_NOT_FOUND',
    });
    // Nor can it have it forgotten.
    await parts.ledger.forget({ keyId: 'thief', instance: same.instance }, [same.request]);
    expect((await ledgerOf(parts)).map(({ key_id }) => key_id).sort()).toEqual(['k']);
  });

  test('callers without an instance have no ledger', async () => {
    const parts = await startPipeline({ files: FILES });
    const session_id = await parts.session();
    for (const nobody of [
      { instance: null, request: 1 },
      { instance: randomUUID(), request: null },
    ]) {
      const before = await parts.used(session_id);
      for (let n = 0; n < 2; n += 1) {
        await parts.call('rlm.fs.list', { session_id, root: '.' }, nobody);
        await parts.call('rlm.session.create', {}, nobody);
      }
      expect((await parts.used(session_id)).calls).toBe(before.calls + 2);
    }
    expect(await ledgerOf(parts)).toEqual([]);
  });
});

describe('[LG2] a call that comes again while the first still runs', () => {
  test('gets the first one’s answer', async () => {
    const [started, released] = [gate(), gate()];
    let runs = 0;
    const parts = await startPipeline({
      tools: probe(async () => {
        runs += 1;
        started.open();
        await released.opened;
        return { result: { runs } };
      }),
    });
    const session_id = await parts.session();
    const before = await parts.used(session_id);
    const same = fresh();
    const calls = [parts.call('rlm.probe', { session_id }, same)];
    await started.opened;
    for (let n = 0; n < 5; n += 1) calls.push(parts.call('rlm.probe', { session_id }, same));
    released.open();
    for (const body of await Promise.all(calls)) expect(body).toEqual({ success: true, runs: 1 });
    expect((await parts.used(session_id)).calls).toBe(before.calls + 1);
    expect((await parts.records()).filter(({ tool }) => tool === 'rlm.probe')).toHaveLength(1);
    expect(parts.logs.of('call_repeated').map(({ how }) => how)).toEqual(Array(5).fill('joined'));
  });

  test('[LG4] can be cancelled by its client where it is now', async () => {
    const started = gate();
    const parts = await startPipeline({
      tools: probe(async ({ signal }) => {
        started.open();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        return { result: {} };
      }),
    });
    const session_id = await parts.session();
    const same = fresh();
    const first = parts.call('rlm.probe', { session_id }, same);
    await started.opened;
    const again = parts.call('rlm.probe', { session_id }, { ...same, signal: AbortSignal.abort() });
    for (const body of await Promise.all([first, again]))
      expect(body).toMatchObject({ error_code: 'CANCELLED' });
  });
});

describe('[LG3] a call that had begun when its gateway was killed', () => {
  test.each<[title: string, name: string, args: (session: string) => Body]>([
    ['a charged one', 'rlm.fs.list', (session_id) => ({ session_id, root: '.' })],
    [
      'one that changes something',
      'rlm.fs.handle.create',
      (session_id) => ({ session_id, file_path: 'a.txt' }),
    ],
    ['a free one', 'rlm.provenance.report', (session_id) => ({ session_id })],
    ['a failure', 'rlm.fs.list', (session_id) => ({ session_id, root: 'missing' })],
  ])('%s is run again, not charged again, and recorded once', async (_, name, args) => {
    const crashed = await startFragile();
    const session = await crashed.session();
    const before = { used: await crashed.used(session), records: (await crashed.records()).length };
    const same = fresh();
    crashed.fault.isOn = true;
    expect(await crashed.call(name, args(session), same)).toMatchObject({
      error_code: 'PROVENANCE_UNAVAILABLE',
    });
    expect(await ledgerOf(crashed)).toMatchObject([{ answer: null }]);
    const charged = await crashed.used(session);

    const next = await startPipeline({ files: FILES, file: crashed.file });
    const body = await next.call(name, args(session), same);
    expect(body).not.toMatchObject({ error_code: 'PROVENANCE_UNAVAILABLE' });
    expect(next.logs.of('call_repeated')).toMatchObject([{ how: 'run again' }]);
    expect((await next.used(session)).calls).toBe(charged.calls);
    expect(charged.calls - before.used.calls).toBeLessThanOrEqual(1);
    expect(await next.records()).toHaveLength(before.records + 1);
    expect(await next.call(name, args(session), same)).toEqual(body);
    expect(await next.records()).toHaveLength(before.records + 1);
  });

  test('whose arguments only running shows to be wrong gets its charge back, once', async () => {
    const crashed = await startFragile();
    const session_id = await crashed.session();
    const before = await crashed.used(session_id);
    const same = fresh();
    const args = { session_id, pattern: '(', scope: '.' };
    crashed.fault.isOn = true;
    await crashed.call('rlm.search.regex', args, same);
    expect((await crashed.used(session_id)).calls).toBe(before.calls + 1);
    const next = await startPipeline({ files: FILES, file: crashed.file });
    for (let n = 0; n < 2; n += 1) {
      expect(await next.call('rlm.search.regex', args, same)).toMatchObject({
        error_code: 'INVALID_ARGUMENT',
      });
    }
    expect(await next.used(session_id)).toEqual(before);
  });

  test('two gateways that end it at once: one answer, one record, one effect, one charge', async () => {
    const both = gate();
    let running = 0;
    const tools = (who: string) =>
      probe(async (_, args) => {
        running += 1;
        if (running === 2) both.open();
        await both.opened;
        const { handle, write } = services(who).handles.createHandle(args.session_id, {
          filePath: who,
          sha256: '',
          size: 1,
          totalLines: 1,
        });
        return { result: { who, handle: handle.id }, writes: [write] };
      });
    const byName = new Map<string, TestPipeline>();
    const services = (who: string) => {
      const own = byName.get(who);
      if (own === undefined) throw new Error('unreachable');
      return own.services;
    };
    const a = await startPipeline({ tools: tools('a') });
    const b = await startPipeline({ tools: tools('b'), file: a.file });
    byName.set('a', a).set('b', b);
    const session_id = await a.session();
    const before = { used: await a.used(session_id), records: (await a.records()).length };
    const same = fresh();
    const bodies = await Promise.all([
      a.call('rlm.probe', { session_id }, same),
      b.call('rlm.probe', { session_id }, same),
    ]);
    expect(bodies[0]).toMatchObject({ success: true });
    expect(bodies[1]).toEqual(bodies[0]);
    expect(await a.records()).toHaveLength(before.records + 1);
    expect(await a.store.db.selectFrom('handles').select('file_path').execute()).toEqual([
      { file_path: bodies[0]?.['who'] },
    ]);
    expect(await a.used(session_id)).toEqual({
      calls: before.used.calls + 1,
      bytes: before.used.bytes + Buffer.byteLength(JSON.stringify(bodies[0])),
    });
  });

  test('a run that ends after another’s answer has been acknowledged changes and records nothing', async () => {
    const [started, released] = [gate(), gate()];
    const slow = await startPipeline({
      tools: probe(async () => {
        started.open();
        await released.opened;
        return {
          result: { who: 'slow' },
          writes: [slow.services.sessions.create('k', 'late', CONFIG).write],
        };
      }),
    });
    const { sessionDefaults: CONFIG } = slow.services;
    const quick = await startPipeline({
      tools: probe(async () => ({ result: { who: 'quick' } })),
      file: slow.file,
    });
    const session_id = await slow.session();
    const same = fresh();
    const late = slow.call('rlm.probe', { session_id }, same);
    await started.opened;
    expect(await quick.call('rlm.probe', { session_id }, same)).toMatchObject({ who: 'quick' });
    await quick.ledger.forget({ keyId: 'k', instance: same.instance }, [same.request]);
    const before = { used: await slow.used(session_id), records: await slow.records() };
    released.open();
    expect(await late).toMatchObject({ success: false, error_code: 'PROVENANCE_UNAVAILABLE' });
    expect({ used: await slow.used(session_id), records: await slow.records() }).toEqual(before);
    expect(
      await slow.store.db.selectFrom('sessions').select('id').where('repo', '=', 'late').execute(),
    ).toEqual([]);
    expect(await ledgerOf(slow)).toEqual([]);
    expect(slow.logs.of('internal_error')).toEqual([]);
  });
});

describe('[LG5] what a call changes', () => {
  test.each<[title: string, name: string, args: (session: string, handle: string) => Body]>([
    ['a session', 'rlm.session.create', () => ({ repo: 'app' })],
    ['roots', 'rlm.roots.set', (session_id) => ({ session_id, roots: ['d'] })],
    ['a handle', 'rlm.fs.handle.create', (session_id) => ({ session_id, file_path: 'a.txt' })],
    ['chunks', 'rlm.chunk.create', (session_id, file_handle) => ({ session_id, file_handle })],
    ['an end', 'rlm.session.close', (session_id) => ({ session_id })],
  ])('%s is there once with its record, and not at all without', async (_, name, args) => {
    const parts = await startFragile();
    const session = await parts.session();
    const handle = await parts.handle(session, 'a.txt');
    const state = async (): Promise<unknown> => ({
      records: (await parts.records()).length,
      sessions: await parts.store.db
        .selectFrom('sessions')
        .select(['id', 'roots', 'closed_at', 'used_bytes'])
        .execute(),
      handles: await parts.store.db.selectFrom('handles').selectAll().execute(),
      chunks: await parts.store.db.selectFrom('chunks').selectAll().execute(),
    });
    const before = await state();
    const same = fresh();
    parts.fault.isOn = true;
    for (let n = 0; n < 3; n += 1) {
      expect(await parts.call(name, args(session, handle), same)).toMatchObject({
        error_code: 'PROVENANCE_UNAVAILABLE',
      });
    }
    expect(await state()).toEqual(before);
    parts.fault.isOn = false;
    const body = await parts.call(name, args(session, handle), same);
    expect(body).toMatchObject({ success: true });
    const after = await state();
    expect(after).not.toEqual(before);
    expect(await parts.call(name, args(session, handle), same)).toEqual(body);
    expect(await state()).toEqual(after);
  });

  test('is undone with an answer that the budget of bytes refuses', async () => {
    const parts = await startPipeline({ files: FILES });
    const session_id = await parts.session({ max_output_bytes: 60 });
    const body = await parts.call('rlm.fs.handle.create', { session_id, file_path: 'a.txt' }, fresh());
    expect(body).toMatchObject({ error_code: 'BUDGET_EXCEEDED' });
    expect(await parts.store.db.selectFrom('handles').selectAll().execute()).toEqual([]);
  });

  test('a tool’s write that changes nothing is a fault of ours, recorded', async () => {
    const parts = await startPipeline({
      tools: probe(async () => ({ result: {}, writes: [parts.services.sessions.setRoots('nobody’s', [])] })),
    });
    const session_id = await parts.session();
    const same = fresh();
    const body = await parts.call('rlm.probe', { session_id }, same);
    expect(body).toMatchObject({ error_code: 'INTERNAL' });
    expect((await parts.records()).at(-1)).toMatchObject({ outcome: 'INTERNAL' });
    expect(await parts.call('rlm.probe', { session_id }, same)).toEqual(body);
  });
});

describe('[LG6] an id that is used again', () => {
  test.each<[title: string, args: Body]>([
    ['by a call that succeeds', { root: '.' }],
    ['by one that fails', { root: 'missing' }],
    ['by one whose arguments are wrong', { root: 7 }],
  ])('%s is another call’s', async (_, args) => {
    const parts = await startPipeline({ files: FILES });
    const session_id = await parts.session();
    const same = fresh();
    await parts.call('rlm.fs.list', { session_id, root: 'a.txt' }, same);
    const records = (await parts.records()).length;
    const second = await parts.call('rlm.fs.list', { session_id, ...args }, same);
    expect(second).not.toMatchObject({ error_code: 'INTERNAL' });
    expect(await parts.records()).toHaveLength(records + 1);
    expect(await parts.call('rlm.fs.list', { session_id, ...args }, same)).toEqual(second);
    expect(await parts.records()).toHaveLength(records + 1);
    // Another tool with the same arguments is another call too.
    await parts.call('rlm.fs.manifest', { session_id, ...args }, same);
    expect(await parts.records()).toHaveLength(records + 2);
  });

  test('while its first call runs: each gets its own answer and its own record', async () => {
    const [started, released] = [gate(), gate()];
    const parts = await startPipeline({
      tools: probe(async (_, { n }) => {
        if (n === 1) {
          started.open();
          await released.opened;
        }
        if (n === 3) throw new RlmError('NOT_FOUND', 'There is no such file.');
        return { result: { n } };
      }),
    });
    const session_id = await parts.session();
    const before = { used: await parts.used(session_id), records: (await parts.records()).length };
    const same = fresh();
    const first = parts.call('rlm.probe', { session_id, n: 1 }, same);
    await started.opened;
    expect(await parts.call('rlm.probe', { session_id, n: 2 }, same)).toEqual({ success: true, n: 2 });
    expect(await parts.call('rlm.probe', { session_id, n: 3 }, same)).toMatchObject({
      error_code: 'NOT_FOUND',
    });
    expect(await parts.call('rlm.probe', { session_id, n: 'x' }, same)).toMatchObject({
      error_code: 'INVALID_ARGUMENT',
    });
    expect(await parts.call('rlm.session.create', {}, same)).toMatchObject({ success: true });
    released.open();
    expect(await first).toEqual({ success: true, n: 1 });
    expect(await parts.call('rlm.probe', { session_id, n: 1 }, same)).toEqual({ success: true, n: 1 });
    expect((await parts.records()).slice(before.records).map(({ outcome }) => outcome)).toEqual([
      'ok',
      'NOT_FOUND',
      'INVALID_ARGUMENT',
      'ok',
      'ok',
    ]);
    expect((await parts.used(session_id)).calls).toBe(before.used.calls + 3);
  });

  test('an answer that was delivered is forgotten before a call that comes next', async () => {
    const parts = await startPipeline({ files: FILES });
    const same = fresh();
    const made: unknown[] = [];
    for (let n = 0; n < 3; n += 1) {
      const body = await parts.call('rlm.session.create', {}, same);
      parts.pipeline.delivered({ principal: ANYONE, instance: same.instance }, [same.request]);
      made.push(body['session_id']);
    }
    expect(new Set(made).size).toBe(3);
    expect(await parts.records()).toHaveLength(3);
  });
});
