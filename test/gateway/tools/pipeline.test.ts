import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { StoreError } from '../../../gateway/store/sqlite-client.ts';
import { TOOLS } from '../../../gateway/tools/table.ts';
import { type CallContext, type Outcome, sessionTool, type Tool } from '../../../gateway/tools/tool.ts';
import { RlmError } from '../../../shared/errors/rlm-error.ts';
import { ANYONE, startPipeline } from '../../support/gateway-pipeline.ts';

/** A tool that does what the test says, beside the real ones. */
const probe = (run: (context: CallContext) => Promise<Outcome>): readonly Tool[] => [
  ...TOOLS,
  sessionTool({
    name: 'rlm.probe',
    title: '',
    description: '',
    input: z.strictObject({ session_id: z.string() }),
    output: {},
    isReadOnly: true,
    run: (_, call) => run(call),
  }),
];

describe('[TL3] every call is recorded once, however it ends', () => {
  test.each<[title: string, name: string, args: object, outcome: string, tool: string]>([
    ['a success', 'rlm.fs.list', { root: '.' }, 'ok', 'rlm.fs.list'],
    ['an underscored name', 'rlm_fs_list', { root: '.' }, 'ok', 'rlm.fs.list'],
    ['no such tool', 'rm -rf', {}, 'UNKNOWN_TOOL', 'unknown'],
    ['a missing argument', 'rlm.fs.list', {}, 'MISSING_ARGUMENT', 'rlm.fs.list'],
    ['a wrong argument', 'rlm.fs.list', { root: 7 }, 'INVALID_ARGUMENT', 'rlm.fs.list'],
    ['one argument too many', 'rlm.fs.list', { root: '.', x: 1 }, 'INVALID_ARGUMENT', 'rlm.fs.list'],
    ['a limit', 'rlm.fs.list', { root: '.', depth: 65 }, 'LIMIT_EXCEEDED', 'rlm.fs.list'],
    ['no such file', 'rlm.fs.list', { root: 'missing' }, 'NOT_FOUND', 'rlm.fs.list'],
    ['a closed path', 'rlm.fs.list', { root: '.git' }, 'PATH_RESTRICTED', 'rlm.fs.list'],
    ['a path outside', 'rlm.fs.list', { root: '../x' }, 'PATH_OUTSIDE_ROOTS', 'rlm.fs.list'],
    [
      'an unknown handle',
      'rlm.span.read',
      { file_handle: 'h', start_line: 1, end_line: 1 },
      'HANDLE_NOT_FOUND',
      'rlm.span.read',
    ],
    ['an unknown chunk', 'rlm.chunk.get', { chunk_id: 'c' }, 'CHUNK_NOT_FOUND', 'rlm.chunk.get'],
    [
      'a bad pattern',
      'rlm.search.regex',
      { pattern: '(', scope: '.' },
      'INVALID_ARGUMENT',
      'rlm.search.regex',
    ],
  ])('%s', async (_, name, args, outcome, tool) => {
    const { session, call, records } = await startPipeline();
    const id = await session();
    const before = (await records()).length;
    const body = await call(name, { session_id: id, ...args });
    expect(body).toMatchObject(
      outcome === 'ok' ? { success: true } : { success: false, error_code: outcome, tool },
    );
    const added = (await records()).slice(before);
    expect(added).toMatchObject([{ tool, outcome, key_id: 'k' }]);
    if (outcome !== 'ok')
      expect(Object.keys(body).sort()).toEqual(['error', 'error_code', 'success', 'tool']);
  });

  test('and says so in the log, with ids and sizes and nothing else', async () => {
    const { session, call, logs } = await startPipeline();
    const id = await session();
    const body = await call('rlm.fs.list', { session_id: id, root: '.' });
    expect(logs.of('tool_call').at(-1)).toEqual({
      level: 'info',
      time: expect.any(String),
      logger: 'rlm.mcp_gateway',
      event: 'tool_call',
      tool: 'rlm.fs.list',
      session_id: id,
      key_id: 'k',
      duration_ms: expect.any(Number),
      output_bytes: Buffer.byteLength(JSON.stringify(body)),
      seq: 3,
    });
    await call('rlm.fs.list', { session_id: id, root: 'nope' });
    expect(logs.of('tool_error')).toMatchObject([
      { tool: 'rlm.fs.list', session_id: id, error: 'NOT_FOUND' },
    ]);
    expect(logs.of('session_create')).toMatchObject([{ session_id: id, key_id: 'k', repo: 'app' }]);
    await call('rlm.session.close', { session_id: id });
    expect(logs.of('session_close')).toMatchObject([{ session_id: id, key_id: 'k', repo: 'app' }]);
  });

  test('under its session only where the session was proved to be the caller’s', async () => {
    const { session, call, records } = await startPipeline();
    const mine = await session();
    const thief = { principal: { ...ANYONE, keyId: 'thief' } };
    expect(await call('rlm.fs.list', { session_id: mine, root: '.' }, thief)).toMatchObject({
      error_code: 'SESSION_NOT_FOUND',
    });
    expect((await records()).at(-1)).toMatchObject({ key_id: 'thief', session_id: null, repo: null });
    await call('rlm.session.close', { session_id: mine });
    expect((await records()).at(-1)).toMatchObject({ key_id: 'k', session_id: mine, repo: 'app' });
  });
});

