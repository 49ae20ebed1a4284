// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs under test are text that holds templates
import { inspect } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EngineEnd, HostCall, HostReply } from '../../../../gateway/exec/engine.ts';
import { MAX_RESULT_BYTES } from '../../../../gateway/exec/exec-limits.ts';
import type { Jail } from '../../../../gateway/exec/jail/jail.ts';
import { probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';
import { quickjsEngine } from '../../../../gateway/exec/javascript/engine.ts';

const MIB = 1024 * 1024;
let jail: Jail;

beforeAll(async () => {
  ({ jail } = await probeJail());
});

interface Ran {
  readonly end: EngineEnd;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly HostCall[];
  readonly ms: number;
}

interface Settings {
  readonly timeoutMs?: number;
  readonly memoryBytes?: number;
  readonly reply?: (call: HostCall) => HostReply;
  readonly signal?: AbortSignal;
}

async function run(code: string, settings: Settings = {}): Promise<Ran> {
  const worker = await quickjsEngine().start(jail);
  let stdout = '';
  let stderr = '';
  const calls: HostCall[] = [];
  const startedMs = performance.now();
  const end = await worker.run({
    code,
    timeoutMs: settings.timeoutMs ?? 20_000,
    memoryBytes: settings.memoryBytes ?? 256 * MIB,
    signal: settings.signal ?? new AbortController().signal,
    onHostCall: async (call) => {
      calls.push(call);
      return settings.reply?.(call) ?? { ok: true, value: null };
    },
    onOutput: (stream, text) => {
      if (stream === 'stdout') stdout += text;
      else stderr += text;
    },
  });
  const ms = performance.now() - startedMs;
  await worker.gone;
  return { end, stdout, stderr, calls, ms };
}

const resultOf = async (code: string): Promise<unknown> => {
  const { end } = await run(code);
  return end.kind === 'completed' ? end.result : end;
};

describe('the result', () => {
  test.each([
    ['1 + 1', 2],
    ['const a = 1; let b = 2; a + b', 3],
    ['const a = 5;', undefined],
    ['undefined', undefined],
    ['null', null],
    ['[1, undefined, [true]]', [1, null, [true]]],
    ['({ a: 1, b: undefined, c: { d: "x" } })', { a: 1, c: { d: 'x' } }],
    ['[NaN, Infinity, -Infinity, -0, 1e21]', ['NaN', 'Infinity', '-Infinity', 0, 1e21]],
    ['"a\\ud800b\\u0000"', 'a\ufffdb\0'],
    [
      '[10n, Symbol("x"), new Date(0), new Date(NaN), /a/g]',
      ['10', 'Symbol(x)', '1970-01-01T00:00:00.000Z', 'Invalid Date', '/a/g'],
    ],
    ['new Map([["a", 1], [2, new Set([1, 2])]])', { a: 1, 2: [1, 2] }],
    ['new Map([[{ k: 1 }, 1]])', [[{ k: 1 }, 1]]],
    ['new RangeError("too far")', 'RangeError: too far'],
    ['(x) => x + 1', '(x) => x + 1'],
    ['const o = { a: 1 }; o.self = o; o', { a: 1, self: '[circular]' }],
    ['const s = { n: 1 }; [s, s]', [{ n: 1 }, { n: 1 }]],
    ['new Uint8Array([1, 2])', [1, 2]],
    ['await Promise.resolve(7)', 7],
    ['Promise.resolve(7)', 7],
    ['(async () => { await null; return 8 })()', 8],
    ['await new Promise((done) => setTimeout(done, 5, "late"))', 'late'],
    ['JSON.parse(\'{"__proto__": 1, "a": 2}\')', JSON.parse('{"__proto__": 1, "a": 2}')],
    ['implicit = 4; implicit * 2', 8],
    ['class A { #p = 1; get p() { return this.#p } } new A().p', 1],
    ['for (const x of [1, 2, 3]) x * 2', 6],
  ])('%s', async (code, expected) => {
    expect(await resultOf(code)).toEqual(expected);
  });

  test('that is too large is replaced by a line that says so', async () => {
    expect(await resultOf(`"x".repeat(${MAX_RESULT_BYTES - 2})`)).toHaveLength(MAX_RESULT_BYTES - 2);
    expect(await resultOf(`"x".repeat(${MAX_RESULT_BYTES - 1})`)).toBe(
      `[result of ${MAX_RESULT_BYTES + 1} bytes left out: print a summary instead]`,
    );
    expect(await resultOf('let o = {}; for (let i = 0; i < 60; i++) o = { a: o, b: o }; o')).toMatch(
      /^\[result of more than \d+ bytes left out/,
    );
  });

  test('that is too deep is cut', async () => {
    const text = JSON.stringify(await resultOf('let a = []; for (let i = 0; i < 5000; i++) a = [a]; a'));
    expect(text).toBe(`${'['.repeat(99)}"[nested too deep]"${']'.repeat(99)}`);
  });
});

describe('output', () => {
  test('stdout and stderr, and what the functions of a console do', async () => {
    const { stdout, stderr } = await run(
      'print("a", 1, [2]); print(); console.log("%s is %d%%", "x", 5, "more"); console.info("i"); console.debug("d");' +
        'console.warn("w"); console.error(new TypeError("bad").message); console.assert(1 > 2, "no")',
    );
    expect(stdout).toBe('a 1 [ 2 ]\n\nx is 5% more\ni\nd\n');
    expect(stderr).toBe('w\nbad\nAssertion failed: no\n');
  });

  /** Text of a value in JavaScript, that Node's own console shows the same way. */
  const values = [
    '[1, 2, 3]',
    '[]',
    '({})',
    '({ a: 1, "b c": "it\'s", d: [null, undefined] })',
    '[["a", 1], ["b", 2]]',
    'new Map([["a", { n: 1 }], ["b", { n: 2 }]])',
    'new Set([1, "x"])',
    '({ a: { b: { c: { d: 1 } } } })',
    'Array.from({ length: 120 }, (_, i) => i)',
    'Array.from({ length: 30 }, (_, i) => "word" + i)',
    'Array.from({ length: 12 }, (_, i) => ({ path: "src/file" + i + ".ts", lines: i * 100 }))',
    '({ file: "a".repeat(60), other: "b".repeat(30) })',
    '[undefined, null, -0, 10n, Symbol("s"), true]',
    '[function f() {}, class A {}, () => {}, async () => {}, class B extends Map {}]',
    'new (class Point { x = 1; y = 2 })()',
    'Object.create(null)',
    '({ get a() { return 1 }, set b(v) {} })',
    '[new Date(0), /x/gi]',
    '[1, , , 4]',
    'new Uint8Array([1, 2, 3])',
    '["a\\nb", "q\\"q", "it\'s \\"x\\""]',
    '({ [Symbol("k")]: 1 })',
    '[[[[1]]]]',
    '[{ a: 1, b: { c: 2 } }]',
    'Object.fromEntries(Array.from({ length: 30 }, (_, i) => ["key" + i, i]))',
    '"text"',
    '[1.5, 22, 333, 4444, 55555, 666666, 7777777]',
  ];
  test('a value is shown as Node’s console shows it', async () => {
    const { stdout } = await run(values.map((value) => `print((${value})); print("--");`).join('\n'));
    const shown = stdout.split('\n--\n').slice(0, -1);
    const expected = values.map((value) => {
      const made: unknown = new Function(`return (${value})`)();
      return typeof made === 'string' ? made : inspect(made);
    });
    expect(shown).toEqual(expected);
  });

  test('an object in itself, a getter that throws and a proxy do no harm', async () => {
    const { stdout, end } = await run(
      'const o = {}; o.o = o; print(o); print(new Proxy({}, { ownKeys() { return [] } })); print({ get x() { throw 1 } });' +
        'print({ toString() { throw 1 } }); print(Object.create({ get constructor() { throw 1 } }))',
    );
    expect(end).toEqual({ kind: 'completed', result: undefined });
    expect(stdout).toBe(
      '<ref *1> { o: [Circular *1] }\n{}\n{ x: [Getter] }\n{ toString: [Function: toString] }\nObject {}\n',
    );
  });

  test('comes before a kill, whatever the program does next', async () => {
    const { stdout, end } = await run('print("before"); "x".repeat(2e7).indexOf("x".repeat(1e7) + "y")', {
      timeoutMs: 200,
    });
    expect(stdout).toBe('before\n');
    expect(end).toEqual({ kind: 'timeout' });
  });

  test('a flood ends at about its limit, and the program goes on', async () => {
    const { stdout, end } = await run('for (let i = 0; i < 2e5; i++) print("0123456789".repeat(10)); 1');
    expect(end).toEqual({ kind: 'completed', result: 1 });
    expect(stdout.length).toBeGreaterThan(MIB);
    expect(stdout.length).toBeLessThan(MIB + 100_000);
  });
});

describe('errors', () => {
  test('carry type, message, line and the program’s frames alone', async () => {
    const { end } = await run('function f(x) {\n  return x.a.b;\n}\n\n[1].map((x) => f({}));');
    expect(end).toMatchObject({ kind: 'raised', type: 'TypeError', line: 2 });
    expect(end.kind === 'raised' && end.traceback.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^ {4}at f \(<program>:2:\d+\)$/),
      expect.stringMatching(/^ {4}at <anonymous> \(<program>:5:\d+\)$/),
      expect.stringMatching(/^ {4}at <program>:5:\d+$/),
    ]);
  });

  test.each([
    ['throw 5', { type: 'Error', message: 'Uncaught 5', line: null }],
    ['throw { a: 1 }', { type: 'Error', message: 'Uncaught { a: 1 }' }],
    ['class Mine extends Error {}\nthrow new Mine("m")', { type: 'Mine', message: 'm', line: 2 }],
    ['await Promise.reject(new RangeError("r"))', { type: 'RangeError', message: 'r', line: 1 }],
    ['Promise.reject(new Error("nobody listens")); 5', { message: 'nobody listens' }],
    ['setTimeout(() => {\nnull.x }, 1); 5', { type: 'TypeError', line: 2 }],
    ['queueMicrotask(() => { throw new Error("micro") }); 5', { message: 'micro' }],
    [
      'await new Promise(() => {})',
      { message: 'The program waits for a promise that nothing is left to settle.' },
    ],
    ['function r() { return r() }\nr()', { type: 'RangeError', message: 'Maximum call stack size exceeded' }],
    ['throw { get message() { throw 1 }, get name() { throw 2 } }', { type: 'Error' }],
    ['throw new Proxy(new Error("p"), { get() { throw 1 } })', { type: 'Error' }],
    ['const e = new Error("x".repeat(1e6)); e.stack = "y".repeat(1e6); throw e', { type: 'Error' }],
    ['JSON.parse("{")', { type: 'SyntaxError' }],
    ['missing', { type: 'ReferenceError', line: 1 }],
  ])('%s', async (code, expected) => {
    expect((await run(code)).end).toMatchObject({ kind: 'raised', ...expected });
  });

  test('a rejection that is caught later is none', async () => {
    expect(
      await resultOf('const p = Promise.reject(new Error("x")); await null; await p.catch(() => 3)'),
    ).toBe(3);
  });

  test.each([
    ['let a = ;', 1],
    ['const a = 1;\n\nfoo bar', 3],
    ['return 5', 1],
    ['const a = 1; const a = 2', 1],
  ])('%s is no program', async (code, line) => {
    expect((await run(code)).end).toMatchObject({ kind: 'syntax', line });
  });

  test('hold no path of the host', async () => {
    const { end, stdout } = await run(
      'try { search(1n) } catch (e) { print(e.stack) } try { setTimeout("x") } catch (e) { print(e.stack) }' +
        'print(new Error("x").stack); print(readSpan + ""); print(String(Function.prototype.toString.call(print))); null.x',
    );
    expect(JSON.stringify([end, stdout])).not.toMatch(/file:|node:|node_modules|\.mjs|wasm/);
  });
});

