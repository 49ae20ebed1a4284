import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Executor } from '../../../gateway/exec/executor.ts';
import { probeJail } from '../../../gateway/exec/jail/probe-jail.ts';
import { MAX_EXEC_CODE_SIZE, MAX_EXEC_OUTPUT_BYTES } from '../../../shared/limits.ts';
import { ANYONE, type Body, startPipeline, type TestPipeline } from '../../support/gateway-pipeline.ts';

/** One executor for all tests here: that its runs do not meet is what they are about. */
let executor: Executor;
const faults: string[] = [];

beforeAll(async () => {
  const snapshotFolder = await mkdtemp(join(tmpdir(), 'rlm-snapshot-'));
  const { jail } = await probeJail();
  executor = await Executor.start({
    jail,
    snapshotFolder,
    concurrency: 2,
    onFault: (engine, reason) => faults.push(`${engine}: ${reason}`),
  });
  return async () => {
    await executor.stop();
    await rm(snapshotFolder, { recursive: true, force: true });
  };
});

afterAll(() => {
  expect(faults).toEqual([]);
});

const FILES = {
  'src/a.py': 'import os\n\ndef a():\n    return 1\n',
  'src/b.py': 'import sys\nimport os\n',
  'src/c.ts': "import { readFile } from 'node:fs';\n",
  'notes.md': 'canary? no\n',
};

const gatewayWith = (options: { files?: Readonly<Record<string, string>>; maxTimeoutMs?: number } = {}) =>
  startPipeline({
    files: { ...FILES, ...options.files },
    exec: { executor, maxTimeoutMs: options.maxTimeoutMs ?? 5_000 },
  });

