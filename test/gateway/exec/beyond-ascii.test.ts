/** Text beyond ASCII costs the same in all engines, however each writes it on its way here. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { EngineEnd, HostCall, Json } from '../../../gateway/exec/engine.ts';
import { quickjsEngine } from '../../../gateway/exec/javascript/engine.ts';
import { montyEngine } from '../../../gateway/exec/python/monty/monty-engine.ts';
import { pyodideEngine } from '../../../gateway/exec/python/pyodide/engine.ts';
import { SNAPSHOT_FOLDER, strongestJail } from '../../support/full-python.ts';

const ENGINES = {
  monty: montyEngine({
    executable: fileURLToPath(import.meta.resolve('@pydantic/monty-linux-x64-gnu/monty')),
  }),
  pyodide: pyodideEngine({ snapshotFolder: SNAPSHOT_FOLDER }),
  quickjs: quickjsEngine(),
};

interface Ran {
  readonly end: EngineEnd;
  readonly output: string;
  readonly calls: readonly HostCall[];
}

async function run(engine: keyof typeof ENGINES, code: string): Promise<Ran> {
  const worker = await ENGINES[engine].start(await strongestJail());
  let output = '';
  const calls: HostCall[] = [];
  const end = await worker.run({
    code,
    timeoutMs: 20_000,
    memoryBytes: 256 * 1024 * 1024,
    signal: new AbortController().signal,
    onHostCall: async (call) => {
      calls.push(call);
      return { ok: true, value: null };
    },
    onOutput: (_, text) => {
      output += text;
    },
  });
  await worker.gone;
  return { end, output, calls };
}

const completed = (result: Json): EngineEnd => ({ kind: 'completed', result });

describe.each([
  ['monty', '"%" * %%'],
  ['pyodide', '"%" * %%'],
  ['quickjs', '"%".repeat(%%)'],
] as const)('in %s', (engine, repeated) => {
  const times = (text: string, count: number): string =>
    repeated.replace('%%', String(count)).replace('%', text);

  test.each([
    ['é', 60_000],
    ['é', 131_071],
    ['変', 87_380],
    ['😀', 65_535],
  ])('a result of %s, %i times, is one', async (text, count) => {
    const { end } = await run(engine, times(text, count));
    expect(end.kind === 'completed' && end.result === text.repeat(count)).toBe(true);
  });

  test('a result of a byte more than may be is left out', async () => {
    // Where it was not counted to the end, it is said to be more than may be.
    const leftOut = /^\[result of (?:262146|more than 262144) bytes left out: print a summary instead\]$/;
    expect((await run(engine, times('é', 131_072))).end).toEqual(completed(expect.stringMatching(leftOut)));
  });

  test('as much of it can be printed', async () => {
    const print = engine === 'quickjs' ? 'console.log' : 'print';
    const { end, output } = await run(engine, `${print}(${times('変', 300_000)})`);
    expect([end.kind, output === `${'変'.repeat(300_000)}\n`]).toEqual(['completed', true]);
  });

  test('as much of it can be asked for', async () => {
    const { end, calls } = await run(engine, `search(${times('é', 10_000)})`);
    expect([end, calls]).toEqual([
      completed(null),
      [{ name: 'search', args: ['é'.repeat(10_000)], named: {} }],
    ]);
  });
});

describe('half a character, of Python’s', () => {
  test('is one that was lost, wherever it is said', async () => {
    const { end, output, calls } = await run(
      'pyodide',
      `import sys
half = chr(0xd800)
search("a" + half + "b", **{"mode" + half: half})
print("e" + half, file=sys.stderr)
{half: [half + "é", chr(0xd83d) + chr(0xde00)]}`,
    );
    expect(calls).toEqual([{ name: 'search', args: ['a\ufffdb'], named: { 'mode\ufffd': '\ufffd' } }]);
    expect(output).toBe('e\\ud800\n');
    expect(end).toEqual(completed({ '\ufffd': ['\ufffdé', '😀'] }));
  });

  test('in an error is lost too', async () => {
    expect((await run('pyodide', 'raise ValueError("é" + chr(0xd800))')).end).toMatchObject({
      kind: 'raised',
      message: 'é\ufffd',
    });
  });
});