describe('functions of the gateway', () => {
  test('take positions, names, and both spellings of a name', async () => {
    const { calls } = await run(
      'readSpan("a.ts", 1, 20); readSpan("b.ts", { startLine: 2, end_line: 3 }); await search("x", "src"); query({ text: "q", k: 2 }); listFiles(); listFiles("src", ["*.ts"])',
    );
    expect(calls).toEqual([
      { name: 'read_span', args: ['a.ts', 1, 20], named: {} },
      { name: 'read_span', args: ['b.ts'], named: { start_line: 2, end_line: 3 } },
      { name: 'search', args: ['x', 'src'], named: {} },
      { name: 'query', args: [], named: { text: 'q', k: 2 } },
      { name: 'list_files', args: [], named: {} },
      { name: 'list_files', args: ['src', ['*.ts']], named: {} },
    ]);
  });

  test('give what the gateway replied', async () => {
    const reply = (call: HostCall): HostReply => ({
      ok: true,
      value: { content: `${call.args[0]}\n`, lines: [1, null] },
    });
    const { end } = await run('readSpan("ä\\u2028", 1, 2)', { reply });
    expect(end).toEqual({ kind: 'completed', result: { content: 'ä\u2028\n', lines: [1, null] } });
  });

  test('throw what it refused, with the code', async () => {
    const reply = (): HostReply => ({ ok: false, code: 'PATH_DENIED', message: 'That is outside.' });
    const { end } = await run(
      'try { readSpan("..", 1, 2) } catch (e) { [e.code, e.message, e instanceof Error] }',
      { reply },
    );
    expect(end).toEqual({
      kind: 'completed',
      result: ['PATH_DENIED', 'PATH_DENIED: That is outside.', true],
    });
    expect((await run('\nreadSpan("..", 1, 2)', { reply })).end).toMatchObject({ kind: 'raised', line: 2 });
  });

  test('refuse more than a call may carry, before it is sent', async () => {
    const { end, calls } = await run('try { search("x".repeat(1e6)) } catch (e) { e.code }');
    expect([end, calls]).toEqual([{ kind: 'completed', result: 'LIMIT_EXCEEDED' }, []]);
  });

  test('leave nothing behind, call after call', async () => {
    const reply = (): HostReply => ({ ok: true, value: 'x'.repeat(100_000) });
    const { end } = await run('let n = 0; for (let i = 0; i < 600; i++) n += readSpan("a", 1, 2).length; n', {
      reply,
      memoryBytes: 16 * MIB,
    });
    expect(end).toEqual({ kind: 'completed', result: 60_000_000 });
  });
});

