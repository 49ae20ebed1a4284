import { describe, expect, test } from 'vitest';
import { runFullPython } from '../../../../support/full-python.ts';

const py = (...lines: readonly string[]): string => lines.join('\n');

describe('an error', () => {
  test('has the traceback Python prints, with frames of the program only', async () => {
    const { end, stdout } = await runFullPython(
      py(
        'import json',
        'def parse(text):',
        '    return json.loads(text)',
        'print("before")',
        'try:',
        '    parse("{bad")',
        'except ValueError as error:',
        '    raise KeyError("outer") from error',
      ),
    );
    expect(stdout).toBe('before\n');
    expect(end).toEqual({
      kind: 'raised',
      type: 'KeyError',
      message: "'outer'",
      line: 8,
      traceback: py(
        'Traceback (most recent call last):',
        '  File "<program>", line 6, in <module>',
        '    parse("{bad")',
        '    ~~~~~^^^^^^^^',
        '  File "<program>", line 3, in parse',
        '    return json.loads(text)',
        '           ~~~~~~~~~~^^^^^^',
        'json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
        '',
        'The above exception was the direct cause of the following exception:',
        '',
        'Traceback (most recent call last):',
        '  File "<program>", line 8, in <module>',
        '    raise KeyError("outer") from error',
        "KeyError: 'outer'",
        '',
      ),
    });
  });

  test('of a class of the program’s, whose text can’t be had', async () => {
    const { end } = await runFullPython('class E(Exception):\n  def __str__(self): 1 / 0\nraise E');
    expect(end).toMatchObject({ kind: 'raised', type: 'E', message: '<exception str() failed>', line: 3 });
  });

  test('with a message of megabytes is cut, and the worker keeps to its protocol', async () => {
    const { end } = await runFullPython('raise ValueError("\\N{GRINNING FACE}" * 1_000_000)');
    expect(end).toMatchObject({ kind: 'raised', type: 'ValueError' });
  });

  test('parts of a group are shown, and no frame of ours', async () => {
    const { end } = await runFullPython(
      py(
        'import json',
        'errors = []',
        'try: json.loads("")',
        'except ValueError as error: errors.append(error)',
        'raise ExceptionGroup("all", errors)',
      ),
    );
    if (end.kind !== 'raised') throw new Error(end.kind);
    expect(end.traceback).toContain('JSONDecodeError');
    expect(new Set(end.traceback.match(/File "[^"]*"/g))).toEqual(new Set(['File "<program>"']));
  });

  test('too deep a recursion', async () => {
    const { end } = await runFullPython('def f(n):\n    return f(n + 1)\nf(0)');
    expect(end).toMatchObject({ kind: 'raised', type: 'RecursionError', line: 2 });
  });

  test.each([
    ['import json\njson.loads("[" * 100_000)'],
    ['a = []\nfor _ in range(1_000_000): a = [a]\nrepr(a)'],
    ['import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()'],
  ])('too deep for the machine below: %s', async (code) => {
    const { end } = await runFullPython(code);
    expect(end).toMatchObject({ kind: 'raised', type: 'RecursionError' });
  });
});

describe('syntax', () => {
  test.each([
    ['x = 1\nif x\n  y', "expected ':'", 2],
    ['def f():\nreturn 1', 'expected an indented block after function definition on line 1', 2],
    ['return 1', "'return' outside function", 1],
    ['('.repeat(5_000), 'too many nested parentheses', 1],
    [`x = ${'-'.repeat(9_000)}1`, 'the program is nested too deeply', null],
  ])('%#', async (code, message, line) => {
    const { end } = await runFullPython(code);
    expect(end).toEqual({ kind: 'syntax', message, line });
  });
});

describe('an exit', () => {
  test.each(['exit()', 'raise SystemExit', 'import sys\nsys.exit(0)\n1'])(
    '%s is an end like any other',
    async (code) => {
      const { end } = await runFullPython(`print("said")\n${code}`);
      expect(end).toEqual({ kind: 'completed', result: undefined });
    },
  );

  test('with a word is an error', async () => {
    const { end } = await runFullPython('import sys\nsys.exit("no good")');
    expect(end).toMatchObject({ kind: 'raised', type: 'SystemExit', message: 'no good', line: 2 });
  });

  test('an interrupt of the program’s own is one too', async () => {
    const { end } = await runFullPython('raise KeyboardInterrupt');
    expect(end).toMatchObject({ kind: 'raised', type: 'KeyboardInterrupt' });
  });
});

describe('the deadline', () => {
  const soon = { timeoutMs: 700 };

  test('ends a loop, with what was printed, however much', async () => {
    const { end, stdout } = await runFullPython('for n in range(300): print(n)\nwhile True: pass', {
      timeoutMs: 3_000,
    });
    expect(end).toEqual({ kind: 'timeout' });
    expect(stdout.endsWith('298\n299\n')).toBe(true);
  });

  test('lets a program close what it opened', async () => {
    const { end, stdout } = await runFullPython('try:\n  while True: pass\nfinally: print("closed")', soon);
    expect({ end, stdout }).toEqual({ end: { kind: 'timeout' }, stdout: 'closed\n' });
  });

  test.each([
    ['work that Python can’t be stopped in', 'sum(iter(int, 1))'],
    ['sleep', 'import time\ntime.sleep(1000)'],
    ['a task that nothing wakes', 'import asyncio\nawait asyncio.Event().wait()'],
    ['who will not be told', 'while True:\n  try:\n    while True: pass\n  except BaseException: pass'],
    ['a pattern without end', 'import re\nre.match("(a*)*b", "a" * 40)'],
    ['numbers without end', '10 ** 10 ** 8'],
  ])('ends %s', async (_, code) => {
    const { end, stdout } = await runFullPython(`print("before")\n${code}`, soon);
    expect({ end, stdout }).toEqual({ end: { kind: 'timeout' }, stdout: 'before\n' });
  });
});

describe('the limit of memory', () => {
  test.each([
    ['a list', 'a = []\nwhile True: a.append("x" * 1000)'],
    ['a string', 'a = "x"\nwhile True: a += a'],
    ['one demand', 'bytearray(1 << 30)'],
    ['a dictionary', 'a = {}\nfor n in range(10**9): a[n] = str(n)'],
    ['a result', '[str(n) * 10 for n in range(500_000)]'],
  ])('ends %s that grows past it, with what was printed', async (_, code) => {
    const { end, stdout } = await runFullPython(`print("before")\n${code}`, { memoryMb: 64 });
    expect({ end, stdout }).toEqual({ end: { kind: 'memory' }, stdout: 'before\n' });
  });

  test('leaves what is allowed, and a program may go on without what it did not get', async () => {
    const { end } = await runFullPython(
      py(
        'held = bytearray(48 << 20)',
        'try: bytearray(64 << 20)',
        'except MemoryError: print("not that much")',
        'len(held)',
      ),
      { memoryMb: 64 },
    );
    expect(end).toEqual({ kind: 'completed', result: 48 << 20 });
  });

  test('an error of that name that the program raises is its own', async () => {
    const { end } = await runFullPython('raise MemoryError("mine")');
    expect(end).toMatchObject({ kind: 'raised', type: 'MemoryError', message: 'mine' });
  });
});
