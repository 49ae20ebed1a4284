import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineEnd, EngineJob, HostCall, HostReply } from '../../../../../gateway/exec/engine.ts';
import { MAX_MONTY_MESSAGE_BYTES } from '../../../../../gateway/exec/exec-limits.ts';
import type { Jail } from '../../../../../gateway/exec/jail/jail.ts';
import { LimitsJail } from '../../../../../gateway/exec/jail/limits-jail.ts';
import { probeJail } from '../../../../../gateway/exec/jail/probe-jail.ts';
import { HOST_ERROR_CLASSES } from '../../../../../gateway/exec/python/host-errors.ts';
import { montyEngine } from '../../../../../gateway/exec/python/monty/monty-engine.ts';
import { framed, hostileJail } from './hostile-worker.ts';

const executable = fileURLToPath(import.meta.resolve('@pydantic/monty-linux-x64-gnu/monty'));
const engine = montyEngine({ executable });
const MEGABYTE = 1024 * 1024;

interface Run {
  readonly end: EngineEnd;
  readonly output: string;
  readonly calls: readonly HostCall[];
  readonly tookMs: number;
}

let strongest: Jail;
beforeAll(async () => {
  strongest = (await probeJail()).jail;
});

async function run(code: string, options: Partial<EngineJob> = {}, jail: Jail = strongest): Promise<Run> {
  const worker = await engine.start(jail);
  let output = '';
  const calls: HostCall[] = [];
  const startedAt = performance.now();
  const end = await worker.run({
    code,
    timeoutMs: 5_000,
    memoryBytes: 64 * MEGABYTE,
    signal: new AbortController().signal,
    onOutput: (stream, text) => {
      output += stream === 'stdout' ? text : `[${stream}]${text}`;
    },
    ...options,
    onHostCall: async (call, signal) => {
      calls.push(call);
      return (await options.onHostCall?.(call, signal)) ?? { ok: true, value: null };
    },
  });
  const tookMs = performance.now() - startedAt;
  // Killed by itself: a worker is for one run.
  await worker.gone;
  expect(existsSync(`/proc/${worker.pid}/exe`)).toBe(false);
  return { end, output, calls, tookMs };
}

async function resultOf(code: string, options: Partial<EngineJob> = {}): Promise<unknown> {
  const { end } = await run(code, options);
  return end.kind === 'completed' ? end.result : end;
}

const refusing = (code: string): Partial<EngineJob> => ({
  onHostCall: async () => ({ ok: false, code, message: 'a sentence.' }),
});

