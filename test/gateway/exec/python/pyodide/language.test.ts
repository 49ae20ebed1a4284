import { describe, expect, test } from 'vitest';
import { runFullPython } from '../../../../support/full-python.ts';

/** Joins lines: Python in a test reads like Python. */
const py = (...lines: readonly string[]): string => lines.join('\n');

describe('all of Python', () => {
  test('classes, generators, dataclasses, formatting and the standard library', async () => {
    const code = py(
      'import collections, dataclasses, enum, functools, itertools, statistics, textwrap',
      'class Shape:',
      '    def __init__(self, name): self.name = name',
      '    @property',
      '    def label(self): return "%s with %d sides" % (self.name, self.sides())',
      'class Square(Shape):',
      '    def sides(self): return 4',
      '    def __len__(self): return self.sides()',
      '@dataclasses.dataclass(order=True)',
      'class Point:',
      '    x: int',
      '    tags: list = dataclasses.field(default_factory=list)',
      'class Colour(enum.Enum):',
      '    RED = 1',
      'Pair = collections.namedtuple("Pair", "a b")',
      'def numbers():',
      '    yield 1',
      '    yield from (2, 3)',
      '@functools.lru_cache',
      'def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)',
      'print(Square("a square").label, len(Square("s")))',
      'print(dataclasses.asdict(Point(1, ["t"])), Point(1) < Point(2), Colour.RED.name, Pair(1, b=2))',
      'print(list(numbers()), fib(80), statistics.median([3, 1, 2]), list(itertools.pairwise("abc")))',
      'match {"kind": "x", "n": 3}:',
      '    case {"kind": "x", "n": n}: print("%05.2f|%-4s|%x" % (n / 7, "ab", 255))',
      'print(f"{1234567.891:,.2f}", textwrap.shorten("some words too many", 12))',
    );
    const { end, stdout, stderr } = await runFullPython(code);
    expect({ end, stderr }).toEqual({ end: { kind: 'completed', result: null }, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'a square with 4 sides 4',
      "{'x': 1, 'tags': ['t']} True RED Pair(a=1, b=2)",
      "[1, 2, 3] 23416728348467685 2 [('a', 'b'), ('b', 'c')]",
      '00.43|ab  |ff',
      '1,234,567.89 some [...]',
      '',
    ]);
  });

  test('tasks and timers of asyncio, also with await at the top', async () => {
    const run = await runFullPython(
      py(
        'import asyncio',
        'async def late(n):',
        '    await asyncio.sleep(n / 100)',
        '    return n',
        'async def main(): return await asyncio.gather(late(2), late(1))',
        'print(asyncio.run(main()))',
        'asyncio.run(asyncio.wait_for(late(1), 5))',
      ),
    );
    expect(run).toMatchObject({ end: { kind: 'completed', result: 1 }, stdout: '[2, 1]\n' });
    const awaited = await runFullPython('import asyncio\nawait asyncio.sleep(0, "done")');
    expect(awaited.end).toEqual({ kind: 'completed', result: 'done' });
  });

  test('the name of the module is what a script expects, and its classes find themselves', async () => {
    const { end } = await runFullPython(
      py(
        'from __future__ import annotations',
        'import typing',
        'class A:',
        '    other: A',
        '(__name__, A.__module__, typing.get_type_hints(A)["other"] is A)',
      ),
    );
    expect(end).toEqual({ kind: 'completed', result: ['__main__', '__main__', true] });
  });

  test('stdin is empty', async () => {
    const { end } = await runFullPython('import sys\n[sys.stdin.read(), list(sys.stdin), sys.argv]');
    expect(end).toEqual({ kind: 'completed', result: ['', [], ['']] });
  });
});

describe('the result', () => {
  test('of every plain kind', async () => {
    const rows: readonly (readonly [string, unknown])[] = [
      ['None', null],
      ['[True, 1, 1.5, "a"]', [true, 1, 1.5, 'a']],
      ['[2**53 - 1, 2**53, -2**70]', [9007199254740991, '9007199254740992', '-1180591620717411303424']],
      ['10 ** 5000', `0x${(10n ** 5000n).toString(16)}`],
      ['[float("nan"), float("inf"), -float("inf")]', ['nan', 'inf', '-inf']],
      ['("x\\ud800y", (1, 2))', ['x\ufffdy', [1, 2]]],
      [
        '[{3, 1, 2}, frozenset("ba")]',
        [
          [1, 2, 3],
          ['a', 'b'],
        ],
      ],
      ['{1: "a", None: {"b": ()}, (1, 2): 3}', { '1': 'a', None: { b: [] }, '(1, 2)': 3 }],
      ['[b"x", 1j, range(3), len]', ["b'x'", '1j', 'range(0, 3)', '<built-in function len>']],
      ['type("A", (), {"__repr__": lambda self: "an A"})()', 'an A'],
      ['(lambda a: a.append(a) or a)([])', ['[...]']],
    ];
    const { end } = await runFullPython(`[${rows.map(([code]) => code).join(',\n')}]`);
    expect(end).toEqual({ kind: 'completed', result: rows.map(([, json]) => json) });
  });

  test.each([
    [
      'a = 1\nfor _ in range(200): a = [a]\na',
      '[result nested more than 100 deep left out: print a summary instead]',
    ],
    ['"x" * 300_000', '[result of 300002 bytes left out: print a summary instead]'],
  ])('that is too much is left out: %j', async (code, result) => {
    expect((await runFullPython(code)).end).toEqual({ kind: 'completed', result });
  });

  test('is there for a last expression only', async () => {
    const { end } = await runFullPython('1\nx = 2');
    expect(end).toEqual({ kind: 'completed', result: undefined });
  });

  test('a program whose object can’t say what it is has raised', async () => {
    const { end } = await runFullPython('class A:\n  def __repr__(self): return 1 / 0\nA()');
    expect(end).toMatchObject({ kind: 'raised', type: 'ZeroDivisionError', line: 2 });
  });
});

describe('output', () => {
  test('of both streams comes in order, whatever it is written with', async () => {
    const { pieces, end } = await runFullPython(
      py(
        'import sys',
        'print("one", end="")',
        'print("two", file=sys.stderr)',
        'sys.stdout.buffer.write("dré".encode())',
        'sys.stdout.writelines(["4", "\\n"])',
        'print("\\ud800", file=sys.stderr)',
        'print(5, flush=True, file=sys.__stdout__)',
      ),
    );
    expect(end.kind).toBe('completed');
    expect(pieces.map(({ stream, text }) => `${stream}:${text}`).join('')).toBe(
      'stdout:onestderr:two\nstdout:dré4\nstderr:\\ud800\nstdout:5\n',
    );
  });

  test('in floods is sent in pieces, whole up to the limit, and then no more', async () => {
    const { stdout, pieces, end } = await runFullPython(
      'for n in range(400_000): print(n)\nprint("x" * 5_000_000)\n"end"',
    );
    expect(end).toEqual({ kind: 'completed', result: 'end' });
    const all = Array.from({ length: 400_000 }, (_, n) => `${n}\n`).join('');
    expect(stdout).toBe(all.slice(0, 1024 * 1024 + 1));
    expect(pieces.length).toBeLessThan(2_000);
  });
});