describe('order: scope, arguments, budget, roots, run', () => {
  test('a key that may not use a tool learns nothing about its arguments, and pays nothing', async () => {
    const { session, call, used } = await startPipeline();
    const id = await session();
    const before = await used(id);
    const narrow = { principal: { ...ANYONE, tools: new Set(['rlm.fs.list']) } };
    for (const args of [{}, { session_id: id, pattern: 'x', scope: '.' }]) {
      expect(await call('rlm.search.regex', args, narrow)).toMatchObject({ error_code: 'SCOPE_DENIED' });
    }
    expect(await call('rlm_fs_list', { session_id: id, root: '.' }, narrow)).toMatchObject({ success: true });
    expect((await used(id)).calls).toBe(before.calls + 1);
  });

  test('arguments are looked at before the session, so that a mistake costs nothing', async () => {
    const { call, session, used } = await startPipeline();
    expect(await call('rlm.fs.list', { session_id: 'nobody’s', depth: 99, root: '.' })).toMatchObject({
      error_code: 'LIMIT_EXCEEDED',
    });
    const id = await session();
    const before = await used(id);
    await call('rlm.fs.list', { session_id: id });
    expect(await used(id)).toEqual(before);
  });

  test('a mistake that only running can show costs nothing either', async () => {
    const { session, call, used, handle, write } = await startPipeline();
    await write('a.txt', 'one\n');
    const id = await session();
    const file = await handle(id, 'a.txt');
    const before = await used(id);
    const read = { session_id: id, file_handle: file, start_line: 9, end_line: 9 };
    expect(await call('rlm.span.read', read)).toMatchObject({ error_code: 'INVALID_ARGUMENT' });
    expect(await call('rlm.search.regex', { session_id: id, pattern: '[', scope: '.' })).toMatchObject({
      error_code: 'INVALID_ARGUMENT',
    });
    expect(await used(id)).toEqual(before);
    // What is not a mistake of the arguments is paid for.
    await call('rlm.fs.list', { session_id: id, root: 'missing' });
    expect((await used(id)).calls).toBe(before.calls + 1);
  });

  test('a repository that the key may not use any more stays closed, in a session that is open', async () => {
    const { session, call, records } = await startPipeline();
    const id = await session();
    const narrowed = { principal: { ...ANYONE, repos: new Set(['other']) } };
    expect(await call('rlm.fs.list', { session_id: id, root: '.' }, narrowed)).toMatchObject({
      error_code: 'SCOPE_DENIED',
    });
    expect((await records()).at(-1)).toMatchObject({ session_id: id, outcome: 'SCOPE_DENIED' });
  });

  test('before the roots are set no file tool runs', async () => {
    const { call } = await startPipeline();
    const { session_id } = await call('rlm.session.create');
    for (const [tool, args] of [
      ['rlm.fs.list', { root: '.' }],
      ['rlm.fs.manifest', { root: '.' }],
      ['rlm.fs.handle.create', { file_path: 'a' }],
      ['rlm.span.read', { file_handle: 'h', start_line: 1, end_line: 1 }],
      ['rlm.chunk.create', { file_handle: 'h' }],
      ['rlm.chunk.get', { chunk_id: 'c' }],
      ['rlm.search.regex', { pattern: 'a', scope: '.' }],
    ] as const) {
      expect(await call(tool, { session_id, ...args })).toMatchObject({ error_code: 'NO_ROOTS' });
    }
  });
});

