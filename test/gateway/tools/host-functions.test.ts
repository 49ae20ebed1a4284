import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { HostCall, HostReply, Json } from '../../../gateway/exec/engine.ts';
import { HOST_FUNCTIONS, HostCalls } from '../../../gateway/tools/host-functions.ts';
import { TOOLS } from '../../../gateway/tools/table.ts';
import { sessionTool } from '../../../gateway/tools/tool.ts';
import { ANYONE, startPipeline, type TestPipeline } from '../../support/gateway-pipeline.ts';

const FILES = {
  'src/a.ts': 'export const a = 1;\nexport const b = 2;\n',
  'src/deep/c.py': 'def c():\n    return 3\n',
  'docs/long.md': `${'line\n'.repeat(500)}`,
  'docs/wide.txt': 'x'.repeat(20_000),
  'docs/image.bin': new Uint8Array([0, 1, 2]),
  'src/.env': 'SECRET=1\n',
};

/** A tool that makes the calls a program would make, and says what it got. */
const callsTool = sessionTool({
  name: 'rlm.test.calls',
  title: 'Calls',
  description: 'Makes calls.',
  input: z.strictObject({ session_id: z.string(), calls: z.array(z.json()) }),
  output: { replies: z.array(z.json()) },
  isReadOnly: true,
  run: async (args, call, services) => {
    const calls = new HostCalls(call, services);
    const replies: HostReply[] = [];
    for (const hostCall of args.calls) {
      replies.push(await calls.answer(hostCall as unknown as HostCall, new AbortController().signal));
    }
    return { result: { replies }, spans: calls.spans };
  },
});

async function setUp(): Promise<TestPipeline> {
  return startPipeline({ files: FILES, tools: [...TOOLS, callsTool] });
}

async function ask(
  gateway: TestPipeline,
  calls: readonly [name: string, args: readonly Json[], named?: Readonly<Record<string, Json>>][],
  options: { roots?: readonly string[]; tools?: readonly string[] } = {},
): Promise<HostReply[]> {
  const session = await gateway.session(undefined, options.roots ?? ['.']);
  const principal =
    options.tools === undefined
      ? ANYONE
      : { ...ANYONE, tools: new Set(['rlm.test.calls', ...options.tools]) };
  const answer = await gateway.call(
    'rlm.test.calls',
    { session_id: session, calls: calls.map(([name, args, named = {}]) => ({ name, args, named })) },
    { principal },
  );
  expect(answer).toMatchObject({ success: true });
  return answer['replies'] as HostReply[];
}

const codeOf = (reply: HostReply | undefined): string | undefined =>
  reply === undefined || reply.ok ? undefined : reply.code;

describe('read_span', () => {
  test('gives lines of a file by its path, and how many there are', async () => {
    const gateway = await setUp();
    const [first, named] = await ask(gateway, [
      ['read_span', ['src/a.ts', 1, 1]],
      ['read_span', ['src/a.ts'], { start_line: 2, end_line: 99 }],
    ]);
    expect(first).toEqual({
      ok: true,
      value: {
        path: 'src/a.ts',
        content: 'export const a = 1;\n',
        start_line: 1,
        end_line: 1,
        total_lines: 2,
        is_truncated: false,
      },
    });
    expect(named).toMatchObject({ ok: true, value: { content: 'export const b = 2;\n', end_line: 2 } });
  });

  test('[TL8] keeps the limits of span.read', async () => {
    const gateway = await setUp();
    const replies = await ask(gateway, [
      ['read_span', ['docs/long.md', 1, 200]],
      ['read_span', ['docs/long.md', 1, 201]],
      ['read_span', ['docs/long.md', 5, 4]],
      ['read_span', ['docs/long.md', 501, 501]],
      ['read_span', ['docs/wide.txt', 1, 1]],
      ['read_span', ['docs/image.bin', 1, 1]],
      ['read_span', ['docs/none', 1, 1]],
      ['read_span', ['docs', 1, 1]],
    ]);
    expect(replies[0]?.ok).toBe(true);
    expect(replies[4]).toMatchObject({ ok: true, value: { is_truncated: true, content: 'x'.repeat(8192) } });
    expect([1, 2, 3, 5, 6, 7].map((at) => codeOf(replies[at]))).toEqual([
      'LIMIT_EXCEEDED',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'BINARY_FILE',
      'NOT_FOUND',
      'NOT_A_FILE',
    ]);
  });

  test('[PA1] [PA5] reads nothing outside the roots and nothing restricted', async () => {
    const gateway = await setUp();
    await symlink('/etc/passwd', join(gateway.path, 'src/out'));
    const replies = await ask(
      gateway,
      [
        ['read_span', ['../outside', 1, 1]],
        ['read_span', ['/etc/passwd', 1, 1]],
        ['read_span', ['src/out', 1, 1]],
        ['read_span', ['docs/long.md', 1, 1]],
        ['read_span', ['src/.env', 1, 1]],
        ['read_span', ['a\0b', 1, 1]],
      ],
      { roots: ['src'] },
    );
    expect(replies.map(codeOf)).toEqual([
      'PATH_OUTSIDE_ROOTS',
      'PATH_OUTSIDE_ROOTS',
      'PATH_OUTSIDE_ROOTS',
      'PATH_OUTSIDE_ROOTS',
      'PATH_RESTRICTED',
      'INVALID_ARGUMENT',
    ]);
  });
});