describe('the deadline holds against', () => {
  test.each([
    ['an endless loop', 'for (;;);'],
    ['an endless loop in a try', 'for (;;) { try { for (;;); } catch {} finally { continue } }'],
    ['promise jobs', 'const f = () => Promise.resolve().then(f); f(); await new Promise(() => {})'],
    ['queued jobs', 'const f = () => queueMicrotask(f); f()'],
    ['an await in a loop', 'for (;;) await null'],
    ['timers', 'setInterval(() => {}, 1)'],
    ['a long timer', 'await new Promise((done) => setTimeout(done, 1e9))'],
    ['a regular expression', '/(a*)*(a*)*(a*)*b/.test("a".repeat(5000))'],
    ['fill', 'new Array(5e6).fill(0).map((_, i, a) => a.fill(i))'],
    ['indexOf', '"x".repeat(2e7).indexOf("x".repeat(1e7) + "y")'],
    ['a comparator', 'Array.from({ length: 1e5 }, (_, i) => i).sort(() => { for (;;); })'],
    ['a getter', '({ get x() { for (;;); } }).x'],
    ['a proxy', 'print(new Proxy({}, { ownKeys() { for (;;); } }))'],
    ['toString', '`${{ toString() { for (;;); } }}`'],
    ['toJSON', 'search([{ toJSON() { for (;;); } }])'],
    ['a result that has no end', '({ get x() { for (;;); } })'],
    ['a thenable', '({ then() { for (;;); } })'],
    [
      'an iterator',
      '[...{ *[Symbol.iterator]() { for (;;) yield; } }].length; for (const x of (function* () { for (;;) yield 1 })());',
    ],
    ['big integers', 'let n = 3n; for (;;) n = (n * n) % (2n ** 100000n)'],
    [
      'an error that is described',
      'throw { get [Symbol.toStringTag]() { for (;;); }, get constructor() { for (;;); }, toString() { for (;;); }, x: new Proxy({}, { ownKeys() { for (;;); } }) }',
    ],
    ['a trap that is caught', 'for (;;) try { (() => {}).constructor("") } catch {}'],
  ])('%s', async (_, code) => {
    const { end, ms } = await run(code, { timeoutMs: 300 });
    expect(['timeout', 'denied', 'memory']).toContain(end.kind);
    // A guard against a hang: what is measured is measured elsewhere.
    expect(ms).toBeLessThan(5_000);
  });

  test('and the end is told as what it was', async () => {
    const { end, stdout } = await run('print("so far"); for (;;);', { timeoutMs: 100 });
    expect([end, stdout]).toEqual([{ kind: 'timeout' }, 'so far\n']);
  });
});