describe('a program', () => {
  it('prints as it goes and has the value of its last expression', async () => {
    const { end, output } = await run('x = [n * n for n in range(4)]\nprint("a", end="")\nprint(x)\nsum(x)');
    expect(end).toEqual({ kind: 'completed', result: 14 });
    expect(output).toBe('a[0, 1, 4, 9]\n');
  });

  it.each([
    ['1', 1],
    ['x = 1', null],
    ['', null],
    ['print("x")', null],
    ['if True:\n  5', null],
    [
      '[None, True, 1.5, "ü", (1, 2), {3, 1, 2}, {"a": {2: 3}}]',
      [null, true, 1.5, 'ü', [1, 2], [1, 2, 3], { a: { '2': 3 } }],
    ],
    [
      '[2**53, -2**63, 2**63, 2**53 - 1]',
      ['9007199254740992', '-9223372036854775808', '9223372036854775808', 9007199254740991],
    ],
    ['[float("nan"), float("inf"), -float("inf")]', ['nan', 'inf', '-inf']],
    [
      '[b"\\x00a", ..., int, len, range(3), ValueError("x")]',
      ["b'\\x00a'", 'Ellipsis', "<class 'int'>", '<built-in function len>', 'range(0, 3)', "ValueError('x')"],
    ],
    [
      'import datetime as d\n[d.date(2020, 1, 2), d.timedelta(days=-1, seconds=5)]',
      ['datetime.date(2020, 1, 2)', 'datetime.timedelta(days=-1, seconds=5)'],
    ],
    [
      'from collections import Counter, defaultdict, deque\n[Counter("aab"), deque([1]), defaultdict(int, {1: 2})]',
      [{ a: 2, b: 1 }, [1], { '1': 2 }],
    ],
    ['x = [1]\nx.append(x)\nx', [1, '[...]']],
    ['"\\x00"', '\0'],
  ])('%j', async (code, result) => {
    expect(await resultOf(code)).toEqual(result);
  });

  it('has a result too long left out, however long', async () => {
    expect(await resultOf('"a" * 262_143')).toBe(
      '[result of 262145 bytes left out: print a summary instead]',
    );
    expect(await resultOf('list(range(200_000))')).toMatch(
      /^\[result of (?:more than )?\d+ bytes left out: print a summary instead\]$/,
    );
    for (const code of [
      `"a" * ${MAX_MONTY_MESSAGE_BYTES * 4}`,
      'b"\\x00" * 1_500_000',
      'ValueError("\\x01" * 1_500_000)',
      '{("\\x01" * 1_500_000,): 1}',
      '{str(n) + "abcdefg" for n in range(100_000)}',
      'b"\\x00" * 200_000',
    ]) {
      expect(await resultOf(code)).toMatch(/^\[result of (?:more than )?\d+ bytes left out/);
    }
  });

  it('finds nothing of another run, nor of the one that warmed its worker up', async () => {
    for (const name of ['json', 're', 'double', '_']) {
      expect(
        await resultOf(`try:\n  ${name}\n  found = True\nexcept NameError:\n  found = False\nfound`),
      ).toBe(false);
    }
  });

  it('runs in the seat belt alone as it does in the strongest jail', async () => {
    const { end, output } = await run('print("x")\n1 + 1', {}, new LimitsJail());
    expect([end, output]).toEqual([{ kind: 'completed', result: 2 }, 'x\n']);
  });
});

describe('an error', () => {
  it('has its class, its line and the program\u2019s frames', async () => {
    const { end, output } = await run('print("before")\ndef half(n):\n    return n / 0\n\nhalf(1)');
    expect(output).toBe('before\n');
    expect(end).toEqual({
      kind: 'raised',
      type: 'ZeroDivisionError',
      message: 'division by zero',
      line: 3,
      traceback:
        'Traceback (most recent call last):\n  File "<program>", line 5, in <module>\n    half(1)\n' +
        '  File "<program>", line 3, in half\n    return n / 0\nZeroDivisionError: division by zero',
    });
  });

  it('tells a program that is none from one that raises a SyntaxError', async () => {
    expect((await run('x = 1\ndef f(:\n  pass')).end).toMatchObject({ kind: 'syntax', line: 2 });
    expect((await run('x = 1\nraise SyntaxError("mine")')).end).toMatchObject({
      kind: 'raised',
      type: 'SyntaxError',
      line: 2,
    });
  });

  it.each([
    ['what it does not know', 'class A(B): pass', 'NotImplementedError'],
    ['a name that there is not', 'nope(1)', 'NameError'],
    ['a module that there is not', 'import statistics', 'ModuleNotFoundError'],
    ['a result that has no form', 'class A:\n  pass\nA()', 'TypeError'],
    ['calls inside each other without end', 'def f(n):\n  return f(n + 1)\nf(0)', 'RecursionError'],
    ['the file system', 'open("/etc/passwd")', 'PermissionError'],
    ['the environment', 'import os\nos.getenv("PATH")', 'PermissionError'],
    ['the clock', 'import datetime\ndatetime.datetime.now()', 'PermissionError'],
  ])('is raised for %s', async (_what, code, type) => {
    expect((await run(code)).end).toMatchObject({ kind: 'raised', type });
  });

  it('shows repeated frames as Python does, and is never long', async () => {
    const deep = (await run('def f(n):\n  return f(n + 1)\nf(0)')).end;
    expect(deep).toMatchObject({
      traceback: expect.stringContaining('[Previous line repeated 997 more times]'),
    });
    const long = (await run('raise ValueError("x" * 100_000)')).end;
    expect(long).toMatchObject({ kind: 'raised', type: 'ValueError' });
    expect(JSON.stringify(long).length).toBeLessThan(20_000);
    const huge = (await run('raise ValueError("x" * 5_000_000)')).end;
    expect(huge).toMatchObject({ kind: 'raised' });
  });

  it('in a program can be caught there', async () => {
    expect(await resultOf('try:\n  nope(1)\nexcept NameError as e:\n  x = str(e)\nx')).toBe(
      "name 'nope' is not defined",
    );
    expect(await resultOf('try:\n  assert 1 == 2\nexcept AssertionError as e:\n  x = str(e)\nx')).toBe('');
  });
});

describe('a limit', () => {
  it.each([
    ['an endless loop', 'while True: pass'],
    [
      'one that catches everything',
      'while True:\n  try:\n    while True: pass\n  except BaseException: pass',
    ],
    ['a big power', 'x = 7 ** 10_000_000'],
    ['big products', 'x = 3 ** 100_000\nwhile True: x = x * x % (10 ** 100_000)'],
    ['a sort', 'x = list(range(300_000))\nwhile True: x = sorted(x, key=lambda v: -v)'],
    ['a flood of short lines', 'while True: print(1)'],
    ['a flood of long lines', 'while True: print("x" * 10_000)'],
    ['a flood of names that there are not', 'while True:\n  try:\n    pass\n  except NameError: pass'],
  ])('of time stops %s', async (_what, code) => {
    const { end, tookMs } = await run(code, { timeoutMs: 300 });
    expect(end).toEqual({ kind: 'timeout' });
    // The deadline, its grace, and what a busy machine adds.
    expect(tookMs).toBeLessThan(2_000);
  });

  it.each([
    ['a list', 'x = []\nwhile True: x.append("a" * 1000)'],
    ['a dict', 'x = {}\nn = 0\nwhile True:\n  x[n] = n\n  n += 1'],
    ['a string', 'x = "a"\nwhile True: x += x'],
    ['one huge string', 'x = "a" * (1 << 40)'],
    ['one huge list', 'x = [0] * (1 << 30)'],
    ['a huge number', 'x = 2 ** 10_000_000_000'],
    ['what is caught', 'try:\n  x = "a" * (1 << 40)\nexcept BaseException:\n  pass'],
    ['a function that asks for it', 'def f():\n  return "a" * (1 << 40)\nf()'],
    ['a result as large as the limit', '"a" * (40 << 20)'],
  ])('of memory stops %s', async (_what, code) => {
    const { end } = await run(`print("before")\n${code}`, { timeoutMs: 20_000 });
    expect(end).toEqual({ kind: 'memory' });
  });

  it('of memory keeps the output so far, to the last line', async () => {
    const { end, output } = await run('print("a")\nprint("b")\nx = {}\nfor n in range(10_000_000): x[n] = n');
    expect(end).toEqual({ kind: 'memory' });
    expect(output).toBe('a\nb\n');
  });

  it('of memory lets a program have what it may have', async () => {
    expect(await resultOf('x = "a" * (200 << 20)\nlen(x)', { memoryBytes: 256 * MEGABYTE })).toBe(
      200 * MEGABYTE,
    );
    expect((await run('x = "a" * (300 << 20)', { memoryBytes: 256 * MEGABYTE })).end).toEqual({
      kind: 'memory',
    });
  });

  it.each([
    ['raise MemoryError()', 'MemoryError'],
    [`raise MemoryError("memory limit exceeded: 1 bytes > ${64 * MEGABYTE} bytes")`, 'MemoryError'],
    [`e = MemoryError("memory limit exceeded: 1 bytes > ${64 * MEGABYTE} bytes")\nraise e`, 'MemoryError'],
    ['raise TimeoutError("time limit exceeded: 5s > 5s")', 'TimeoutError'],
  ])('is not what a program raises itself: %s', async (code, type) => {
    expect((await run(code)).end).toMatchObject({ kind: 'raised', type });
  });

  it('of questions stops a program that only asks', async () => {
    const code = 'for n in range(20_000):\n  try:\n    open("x")\n  except PermissionError: pass';
    expect((await run(code, { timeoutMs: 30_000 })).end).toMatchObject({
      kind: 'raised',
      type: 'RuntimeError',
    });
  });
});

describe('a host function', () => {
  it('gets arguments by place and by name, and gives values', async () => {
    const { end, calls } = await run(
      'r = read_span("a.py", 1, end_line=2)\nf = search\nhits = [f(p, k=k) for p, k in [("x", 1), ("y", None)]]\n[r["content"], len(hits), query({"a": [1.5, True]})]',
      {
        onHostCall: async ({ name }): Promise<HostReply> =>
          name === 'read_span'
            ? { ok: true, value: { content: 'é\n', lines: [1, 2.5, null, false] } }
            : { ok: true, value: [] },
      },
    );
    expect(end).toEqual({ kind: 'completed', result: ['é\n', 2, []] });
    expect(calls).toEqual([
      { name: 'read_span', args: ['a.py', 1], named: { end_line: 2 } },
      { name: 'search', args: ['x'], named: { k: 1 } },
      { name: 'search', args: ['y'], named: { k: null } },
      { name: 'query', args: [{ a: [1.5, true] }], named: {} },
    ]);
  });

  it.each([...HOST_ERROR_CLASSES, ['BUDGET_EXCEEDED', 'RuntimeError']])(
    'that fails with %s raises %s',
    async (code, type) => {
      const { end } = await run('read_span("a", 1, 2)', refusing(code));
      expect(end).toMatchObject({ kind: 'raised', type, message: `${code}: a sentence.`, line: 1 });
    },
  );

  it('that fails can be caught by Python\u2019s own class', async () => {
    const code =
      'try:\n  read_span("a", 1, 2)\nexcept OSError as e:\n  x = [type(e).__name__ if False else str(e), isinstance(e, FileNotFoundError)]\nx';
    expect(await resultOf(code, refusing('NOT_FOUND'))).toEqual(['NOT_FOUND: a sentence.', true]);
  });

  it.each([
    ['a set', 'search({1})', 'TypeError'],
    ['bytes', 'search(b"x")', 'TypeError'],
    ['an object', 'class A:\n  pass\nsearch(A())', 'TypeError'],
    ['a function', 'search(len)', 'TypeError'],
    ['keys that are no str', 'search({1: 2})', 'TypeError'],
    ['a huge number', 'search(2 ** 70)', 'ValueError'],
    ['infinity', 'search(float("inf"))', 'ValueError'],
    ['too many arguments', 'search(*range(3_000))', 'TypeError'],
    ['a long string', 'search("x" * 70_000)', 'ValueError'],
    ['a very long string', 'search("x" * 3_000_000)', 'ValueError'],
    ['a long list', 'search(list(range(50_000)))', 'ValueError'],
    ['a deep list', 'x = []\nfor n in range(25): x = [x]\nsearch(x)', 'ValueError'],
  ])('is not called with %s', async (_what, code, type) => {
    const { end, calls } = await run(code);
    expect(end).toMatchObject({ kind: 'raised', type });
    expect(calls).toEqual([]);
  });

  it('is waited for on the run\u2019s clock, and told when nobody waits any more', async () => {
    let signal: AbortSignal | undefined;
    const { end, tookMs } = await run('search("x")', {
      timeoutMs: 200,
      onHostCall: (_call, given) => {
        signal = given;
        return new Promise(() => {});
      },
    });
    expect(end).toEqual({ kind: 'timeout' });
    expect(tookMs).toBeLessThan(2_000);
    expect(signal?.aborted).toBe(true);
  });

  it('does not use up the interpreter\u2019s clock', async () => {
    const code = 'for n in range(5): search(n)\nt = 0\nfor n in range(1000): t += n\nt';
    const slow = async (): Promise<HostReply> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { ok: true, value: null };
    };
    expect(await resultOf(code, { onHostCall: slow })).toBe(499_500);
  });
});