describe('budgets', () => {
  test('of many calls at once on a budget of 10, 10 are answered; what is free stays free', async () => {
    const { session, call } = await startPipeline();
    // `roots.set` is the first of the ten.
    const id = await session({ max_tool_calls: 10 });
    const bodies = await Promise.all(
      Array.from({ length: 60 }, () => call('rlm.fs.list', { session_id: id, root: '.' })),
    );
    expect(bodies.filter(({ success }) => success)).toHaveLength(9);
    for (const body of bodies.filter(({ success }) => !success)) {
      expect(body).toMatchObject({ error_code: 'BUDGET_EXCEEDED', error: expect.stringContaining('calls') });
    }
    expect(await call('rlm.provenance.report', { session_id: id })).toMatchObject({
      provenance_graph: { tool_calls: 10 },
    });
    expect(await call('rlm.session.close', { session_id: id })).toEqual({ success: true });
  });

  test('[TL5] bytes are counted as they are sent, and an answer that does not fit stays here', async () => {
    const { session, call, used, records } = await startPipeline({ files: { 'a/b/c.txt': 'x' } });
    const id = await session({ max_output_bytes: 700 });
    let sent = (await used(id)).bytes;
    let refusal: unknown;
    for (let n = 0; refusal === undefined && n < 20; n += 1) {
      const body = await call('rlm.fs.list', { session_id: id, root: '.', depth: 5 });
      if (body['success'] === true) sent += Buffer.byteLength(JSON.stringify(body));
      else refusal = body;
    }
    expect(refusal).toMatchObject({ error_code: 'BUDGET_EXCEEDED', error: expect.stringContaining('bytes') });
    expect(JSON.stringify(refusal)).not.toContain('c.txt');
    expect(await used(id)).toMatchObject({ bytes: sent });
    expect((await records()).at(-1)).toMatchObject({ outcome: 'BUDGET_EXCEEDED', spans: [] });
  });
});

describe('[TL2] no answer without a durable record', () => {
  const FAULTS: readonly (readonly [string, () => Promise<never>])[] = [
    ['fails', () => Promise.reject(new StoreError('disk full at /srv/secret.db', 'SQLITE_FULL'))],
    ['never answers', () => new Promise(() => {})],
    ['throws nonsense', () => Promise.reject('nonsense')],
  ];
  test.each(FAULTS)('a store that %s: nothing is returned', async (_, append) => {
    const fault = { isOn: false, isMet: false };
    const { session, handle, call, logs } = await startPipeline({
      files: { 'a.txt': 'CONTENT-CANARY\n' },
      wrapStore: (store) => ({
        ...store,
        append: (job) => {
          fault.isMet = fault.isOn;
          return fault.isOn ? append() : store.append(job);
        },
      }),
    });
    const id = await session();
    const file = await handle(id, 'a.txt');
    fault.isOn = true;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const refused = async (name: string, args: object): Promise<void> => {
      let body: unknown;
      const calling = call(name, { session_id: id, ...args }).then((answer) => {
        body = answer;
      });
      // Until then only real work is going on.
      await vi.waitUntil(() => fault.isMet, { interval: 1 });
      fault.isMet = false;
      await vi.advanceTimersByTimeAsync(5_000);
      await calling;
      expect(body).toEqual({
        success: false,
        error: expect.stringContaining('could not be recorded'),
        error_code: 'PROVENANCE_UNAVAILABLE',
        tool: name,
      });
      expect(JSON.stringify(body)).not.toMatch(/CANARY|secret/);
    };
    await refused('rlm.span.read', { file_handle: file, start_line: 1, end_line: 1 });
    // A failure is an answer too.
    await refused('rlm.fs.list', { root: 'missing' });
    await refused('rlm.fs.list', {});
    expect(logs.of('tool_error').map(({ error }) => error)).toEqual(Array(3).fill('PROVENANCE_UNAVAILABLE'));
  });

  test('a cancelled call that cannot be recorded does not pass for a recorded one', async () => {
    const controller = new AbortController();
    const { call } = await startPipeline({
      wrapStore: (store) => ({
        ...store,
        append: () => {
          controller.abort();
          return Promise.reject(new StoreError('', 'SQLITE_FULL'));
        },
      }),
    });
    expect(await call('rlm.session.create', {}, { signal: controller.signal })).toMatchObject({
      error_code: 'PROVENANCE_UNAVAILABLE',
    });
  });
});

test('[TL14] an answer that no message can carry is refused, not recorded as given, and not charged', async () => {
  let length = 1_600_000;
  const { session, call, used, records } = await startPipeline({
    tools: probe(async () => ({ result: { content: '"'.repeat(length) } })),
  });
  const id = await session();
  const before = await used(id);
  expect(await call('rlm.probe', { session_id: id })).toMatchObject({ error_code: 'LIMIT_EXCEEDED' });
  expect((await records()).at(-1)).toMatchObject({ outcome: 'LIMIT_EXCEEDED' });
  expect(await used(id)).toEqual(before);
  // In the message a quote takes six characters: two as an object, four as text.
  length = 1_390_000;
  expect(await call('rlm.probe', { session_id: id })).toMatchObject({ success: true });
});