/** In a session of its own, unless one is given. */
async function run(gateway: TestPipeline, code: string, more: Body = {}): Promise<Body> {
  const session = more['session_id'] ?? (await gateway.session());
  return gateway.call('rlm.exec.run', { session_id: session, code, ...more });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const js = { language: 'javascript' };

describe('a run', () => {
  test('[EX7] gives what was printed and the value of the last expression, in both languages', async () => {
    const gateway = await gatewayWith();
    const code = 'print("hello")\n{"n": [1, 2.5, None, True]}';
    expect(await run(gateway, code)).toMatchObject({
      success: true,
      stdout: 'hello\n',
      stderr: '',
      result: { n: [1, 2.5, null, true] },
      artifacts: [],
      provenance: { code_hash: sha256(code), inputs: [], inputs_total: 0 },
    });
    expect(
      await run(gateway, 'console.log("hello"); console.error("oh"); ({ n: [1, 2.5, null] })', js),
    ).toMatchObject({
      success: true,
      stdout: 'hello\n',
      stderr: 'oh\n',
      result: { n: [1, 2.5, null] },
    });
    expect((await run(gateway, 'x = 1'))['result']).toBeNull();
  });

  test('[EX10] says which engine ran it, behind which walls', async () => {
    const gateway = await gatewayWith();
    const { isolation } = executor;
    expect(await run(gateway, '1')).toMatchObject({ sandbox: { engine: 'monty', isolation } });
    const generator = 'def g():\n    yield 1\nlist(g())';
    expect(await run(gateway, generator)).toMatchObject({
      result: [1],
      sandbox: { engine: 'pyodide', isolation },
    });
    expect(await run(gateway, '1', js)).toMatchObject({ sandbox: { engine: 'quickjs', isolation } });
  });

  test('[EX1] leaves nothing for the next one', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session();
    const again = (code: string, more: Body = {}) => run(gateway, code, { session_id: session, ...more });
    await again('left = 1');
    expect(await again('left')).toMatchObject({ success: false, error_code: 'EXEC_ERROR' });
    await again('globalThis.left = 1; Array.prototype.left = 1', js);
    expect(await again('[typeof left, typeof [].left]', js)).toMatchObject({
      result: ['undefined', 'undefined'],
    });
  });

  test('[EX7] an error has its class, its line and a traceback without anything of ours', async () => {
    const gateway = await gatewayWith();
    const python = await run(gateway, 'print("before")\nd = {}\nd["missing"]');
    expect(python).toMatchObject({
      success: false,
      error_code: 'EXEC_ERROR',
      tool: 'rlm.exec.run',
      stdout: 'before\n',
      line: 3,
    });
    expect(python['error']).toContain('KeyError');
    expect(python['stderr']).toContain("KeyError: 'missing'");
    const javascript = await run(gateway, 'console.log("before");\nnull.x', js);
    expect(javascript).toMatchObject({
      success: false,
      error_code: 'EXEC_ERROR',
      stdout: 'before\n',
      line: 2,
    });
    expect(javascript['error']).toContain('TypeError');
    for (const body of [python, javascript]) {
      expect(JSON.stringify(body)).not.toMatch(/node_modules|file:|\.mjs|\.ts:|\/usr|\/lib/);
    }
    expect(await run(gateway, 'def f(:\n  pass')).toMatchObject({ error_code: 'EXEC_SYNTAX', line: 1 });
    expect(await run(gateway, 'const = 1', js)).toMatchObject({ error_code: 'EXEC_SYNTAX', line: 1 });
  });

  test('[EX2] what has no place here is refused, with what to use instead', async () => {
    const gateway = await gatewayWith();
    const open = await run(gateway, 'x = 1\nprint(open("/etc/passwd").read())');
    expect(open).toMatchObject({ success: false, error_code: 'EXEC_DENIED', line: 2, stdout: '' });
    expect(open['error']).toContain('read_span');
    expect(await run(gateway, 'import socket')).toMatchObject({ error_code: 'EXEC_DENIED' });
    expect(await run(gateway, 'require("fs").readFileSync("/etc/passwd")', js)).toMatchObject({
      error_code: 'EXEC_DENIED',
    });
  });

  test('[EX3] is stopped at its deadline, with its output so far', async () => {
    const gateway = await gatewayWith();
    const more = { timeout_ms: 300 };
    expect(await run(gateway, 'print("so far")\nwhile True: pass', more)).toMatchObject({
      success: false,
      error_code: 'EXEC_TIMEOUT',
      stdout: 'so far\n',
    });
    expect(await run(gateway, 'console.log("so far"); for (;;);', { ...js, ...more })).toMatchObject({
      error_code: 'EXEC_TIMEOUT',
      stdout: 'so far\n',
    });
  });

  test('[EX3] does not outlive its session', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session({ timeout_ms: 1_500 });
    expect(await run(gateway, 'for (;;);', { ...js, session_id: session })).toMatchObject({
      error_code: 'EXEC_TIMEOUT',
    });
    expect(await run(gateway, '1', { session_id: session })).toMatchObject({ error_code: 'BUDGET_EXCEEDED' });
  });

  test('[EX4] is stopped when it holds too much, with its output so far', async () => {
    const gateway = await gatewayWith();
    const more = { memory_limit_mb: 32 };
    expect(
      await run(gateway, 'print("so far")\nx = []\nwhile True: x.append("y" * 100000 + str(len(x)))', more),
    ).toMatchObject({ success: false, error_code: 'EXEC_MEMORY', stdout: 'so far\n' });
    expect(
      await run(gateway, 'console.log("so far"); const x = []; for (;;) x.push(new Array(10000).fill(1));', {
        ...js,
        ...more,
      }),
    ).toMatchObject({ error_code: 'EXEC_MEMORY', stdout: 'so far\n' });
  });

  test('[EX8] output past its limit is cut, with a line that says so', async () => {
    const gateway = await gatewayWith();
    const body = await run(gateway, 'for i in range(40):\n    print("x" * 50000)\n"done"');
    expect(body).toMatchObject({ success: true, result: 'done' });
    expect(String(body['stdout'])).toMatch(/\n\[output cut: a run may print \d+ bytes\]\n$/);
    expect(Buffer.byteLength(String(body['stdout']))).toBeLessThan(MAX_EXEC_OUTPUT_BYTES + 100);
  });

  test('[EX9] [TL13] ends when its call is cancelled', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session();
    const cancellation = new AbortController();
    const running = gateway.call(
      'rlm.exec.run',
      { session_id: session, code: 'list_files()\nwhile True: pass' },
      { signal: cancellation.signal },
    );
    setTimeout(() => cancellation.abort(), 100);
    expect(await running).toMatchObject({ success: false, error_code: 'CANCELLED' });
    expect((await gateway.records()).at(-1)).toMatchObject({ outcome: 'CANCELLED', tool: 'rlm.exec.run' });
  });

  test('arguments over their limits are refused, and cost nothing', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session();
    const before = await gateway.used(session);
    const tooLong = `# ${'ü'.repeat(MAX_EXEC_CODE_SIZE / 2)}`;
    for (const [code, more, expected] of [
      [tooLong, {}, 'LIMIT_EXCEEDED'],
      ['x'.repeat(MAX_EXEC_CODE_SIZE + 1), {}, 'LIMIT_EXCEEDED'],
      ['', {}, 'INVALID_ARGUMENT'],
      ['1', { timeout_ms: 5_001 }, 'LIMIT_EXCEEDED'],
      ['1', { timeout_ms: 0 }, 'INVALID_ARGUMENT'],
      ['1', { timeout_ms: -1 }, 'INVALID_ARGUMENT'],
      ['1', { memory_limit_mb: 257 }, 'LIMIT_EXCEEDED'],
      ['1', { memory_limit_mb: 0 }, 'INVALID_ARGUMENT'],
      ['1', { language: 'ruby' }, 'INVALID_ARGUMENT'],
    ] as const) {
      expect(await run(gateway, code, { session_id: session, ...more })).toMatchObject({
        error_code: expected,
      });
    }
    expect(await gateway.used(session)).toEqual(before);
    const strict = await gatewayWith({ maxTimeoutMs: 300 });
    expect(await run(strict, '1', { timeout_ms: 301 })).toMatchObject({ error_code: 'LIMIT_EXCEEDED' });
    expect(await run(strict, '1')).toMatchObject({ success: true });
    expect(await run(strict, 'while True: pass')).toMatchObject({ error_code: 'EXEC_TIMEOUT' });
    const patient = await gatewayWith({ maxTimeoutMs: 10_000 });
    expect(await run(patient, '1', { timeout_ms: 10_000 })).toMatchObject({ success: true });
  });
});

