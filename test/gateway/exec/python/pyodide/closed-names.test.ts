import { describe, expect, test } from 'vitest';
import { REFUSED_NAMES } from '../../../../../gateway/exec/python/refused-names.ts';
import { runFullPython } from '../../../../support/full-python.ts';

const py = (...lines: readonly string[]): string => lines.join('\n');
/** Reached in a way that no scan of a program's text can see. */
const reached = (name: string): string =>
  `vars()["__buil" + "tins__"].__dict__["${name.slice(0, 3)}" + "${name.slice(3)}"]`;

describe('what has no place in a sandbox, reached at run time', () => {
  test('every name is refused in the words of the policy, as an error that a program may catch', async () => {
    const names = [
      'eval',
      'exec',
      'compile',
      'open',
      'globals',
      'locals',
      'input',
      'breakpoint',
      '__import__',
    ];
    const { end } = await runFullPython(
      py(
        'said = []',
        ...names.flatMap((name) => [
          `try: ${reached(name)}("os")`,
          'except PermissionError as e: said.append(str(e))',
        ]),
        'said',
      ),
    );
    expect(end).toEqual({ kind: 'completed', result: names.map((name) => REFUSED_NAMES.get(name)) });
  });

  test('one that nobody catches ends the run as denied', async () => {
    const { end } = await runFullPython(`x = 1\n${reached('open')}("/etc/passwd")`);
    expect(end).toEqual({ kind: 'denied', message: REFUSED_NAMES.get('open'), line: 2 });
  });

  test('modules are refused by the policy’s table, whole or in part', async () => {
    const refused = [
      'socket',
      'subprocess',
      'os',
      'os.path',
      'ctypes',
      'js',
      'pyodide',
      'importlib',
      'http.client',
    ];
    const { end } = await runFullPython(
      py(
        'said = []',
        ...refused.flatMap((name) => [
          `try: import ${name}`,
          'except PermissionError as e: said.append(str(e)[:20])',
        ]),
        'try: from http import client',
        'except PermissionError as e: said.append(str(e)[:22])',
        'said',
      ),
    );
    const start = (name: string, chars: number): string =>
      `the module ${name} is not available`.slice(0, chars);
    expect(end).toEqual({
      kind: 'completed',
      result: [
        ...refused.map((name) => start(name === 'os.path' ? 'os' : name, 20)),
        start('http.client', 22),
      ],
    });
    expect((await runFullPython('\nimport socket')).end).toMatchObject({ kind: 'denied', line: 2 });
  });

  test('what is only names of paths is not', async () => {
    const { end } = await runFullPython(
      'from os.path import join\nfrom pathlib import PurePosixPath\nimport http\n[join("a", "b"), PurePosixPath("c").name]',
    );
    expect(end).toEqual({ kind: 'completed', result: ['a/b', 'c'] });
  });

  test('whoever gets hold of the import machinery finds the ways out closed', async () => {
    const { end } = await runFullPython(
      py(
        'import sys',
        'load = sys.modules["importlib"].import_module',
        'found = []',
        'for name in ["js", "pyodide_js", "pyodide", "_pyodide", "socket", "_socket", "ctypes", "_ctypes", "subprocess"]:',
        '    try: found.append(load(name))',
        '    except ImportError: pass',
        'found',
      ),
    );
    expect(end).toEqual({ kind: 'completed', result: [] });
  });

  test('no object of JavaScript’s is left in its modules, and no environment', async () => {
    const { end } = await runFullPython(
      py(
        'import sys',
        'names = {name for name, module in list(sys.modules.items()) if module is not None',
        '         for value in list(vars(module).values()) if type(value).__name__ == "JsProxy"}',
        '[sorted(names), dict(sys.modules["os"].environ)]',
      ),
    );
    expect(end).toEqual({ kind: 'completed', result: [[], {}] });
  });

  test('the standard library keeps what it needs itself', async () => {
    const { end } = await runFullPython(
      py(
        'import ast, collections, dataclasses, decimal, timeit, functools, difflib, colorsys, sched, typing',
        'P = collections.namedtuple("P", "x y")',
        'D = dataclasses.make_dataclass("D", ["a", ("b", int, 2)])',
        '[P(1, 2).x, D(1).b, ast.literal_eval("[1, 2]"), str(decimal.Decimal("1.10")), timeit.timeit("1", number=1) >= 0]',
      ),
    );
    expect(end).toEqual({ kind: 'completed', result: [1, 2, [1, 2], '1.10', true] });
  });
});

describe('one run and the next', () => {
  test('have randomness of their own', async () => {
    const code =
      'import random, uuid, secrets\n[random.random(), str(uuid.uuid4()), secrets.token_hex(8), random.choice(range(10**9))]';
    const { end: one } = await runFullPython(code);
    const { end: other } = await runFullPython(code);
    if (one.kind !== 'completed' || other.kind !== 'completed') throw new Error('it did not run');
    const values = [one.result, other.result].flatMap((result) => (Array.isArray(result) ? result : []));
    expect(values).toHaveLength(8);
    expect(new Set(values).size).toBe(8);
  });

  test('but where a program seeds it itself', async () => {
    const { end } = await runFullPython('import random\nrandom.seed(1)\nrandom.random()');
    expect(end).toEqual({ kind: 'completed', result: 0.13436424411240122 });
  });

  test('have the time as it is', async () => {
    const { end } = await runFullPython('import time, datetime\n[time.time(), datetime.datetime.now().year]');
    if (end.kind !== 'completed' || !Array.isArray(end.result)) throw new Error('it did not run');
    expect(Math.abs(Number(end.result[0]) * 1000 - Date.now())).toBeLessThan(60_000);
    expect(end.result[1]).toBe(new Date().getFullYear());
  });
});