describe('the memory limit holds against', () => {
  test.each([
    ['arrays', 'const a = []; for (;;) a.push(a.length)'],
    ['strings', 'let s = "x"; for (;;) { s += s; s.indexOf("y") }'],
    ['many strings', 'const a = []; for (let i = 0; ; i++) a.push("y".repeat(10000) + i)'],
    ['objects', 'let o = null; for (;;) o = { o }'],
    ['maps', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, [i])'],
    ['buffers', 'const a = []; for (;;) a.push(new ArrayBuffer(1e6))'],
    ['one huge string', '"x".repeat(5e8)'],
    [
      'closures',
      'let f = () => 0; for (;;) { const g = f; const x = new Array(1000).fill(0); f = () => x[0] + g; }',
    ],
    ['joined text', 'new Array(1e5).fill("x".repeat(1e4)).join("")'],
  ])('%s', async (_, code) => {
    const { end } = await run(code, { memoryBytes: 16 * MIB });
    expect(end).toEqual({ kind: 'memory' });
  });

  test('a program may go on after it was told', async () => {
    const { end } = await run('let n = 0; try { "x".repeat(1e8).length } catch (e) { n = e.message } n', {
      memoryBytes: 16 * MIB,
    });
    expect(end).toEqual({ kind: 'completed', result: 'out of memory' });
  });

  test.each([
    ['JSON.parse("[".repeat(1e5))'],
    ['let o = []; for (let i = 0; i < 1e5; i++) o = [o]; JSON.stringify(o)'],
    ['new RegExp("(?:".repeat(20000) + ")".repeat(20000))'],
    ['('.repeat(9_000)],
    ['['.repeat(9_000)],
    ['a=>'.repeat(3_000)],
    ['let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); f()'],
    ['const p = new Proxy({}, {}); let q = p; for (let i = 0; i < 1e5; i++) q = new Proxy(q, {}); q.x'],
  ])('depth ends in an error, not in a crash: %s', async (code) => {
    const { end } = await run(code);
    expect(['raised', 'syntax', 'completed', 'memory']).toContain(end.kind);
  });
});