describe('a run and the repository', () => {
  const SUM = [
    'n = 0',
    'for path in list_files("src", ["*.py"]):',
    '    first = read_span(path, 1, 100)',
    '    n += first["content"].count("import")',
    '    assert first["total_lines"] == first["end_line"]',
    'n',
  ].join('\n');

  test('[EX5] a program looks at many files, and every span of them is recorded', async () => {
    const gateway = await gatewayWith();
    const body = await run(gateway, SUM);
    expect(body).toMatchObject({ success: true, result: 3, provenance: { inputs_total: 2 } });
    const spans = [
      ['src/a.py', 4],
      ['src/b.py', 2],
    ].map(([file_path, end_line]) => ({
      file_path,
      start_line: 1,
      end_line,
      sha256: sha256(FILES[file_path as keyof typeof FILES]),
      source_type: 'execution',
    }));
    const { provenance } = body as { provenance: { inputs: unknown[] } };
    expect(provenance.inputs).toMatchObject(spans.map((span) => ({ ...span, repo: 'app' })));
    expect((await gateway.records()).at(-1)).toMatchObject({ tool: 'rlm.exec.run', outcome: 'ok', spans });
  });

  test('[EX5] the same in JavaScript', async () => {
    const gateway = await gatewayWith();
    const body = await run(
      gateway,
      'listFiles("src", ["*.py"]).map((path) => readSpan(path, 1, 100).content.split("import").length - 1)',
      js,
    );
    expect(body).toMatchObject({ success: true, result: [1, 2], provenance: { inputs_total: 2 } });
  });

  test('[EX5] a refusal is an error of the program’s, with the tools’ code', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session(undefined, ['src']);
    const python = [
      'try:',
      '    read_span("notes.md", 1, 1)',
      'except PermissionError as error:',
      '    print(error)',
      'read_span("src/none.py", 1, 1)',
    ].join('\n');
    const body = await run(gateway, python, { session_id: session });
    expect(body).toMatchObject({ success: false, error_code: 'EXEC_ERROR', line: 5 });
    expect(body['stdout']).toMatch(/^PATH_OUTSIDE_ROOTS: /);
    expect(body['stderr']).toMatch(/FileNotFoundError: NOT_FOUND: /);
    const code = 'try { readSpan("notes.md", 1, 1) } catch (error) { [error.code, error instanceof Error] }';
    expect(await run(gateway, code, { ...js, session_id: session })).toMatchObject({
      result: ['PATH_OUTSIDE_ROOTS', true],
    });
  });

  test('[EX5] what a key may not use, its programs may not either', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session();
    const principal = { ...ANYONE, tools: new Set(['rlm.exec.run', 'rlm.fs.list']) };
    const body = await gateway.call(
      'rlm.exec.run',
      { session_id: session, code: 'print(len(list_files()))\nread_span("notes.md", 1, 1)' },
      { principal },
    );
    expect(body).toMatchObject({ success: false, error_code: 'EXEC_ERROR', stdout: '4\n' });
    expect(body['stderr']).toContain('SCOPE_DENIED');
  });

  test('[EX5] names the first hundred spans, counts all, and records all', async () => {
    const files = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`many/${n}.txt`, `${n}\n`]));
    const gateway = await gatewayWith({ files });
    const body = await run(gateway, 'len([read_span(p, 1, 1) for p in list_files("many")])');
    const { provenance } = body as { provenance: { inputs: unknown[]; inputs_total: number } };
    expect([body['result'], provenance.inputs.length, provenance.inputs_total]).toEqual([150, 100, 150]);
    expect((await gateway.records()).at(-1)?.spans).toHaveLength(150);
  });

  test('[EX5] a program that asks without end is told so', async () => {
    const gateway = await gatewayWith({ maxTimeoutMs: 30_000 });
    const code = [
      'let n = 0;',
      'try { for (;; n += 1) readSpan("notes.md", 1, 1); } catch (error) { [n, error.code] }',
    ].join('\n');
    expect(await run(gateway, code, { ...js, timeout_ms: 30_000 })).toMatchObject({
      result: [5_000, 'LIMIT_EXCEEDED'],
    });
  });

  test('[EX6] costs one call and the bytes of its answer', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session({ max_tool_calls: 3 });
    const body = await run(gateway, SUM, { session_id: session });
    expect(await gateway.used(session)).toEqual({
      calls: 2,
      bytes: expect.any(Number),
    });
    const { bytes } = await gateway.used(session);
    expect(bytes).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(body)));
    const failed = await run(gateway, 'print("x" * 1000)\n1/0', { session_id: session });
    expect(failed).toMatchObject({ error_code: 'EXEC_ERROR' });
    expect((await gateway.used(session)).bytes - bytes).toBe(Buffer.byteLength(JSON.stringify(failed)));
    expect((await gateway.records()).at(-1)).toMatchObject({ outcome: 'EXEC_ERROR' });
    expect(await run(gateway, '1', { session_id: session })).toMatchObject({ error_code: 'BUDGET_EXCEEDED' });
  });

  test('[TL5] output that does not fit into what is left of the session’s bytes is withheld', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session({ max_output_bytes: 5_000 });
    const body = await run(gateway, 'print("x" * 10000)', { session_id: session });
    expect(body).toMatchObject({ success: false, error_code: 'BUDGET_EXCEEDED' });
    expect(JSON.stringify(body)).not.toContain('xxx');
  });

  test('[EX5] what was read is recorded however the run ends', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session({ max_output_bytes: 5_000 });
    const withheld = 'read_span("notes.md", 1, 1)\nprint("x" * 10000)';
    expect(await run(gateway, withheld, { session_id: session })).toMatchObject({
      error_code: 'BUDGET_EXCEEDED',
    });
    const spans = [{ file_path: 'notes.md', start_line: 1, end_line: 1, source_type: 'execution' }];
    expect((await gateway.records()).at(-1)).toMatchObject({ outcome: 'BUDGET_EXCEEDED', spans });
    const cancellation = new AbortController();
    const running = gateway.call(
      'rlm.exec.run',
      {
        session_id: await gateway.session(),
        code: 'readSpan("notes.md", 1, 1); search("never there"); for (;;);',
        ...js,
      },
      { signal: cancellation.signal },
    );
    setTimeout(() => cancellation.abort(), 1_500);
    expect(await running).toMatchObject({ error_code: 'CANCELLED' });
    expect((await gateway.records()).at(-1)).toMatchObject({ outcome: 'CANCELLED', spans });
  });

  test('[EX3] a program reads no more once its session is closed', async () => {
    const gateway = await gatewayWith();
    const session = await gateway.session();
    const code = [
      'let reads = 0;',
      'try {',
      '  for (; reads < 4000; reads += 1) { const until = Date.now() + 20; while (Date.now() < until); listFiles("src"); }',
      '} catch (error) { [error.code, reads < 4000] }',
    ].join('\n');
    const running = run(gateway, code, { ...js, session_id: session });
    setTimeout(() => void gateway.call('rlm.session.close', { session_id: session }), 300);
    expect(await running).toMatchObject({ result: ['SESSION_NOT_FOUND', true] });
  });

  test('[TL12] a canary that a program prints is noticed', async () => {
    const token = `RLM_CANARY_${'ab'.repeat(16)}`;
    const gateway = await gatewayWith({ files: { '.rlm_canary_token.txt': `Token: ${token}\n` } });
    const body = await run(gateway, 'print(read_span(".rlm_canary_token.txt", 1, 1)["content"])');
    expect(body['warning']).toContain('canary');
  });

  test('no code, output or path of a program is in the log', async () => {
    const gateway = await gatewayWith({ files: { 'src/planted-name.txt': 'planted-content\n' } });
    await run(
      gateway,
      'print(read_span("src/planted-name.txt", 1, 1)["content"])\nraise ValueError("planted-message")',
    );
    await run(gateway, 'open("planted-open")');
    await run(gateway, 'planted-syntax (', js);
    expect(gateway.logs.lines.join('\n')).toContain('EXEC_ERROR');
    expect(gateway.logs.lines.join('\n')).not.toContain('planted');
  });
});