describe('a run that nobody waits for', () => {
  it('ends at once, and its process with it', async () => {
    const abort = new AbortController();
    const { end } = await run('print("x")\nwhile True: pass', {
      timeoutMs: 60_000,
      signal: abort.signal,
      onOutput: () => abort.abort(),
    });
    expect(end).toEqual({ kind: 'cancelled' });
  });

  it('does not begin where it was given up before', async () => {
    const { end, output } = await run('print("x")', { signal: AbortSignal.abort() });
    expect([end, output]).toEqual([{ kind: 'cancelled' }, '']);
  });

  it('ends while the gateway looks something up', async () => {
    const abort = new AbortController();
    const { end } = await run('search("x")', {
      signal: abort.signal,
      onHostCall: (_call, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ ok: false, code: 'CANCELLED', message: '' }));
          abort.abort();
        }),
    });
    expect(end).toEqual({ kind: 'cancelled' });
  });
});

describe('a worker', () => {
  it('that is killed before its run is gone', async () => {
    const worker = await engine.start(strongest);
    worker.kill();
    await worker.gone;
    expect(await worker.run({ ...idleJob(), code: '1' })).toMatchObject({ kind: 'crashed' });
  });

  it('that dies in its run has crashed', async () => {
    const worker = await engine.start(strongest);
    const end = worker.run({
      ...idleJob(),
      code: 'print("x")\nwhile True: pass',
      onOutput: () => worker.kill(),
    });
    expect(await end).toMatchObject({ kind: 'crashed', reason: expect.stringContaining('it ended') });
  });

  it('that is none does not come up', async () => {
    await expect(montyEngine({ executable: '/nonexistent/monty' }).start(new LimitsJail())).rejects.toThrow();
    await expect(montyEngine({ executable: '/bin/true' }).start(new LimitsJail())).rejects.toThrow(
      'did not come up',
    );
    await expect(montyEngine({ executable: '/bin/echo' }).start(new LimitsJail())).rejects.toThrow(
      'did not come up',
    );
  });

  it.each<[string, Buffer, object]>([
    [
      'that refuses its limits',
      framed('3a04 0a02 0a00'),
      { kind: 'crashed', reason: 'it did not take its limits' },
    ],
    [
      'that says what is nothing',
      Buffer.concat([framed('5200'), framed('ff')]),
      { kind: 'crashed', reason: 'it broke the protocol' },
    ],
    [
      'that says ok twice',
      Buffer.concat([framed('5200'), framed('5200')]),
      { kind: 'crashed', reason: 'it spoke out of turn' },
    ],
    [
      'that calls twice',
      Buffer.concat([framed('5200'), framed('1208 0a06 736561726368'), framed('1208 0a06 736561726368')]),
      { kind: 'crashed', reason: 'it spoke out of turn' },
    ],
    [
      'that answers its own call',
      Buffer.concat([framed('5200'), framed('1208 0a06 736561726368'), framed('3204 0a02 2802')]),
      { kind: 'crashed', reason: 'it spoke out of turn' },
    ],
    [
      'that calls a method',
      Buffer.concat([framed('5200'), framed('120c 0a06 736561726368 2a02 0a00')]),
      { kind: 'crashed' },
    ],
    [
      'that calls with what is no value',
      Buffer.concat([framed('5200'), framed('120b 0a06 736561726368 1201 ff')]),
      { kind: 'crashed', reason: 'it broke the protocol' },
    ],
    [
      'that gives up',
      Buffer.concat([framed('5200'), framed('5a03 0a01 78')]),
      { kind: 'crashed', reason: 'it gave up' },
    ],
    ['that waits for futures', Buffer.concat([framed('5200'), framed('2a00')]), { kind: 'raised' }],
    [
      'that announces a huge event',
      Buffer.concat([framed('5200'), Buffer.from('ffffffff52', 'hex')]),
      { kind: 'crashed', reason: 'it broke the protocol' },
    ],
    [
      'that announces a huge print',
      Buffer.concat([framed('5200'), Buffer.from('ffffff7f0a', 'hex')]),
      { kind: 'crashed', reason: 'it broke the protocol' },
    ],
    [
      'that announces a huge result',
      Buffer.concat([framed('5200'), Buffer.from('ffffffff32', 'hex')]),
      { kind: 'completed', result: '[result of more than 262144 bytes left out: print a summary instead]' },
    ],
    [
      'that gives no value',
      Buffer.concat([framed('5200'), framed('3204 0a02 9a06')]),
      { kind: 'crashed', reason: 'it broke the protocol' },
    ],
  ])('%s', async (_what, says, end) => {
    const calls: HostCall[] = [];
    const worker = await engine.start(hostileJail(says));
    const onHostCall = (call: HostCall): Promise<HostReply> => {
      calls.push(call);
      return new Promise(() => {});
    };
    expect(await worker.run({ ...idleJob(), onHostCall })).toMatchObject(end);
    await worker.gone;
    expect(calls.length).toBeLessThanOrEqual(1);
  });

  it('that ends with 65 ran out of memory, and with anything else crashed; what it said before counts', async () => {
    // More than a pipe holds: the end of the process comes before the end of what it said.
    const saying = framed(`0ae107 0801 12dc07 ${'78'.repeat(988)}`);
    const started = framed('5200');
    let output = '';
    const onOutput = (_stream: string, text: string): void => {
      output += text;
      // More than is heard in one turn, too.
      for (const until = performance.now() + 0.5; performance.now() < until; );
    };
    const job = { ...idleJob(), onOutput };
    expect(await (await engine.start(hostileJail(started, { code: 65, saying }))).run(job)).toEqual({
      kind: 'memory',
    });
    expect(await (await engine.start(hostileJail(started, { code: 66, saying }))).run(job)).toEqual({
      kind: 'crashed',
      reason: 'it ended (66)',
    });
    expect(output).toBe('x'.repeat(2 * 300 * 988));
  });

  it('that says nothing is given up at the deadline', async () => {
    const worker = await engine.start(hostileJail(framed('5200')));
    expect(await worker.run({ ...idleJob(), timeoutMs: 100 })).toEqual({ kind: 'timeout' });
    await worker.gone;
  });

  it('of the package is the version that the protocol was read from', async () => {
    const { spawn } = await import('node:child_process');
    const child = spawn(executable, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    await once(child, 'close');
    expect(text.trim()).toBe('monty-runtime 0.0.23');
  });
});

function idleJob(): EngineJob {
  return {
    code: '1',
    timeoutMs: 5_000,
    memoryBytes: 64 * MEGABYTE,
    signal: new AbortController().signal,
    onOutput: () => {},
    onHostCall: async () => ({ ok: true, value: null }),
  };
}