describe('the sandbox holds', () => {
  test.each([
    ['(() => {}).constructor("return 1")()'],
    ['(async () => {}).constructor("return 1")'],
    ['(function* () {}).constructor("yield 1")'],
    ['(async function* () {}).constructor("yield 1")'],
    ['new (print.constructor)("return 1")'],
    ['globalThis["ev" + "al"]("1")'],
    ['Reflect.construct(globalThis["Fun" + "ction"], ["return 1"])'],
    ['class A extends (() => {}).constructor {} new A("return 1")'],
    ['Object.getPrototypeOf(async () => {}).constructor.call(null, "1")'],
    ['[].map.constructor`return 1`'],
    ['await import("fs")'],
    ['try { (() => {}).constructor("1") } catch {} print("went on"); 5'],
  ])('no text becomes code: %s', async (code) => {
    const { end } = await run(code);
    expect(end).toMatchObject({ kind: 'denied' });
  });

  test('nothing of a host is there', async () => {
    const names = [
      'process',
      'require',
      'module',
      'fetch',
      'WebAssembly',
      'SharedArrayBuffer',
      'Atomics',
      'std',
      'os',
      'Worker',
      'Deno',
      'Bun',
      'navigator',
      'crypto',
    ];
    expect(await resultOf(`${JSON.stringify(names)}.filter((name) => name in globalThis)`)).toEqual([]);
  });

  test('a run leaves nothing for the next', async () => {
    expect(await resultOf('globalThis.left = 1; Array.prototype.left = 2; 1')).toBe(1);
    expect(await resultOf('[typeof left, typeof [].left]')).toEqual(['undefined', 'undefined']);
  });

  test('the clock is coarse, and random numbers are not the same twice', async () => {
    const code = '[Date.now() % 10, new Date().getTimezoneOffset(), Math.random()]';
    const [first, second] = [await resultOf(code), await resultOf(code)];
    expect(first).toEqual([0, 0, expect.any(Number)]);
    expect(first).not.toEqual(second);
  });

  test('a program that changed the language still gets its result', async () => {
    const { end, stdout } = await run(
      'Array.prototype.push = Array.prototype.map = String.prototype.slice = JSON.stringify = Promise.prototype.then = Reflect.apply = Object.keys = () => { throw 1 };' +
        'Object.defineProperty(Object.prototype, "toJSON", { get() { throw 2 } }); Map.prototype.forEach = null; print([1], new Map([[1, 2]])); ({ a: new Map([["b", 1]]) })',
    );
    expect([end, stdout]).toEqual([
      { kind: 'completed', result: { a: { b: 1 } } },
      '[ 1 ] Map(1) { 1 => 2 }\n',
    ]);
  });
});

test('a cancelled run ends at once, and its process with it', async () => {
  const cancel = new AbortController();
  setTimeout(() => cancel.abort(), 50);
  const { end } = await run('for (;;);', { signal: cancel.signal });
  expect(end).toEqual({ kind: 'cancelled' });
});