describe('list_files', () => {
  test('lists every file a session may see, sorted as listings are, and by globs', async () => {
    const gateway = await setUp();
    const [all, python, below] = await ask(gateway, [
      ['list_files', []],
      ['list_files', ['.', ['*.py', '*.md']]],
      ['list_files', [], { root: 'src', patterns: null }],
    ]);
    expect(all).toEqual({
      ok: true,
      value: ['docs/image.bin', 'docs/long.md', 'docs/wide.txt', 'src/a.ts', 'src/deep/c.py'],
    });
    expect(python).toEqual({ ok: true, value: ['docs/long.md', 'src/deep/c.py'] });
    expect(below).toEqual({ ok: true, value: ['src/a.ts', 'src/deep/c.py'] });
  });
});

describe('search and query', () => {
  test('give the tools’ results', async () => {
    const gateway = await setUp();
    const [found, limited] = await ask(gateway, [
      ['search', ['export const \\w+']],
      ['search', ['export'], { scope: 'src', k: 1 }],
    ]);
    expect(found).toMatchObject({
      ok: true,
      value: [
        { file_path: 'src/a.ts', start_line: 1, snippet: 'export const a = 1;' },
        { file_path: 'src/a.ts', start_line: 2 },
      ],
    });
    expect(limited?.ok === true && Array.isArray(limited.value) ? limited.value.length : null).toBe(1);
  });

  test('a bad pattern, a bad k and a foreign scope are refused', async () => {
    const gateway = await setUp();
    const replies = await ask(
      gateway,
      [
        ['search', ['(']],
        ['search', ['a'], { k: 0 }],
        ['search', ['a', 'docs']],
        ['search', [1]],
        ['query', []],
      ],
      { roots: ['src'] },
    );
    expect(replies.map(codeOf)).toEqual([
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'PATH_OUTSIDE_ROOTS',
      'INVALID_ARGUMENT',
      'MISSING_ARGUMENT',
    ]);
  });
});

describe('every function', () => {
  test('goes by the right of its tool', async () => {
    const gateway = await setUp();
    const calls: [string, Json[]][] = [
      ['read_span', ['src/a.ts', 1, 1]],
      ['search', ['a']],
      ['query', ['a']],
      ['list_files', []],
    ];
    const rights = Object.values(HOST_FUNCTIONS).map(({ tool }) => tool.name);
    expect(rights).toEqual(['rlm.span.read', 'rlm.search.regex', 'rlm.search.query', 'rlm.fs.list']);
    expect((await ask(gateway, calls, { tools: [] })).map(codeOf)).toEqual(Array(4).fill('SCOPE_DENIED'));
    const one = await ask(gateway, calls, { tools: ['rlm.fs.list'] });
    expect(one.map(({ ok }) => ok)).toEqual([false, false, false, true]);
  });

  test('refuses arguments that are too many, unknown, doubled or of another kind', async () => {
    const gateway = await setUp();
    const replies = await ask(gateway, [
      ['read_span', ['a', 1, 1, 1]],
      ['read_span', ['a', 1], { start_line: 1, end_line: 1 }],
      ['read_span', [], { path: 'a', from: 1 }],
      ['read_span', ['src/a.ts']],
      ['read_span', ['src/a.ts', '1', 2]],
      ['list_files', [['a']]],
      ['list_files', ['.', 'a']],
      ['list_files', [], { __proto__: null, constructor: 1 }],
    ]);
    expect(replies.map(codeOf)).toEqual([
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'MISSING_ARGUMENT',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
    ]);
  });

  test('leaves what it read in the record of the run, each span once, with its whole hash', async () => {
    const gateway = await setUp();
    await ask(gateway, [
      ['read_span', ['src/a.ts', 1, 1]],
      ['read_span', ['src/a.ts', 1, 1]],
      ['search', ['return 3']],
      ['read_span', ['docs/none', 1, 1]],
    ]);
    const record = (await gateway.records()).at(-1);
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect(record?.spans).toEqual([
      {
        file_path: 'src/a.ts',
        start_line: 1,
        end_line: 1,
        sha256: sha256('export const a = 1;\n'),
        source_type: 'execution',
      },
      {
        file_path: 'src/deep/c.py',
        start_line: 2,
        end_line: 2,
        sha256: sha256('    return 3'),
        source_type: 'execution',
      },
    ]);
  });

  test('a fault of ours is kept for the run, and told to the program as that and no more', async () => {
    const faulty = sessionTool({
      ...callsTool,
      name: 'rlm.test.faulty',
      check: () => {},
      input: z.strictObject({ session_id: z.string() }),
      run: async (_, call, services) => {
        const broken = { ...call, repository: null as unknown as typeof call.repository };
        const calls = new HostCalls(broken, services);
        const reply = await calls.answer(
          { name: 'list_files', args: [], named: {} },
          new AbortController().signal,
        );
        return { result: { replies: [reply], hasFault: calls.fault instanceof Error } };
      },
    });
    const gateway = await startPipeline({ files: FILES, tools: [...TOOLS, faulty] });
    const session = await gateway.session();
    expect(await gateway.call('rlm.test.faulty', { session_id: session })).toMatchObject({
      replies: [{ ok: false, code: 'INTERNAL', message: 'A fault of the gateway.' }],
      hasFault: true,
    });
  });
});