describe('cancellation', () => {
  test('[TL13] before a call begins to work ends it, recorded', async () => {
    let ran = false;
    const { session, call, records } = await startPipeline({
      tools: probe(async () => {
        ran = true;
        return { result: {} };
      }),
    });
    const id = await session();
    const signal = AbortSignal.abort();
    expect(await call('rlm.probe', { session_id: id }, { signal })).toMatchObject({
      error_code: 'CANCELLED',
    });
    expect(ran).toBe(false);
    expect((await records()).at(-1)).toMatchObject({ outcome: 'CANCELLED', session_id: id });
  });

  test('while a search runs ends the engine, recorded', async () => {
    const { session, call, records, write } = await startPipeline();
    await write('big.txt', `${'a'.repeat(60_000)}\n`.repeat(150));
    const id = await session();
    const controller = new AbortController();
    const searching = call(
      'rlm.search.regex',
      { session_id: id, pattern: '(a*)*(a*)*(a*)*b', scope: '.' },
      { signal: controller.signal },
    );
    controller.abort();
    expect(await searching).toMatchObject({ error_code: 'CANCELLED' });
    expect((await records()).at(-1)).toMatchObject({ outcome: 'CANCELLED', spans: [] });
  });
});

describe('a fault of ours', () => {
  test.each([
    ['an error nobody expected', () => new Error('CANARY-MESSAGE\n    at CANARY-LINE (file.ts:1:1)')],
    ['a fault that was known as one', () => new RlmError('INTERNAL', 'CANARY-MESSAGE (EIO).')],
    ['what is no error at all', () => 'CANARY-MESSAGE'],
  ])('%s: the answer carries an id that is in the log, and neither quotes it', async (_, make) => {
    const { session, call, logs, records } = await startPipeline({
      tools: probe(() => Promise.reject(make())),
    });
    const id = await session();
    const body = await call('rlm.probe', { session_id: id });
    expect(body).toMatchObject({ error_code: 'INTERNAL', error_id: expect.stringMatching(/^[0-9a-f]{12}$/) });
    expect(logs.of('internal_error')).toMatchObject([{ error_id: body['error_id'], level: 'error' }]);
    expect(logs.of('tool_error').at(-1)).toMatchObject({ error_id: body['error_id'] });
    expect(`${JSON.stringify(body)}${logs.lines.join('')}`).not.toContain('CANARY');
    expect((await records()).at(-1)).toMatchObject({ outcome: 'INTERNAL' });
  });

  test('a store that cannot charge is no free call', async () => {
    const fault = { isOn: false };
    const { session, call, services } = await startPipeline();
    const id = await session();
    const { charge } = services.sessions;
    services.sessions.charge = (...args) =>
      fault.isOn ? Promise.reject(new StoreError('', 'SQLITE_IOERR')) : charge.apply(services.sessions, args);
    fault.isOn = true;
    expect(await call('rlm.fs.list', { session_id: id, root: '.' })).toMatchObject({
      error_code: 'INTERNAL',
    });
  });
});

describe('canary', () => {
  const TOKEN = 'RLM_CANARY_0123456789abcdef';
  test('[TL12] an answer that holds the repository’s token says so, whatever tool gave it', async () => {
    const { session, handle, call, logs } = await startPipeline({
      files: { '.rlm_canary_token.txt': `Token: ${TOKEN}\n`, 'b.txt': `x ${TOKEN}\n`, 'c.txt': 'clean\n' },
    });
    const id = await session();
    const read = async (path: string): Promise<unknown> =>
      (
        await call('rlm.span.read', {
          session_id: id,
          file_handle: await handle(id, path),
          start_line: 1,
          end_line: 1,
        })
      )['warning'];
    expect(await read('c.txt')).toBeNull();
    expect(logs.of('canary')).toEqual([]);
    expect(await read('b.txt')).toContain('canary');
    expect(await read('.rlm_canary_token.txt')).toContain('canary');
    const found = await call('rlm.search.regex', { session_id: id, pattern: 'RLM_CANARY', scope: '.' });
    expect(found['warning']).toContain('canary');
    expect(logs.of('canary')).toHaveLength(3);
    expect(logs.of('canary')[0]).toMatchObject({ level: 'warn', session_id: id, key_id: 'k' });
    expect(logs.lines.join('')).not.toContain(TOKEN);
  });
});

test('a repeated span is told, and only to its own session', async () => {
  const { session, handle, call, write } = await startPipeline({ files: { 'a.txt': 'one\ntwo\n' } });
  const warningOf = async (id: string): Promise<unknown> =>
    (
      await call('rlm.span.read', {
        session_id: id,
        file_handle: await handle(id, 'a.txt'),
        start_line: 1,
        end_line: 2,
      })
    )['warning'];
  const [first, second] = [await session(), await session()];
  expect(await warningOf(first)).toBeNull();
  expect(await warningOf(first)).toBe('This session has read exactly these lines before.');
  expect(await warningOf(second)).toBeNull();
  // Lines that have changed since are other lines.
  await write('a.txt', 'one\nthree\n');
  expect(await warningOf(first)).toBeNull();
});
