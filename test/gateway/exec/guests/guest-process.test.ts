// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs under test are text that holds templates
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryUsage } from 'node:process';
import { describe, expect, test } from 'vitest';
import type { EngineEnd, EngineJob, EngineWorker, HostReply } from '../../../../gateway/exec/engine.ts';
import { startGuest } from '../../../../gateway/exec/guests/guest-process.ts';
import { nodeGuestProgram } from '../../../../gateway/exec/guests/node-program.ts';
import { LimitsJail } from '../../../../gateway/exec/jail/limits-jail.ts';
import { useTemporaryFolder } from '../../../support/temporary-folder.ts';

/**
 * Guests that an interpreter's escape would make of ours: each speaks the channel as it likes. Run at the weakest level,
 * since it is the gateway's end that must hold.
 */
const folder = useTemporaryFolder();
const MEMORY_BYTES = 256 * 1024 * 1024;

const SPEECH = `
  import { readSync, writeSync, closeSync } from 'node:fs';
  const bytes = (buffer) => { for (let at = 0; at < buffer.length; ) at += writeSync(3, buffer, at); };
  const header = (size) => { const h = Buffer.alloc(4); h.writeUInt32LE(size); return h; };
  const text = (json) => bytes(Buffer.concat([header(Buffer.byteLength(json)), Buffer.from(json)]));
  const frame = (message) => Buffer.concat([header(Buffer.byteLength(JSON.stringify(message))), Buffer.from(JSON.stringify(message))]);
  const sayTogether = (...messages) => bytes(Buffer.concat(messages.map(frame)));
  const say = (message) => text(JSON.stringify(message));
  const read = (size) => { const b = Buffer.alloc(size); for (let at = 0; at < size; ) { const n = readSync(3, b, at, size - at, null); if (n === 0) process.exit(7); at += n; } return b; };
  const hear = () => JSON.parse(read(read(4).readUInt32LE(0)).toString());
  const stay = () => { for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000); };
  const call = { type: 'call', name: 'search', args: ['x'], named: {} };
  const done = (result) => say({ type: 'end', end: { kind: 'completed', result } });
`;

async function start(source: string): Promise<EngineWorker> {
  const script = join(folder(), 'guest.mjs');
  await writeFile(script, SPEECH + source);
  // A gateway that runs as root gives its guests to somebody else.
  await chmod(folder(), 0o755);
  return startGuest(new LimitsJail(), nodeGuestProgram({ script, readable: [] }), MEMORY_BYTES);
}

interface Ran {
  readonly end: EngineEnd;
  readonly output: number;
  readonly calls: number;
  readonly ms: number;
}

async function run(
  source: string,
  settings: Partial<EngineJob> & { reply?: () => Promise<HostReply> } = {},
): Promise<Ran> {
  const worker = await start(`say({ type: 'ready' }); const job = hear();${source}`);
  let output = 0;
  let calls = 0;
  const startedMs = performance.now();
  const end = await worker.run({
    code: 'the program',
    timeoutMs: 10_000,
    memoryBytes: MEMORY_BYTES,
    signal: new AbortController().signal,
    onHostCall: async () => {
      calls += 1;
      return settings.reply?.() ?? { ok: true, value: calls };
    },
    onOutput: (_, text) => {
      output += text.length;
    },
    ...settings,
  });
  const ms = performance.now() - startedMs;
  // Whatever it does, it is killed.
  await worker.gone;
  return { end, output, calls, ms };
}

describe('an honest guest', () => {
  test('gets its program, its limits and its replies', async () => {
    const { end, calls } = await run(
      'say(call); const a = hear(); say(call); const b = hear(); done([job.code, job.timeoutMs, job.memoryBytes, a, b]);',
    );
    expect(end).toEqual({
      kind: 'completed',
      result: [
        'the program',
        10_000,
        MEMORY_BYTES,
        { type: 'reply', ok: true, value: 1 },
        { type: 'reply', ok: true, value: 2 },
      ],
    });
    expect(calls).toBe(2);
  });

  test('is heard to its last word, though it is gone by then', async () => {
    const { end, output } = await run(
      'for (let i = 0; i < 20; i++) say({ type: "output", stream: "stdout", text: "x".repeat(50000) }); done(1); process.exit(0);',
    );
    expect([end, output]).toEqual([{ kind: 'completed', result: 1 }, 1_000_000]);
  });

  test('is heard to its last word, however long that takes', async () => {
    let heard = 0;
    const { end, output } = await run(
      'sayTogether(...Array(1500).fill({ type: "output", stream: "stdout", text: "x".repeat(100) })); done(1); process.exit(0);',
      {
        onOutput: () => {
          for (const until = performance.now() + 0.2; performance.now() < until; );
          heard += 1;
        },
      },
    );
    expect([end, output, heard]).toEqual([{ kind: 'completed', result: 1 }, 0, 1_500]);
  });

  test('may split its frames anywhere, and join them', async () => {
    const { end } = await run(
      'const json = JSON.stringify({ type: "end", end: { kind: "completed", result: "ä€😀" } });' +
        'const all = Buffer.concat([header(Buffer.byteLength(json)), Buffer.from(json)]);' +
        'const quiet = JSON.stringify({ type: "output", stream: "stderr", text: "" });' +
        'bytes(Buffer.concat([header(quiet.length), Buffer.from(quiet), header(quiet.length), Buffer.from(quiet), all.subarray(0, 2)]));' +
        'for (const byte of all.subarray(2)) { bytes(Buffer.from([byte])); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); }',
    );
    expect(end).toEqual({ kind: 'completed', result: 'ä€😀' });
  });

  test('that stays silent is ended at its deadline', async () => {
    const { end, ms } = await run('stay()', { timeoutMs: 100 });
    expect(end).toEqual({ kind: 'timeout' });
    expect(ms).toBeLessThan(5_000);
  });

  test('that is cancelled ends at once, and the call it waits for is told', async () => {
    const cancel = new AbortController();
    let wasTold = false;
    const { end } = await run('say(call); stay()', {
      signal: cancel.signal,
      onHostCall: (_, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            wasTold = true;
            resolve({ ok: true, value: null });
          });
          cancel.abort();
        }),
    });
    expect([end, wasTold]).toEqual([{ kind: 'cancelled' }, true]);
  });

  test('was cancelled before it began', async () => {
    expect((await run('stay()', { signal: AbortSignal.abort() })).end).toEqual({ kind: 'cancelled' });
  });
});

describe('a guest that breaks the protocol is done with', () => {
  const crashed = (reason: string): EngineEnd => ({ kind: 'crashed', reason });
  const protocol = crashed('it broke the protocol');
  test.each([
    ['ready twice', 'say({ type: "ready" }); stay()', crashed('it spoke out of turn')],
    ['speaks while it is answered', 'sayTogether(call, call); stay()', crashed('it spoke out of turn')],
    [
      'ends while it is answered',
      'sayTogether(call, { type: "end", end: { kind: "timeout" } }); stay()',
      crashed('it spoke out of turn'),
    ],
    ['a frame too large', 'bytes(header(640 * 1024 + 1)); stay()', protocol],
    ['a giant frame', 'bytes(header(0xffffffff)); stay()', protocol],
    ['an empty frame', 'bytes(header(0)); stay()', protocol],
    ['no JSON', 'text("{"); stay()', protocol],
    [
      'bytes that are no text',
      'bytes(Buffer.concat([header(4), Buffer.from([0xff, 0xfe, 0, 1])])); stay()',
      protocol,
    ],
    ['null', 'say(null); stay()', protocol],
    ['an unknown type', 'say({ type: "run" }); stay()', protocol],
    ['a field too many', 'say({ type: "output", stream: "stdout", text: "", more: 1 }); stay()', protocol],
    ['a stream of its own', 'say({ type: "output", stream: "log", text: "" }); stay()', protocol],
    ['output that is no text', 'say({ type: "output", stream: "stdout", text: ["x"] }); stay()', protocol],
    ['a function of its own', 'say({ ...call, name: "__proto__" }); stay()', protocol],
    ['arguments that are no list', 'say({ ...call, args: { length: 1 } }); stay()', protocol],
    ['names that are a list', 'say({ ...call, named: [] }); stay()', protocol],
    ['too many arguments', 'say({ ...call, args: Array(11).fill(1) }); stay()', protocol],
    ['arguments too long', 'say({ ...call, args: ["x".repeat(70000)] }); stay()', protocol],
    [
      'speaks while it is answered, and half of it',
      'bytes(Buffer.concat([frame(call), header(9)])); stay()',
      crashed('it spoke out of turn'),
    ],
    ['an end that is ours to say', 'say({ type: "end", end: { kind: "cancelled" } }); stay()', protocol],
    ['an end of its own', 'say({ type: "end", end: { kind: "crashed", reason: "x" } }); stay()', protocol],
    [
      'an error too long',
      'say({ type: "end", end: { kind: "raised", type: "E", message: "x".repeat(9000), line: 1, traceback: "" } }); stay()',
      protocol,
    ],
    [
      'a line that is none',
      'say({ type: "end", end: { kind: "syntax", message: "", line: 1.5 } }); stay()',
      protocol,
    ],
    ['a result too long', 'done("x".repeat(300000)); stay()', protocol],
    [
      'a result too deep',
      'text(`{"type":"end","end":{"kind":"completed","result":${"[".repeat(101)}${"]".repeat(101)}}}`); stay()',
      protocol,
    ],
    [
      'a result of a hundred thousand floors',
      'text(`{"type":"end","end":{"kind":"completed","result":${"[".repeat(1e5)}${"]".repeat(1e5)}}}`); stay()',
      protocol,
    ],
    ['a million floors of nothing', 'text("[".repeat(1e6)); stay()', protocol],
    [
      'half a frame, and goes',
      'bytes(header(100)); bytes(Buffer.from("{")); process.exit(3)',
      crashed('it ended (3)'),
    ],
    ['closes the channel and stays', 'closeSync(3); stay()', crashed('it closed its channel')],
    ['goes without a word', 'process.exit(0)', crashed('it ended (0)')],
  ])('%s', async (_, source, expected) => {
    expect((await run(source)).end).toEqual(expected);
  });

  test.each(['SIGABRT', 'SIGTRAP', 'SIGKILL', 'SIGSEGV'])(
    'dying of %s is what running out of memory looks like',
    async (signal) => {
      expect((await run(`process.kill(process.pid, '${signal}'); stay()`)).end).toEqual({ kind: 'memory' });
    },
  );

  test('what was said behind an end is not even cut into frames', async () => {
    const { end } = await run(
      'bytes(Buffer.concat([frame({ type: "end", end: { kind: "timeout" } }), header(2 ** 31), Buffer.alloc(60000)])); stay()',
    );
    expect(end).toEqual({ kind: 'timeout' });
  });

  test('the first end counts, and nothing after it', async () => {
    const { end, output } = await run(
      'done(1); done(2); say({ type: "output", stream: "stdout", text: "late" }); text("{"); stay()',
    );
    expect([end, output]).toEqual([{ kind: 'completed', result: 1 }, 0]);
  });

  test('keys and characters that mean more elsewhere are text', async () => {
    const { end } = await run(
      'text(`{"type":"end","end":{"kind":"completed","result":{"__proto__":{"x":1},"\\\\ud800":"\\\\udc00"}}}`); stay()',
    );
    expect(end).toEqual({ kind: 'completed', result: JSON.parse('{"__proto__":{"x":1},"\ufffd":"\ufffd"}') });
  });

  test('before it is asked anything', async () => {
    const worker = await start(
      'say({ type: "ready" }); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500); say({ type: "output", stream: "stdout", text: "x" }); stay()',
    );
    await worker.gone;
    const end = await worker.run({
      code: '',
      timeoutMs: 1_000,
      memoryBytes: MEMORY_BYTES,
      signal: new AbortController().signal,
      onHostCall: async () => ({ ok: true, value: null }),
      onOutput: () => {},
    });
    expect(end).toEqual(crashed('it spoke out of turn'));
  });

  test.each([
    ['speaks before it is ready', 'done(1); stay()', 'a sandbox worker spoke before it was ready'],
    ['ends before it is ready', 'process.exit(4)', 'a sandbox worker did not come up: it ended (4)'],
    [
      'is not ready in its own way',
      'say({ type: "ready", now: true }); stay()',
      'did not come up: it broke the protocol',
    ],
  ])('and one that %s is no worker', async (_, source, message) => {
    await expect(start(source)).rejects.toThrow(message);
  });

  test('and what can not be started is none', async () => {
    const program = { executable: join(folder(), 'none'), args: [], readable: [], env: {} };
    await expect(startGuest(new LimitsJail(), program, MEMORY_BYTES)).rejects.toThrow();
  });
});

describe('what the gateway holds is bounded', () => {
  test('against a frame that comes byte by byte', async () => {
    const before = memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, memoryUsage().rss);
    }, 20);
    await run(
      'bytes(header(640 * 1024)); const one = Buffer.from(" "); for (let i = 0; i < 500000; i++) bytes(one); done(1); stay()',
      { timeoutMs: 3_000 },
    );
    clearInterval(watch);
    expect(peak - before).toBeLessThan(48 * 1024 * 1024);
  });

  test('and what it does in one turn: others have theirs while a guest floods it', async () => {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    let frames = 0;
    let turnsBetween = 0;
    const { end } = await run(
      'const many = Buffer.concat(Array(20000).fill(frame({ type: "output", stream: "stdout", text: "x" }))); bytes(many); done(1); stay()',
      {
        onOutput: () => {
          frames += 1;
          if (frames === 1) count();
          turnsBetween = turns;
          // What an output costs whoever listens, so that it does not hang on how fast this machine is.
          for (const until = performance.now() + 0.05; performance.now() < until; );
        },
      },
    );
    isOver = true;
    expect([end, frames]).toEqual([{ kind: 'completed', result: 1 }, 20_000]);
    // A second of work at least, in turns of four milliseconds.
    expect(turnsBetween).toBeGreaterThan(100);
  });

  test('against a flood of output', async () => {
    const before = memoryUsage().rss;
    let peak = before;
    const { end } = await run(
      'const t = "x".repeat(65536); for (;;) say({ type: "output", stream: "stdout", text: t })',
      {
        onOutput: () => {
          peak = Math.max(peak, memoryUsage().rss);
        },
      },
    );
    expect(end).toEqual({ kind: 'crashed', reason: 'it said too much' });
    expect(peak - before).toBeLessThan(32 * 1024 * 1024);
  });

  test('against one that asks and never reads', async () => {
    const { end, calls } = await run(
      'for (;;) { say(call); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); }',
      {
        reply: async () => ({ ok: true, value: 'x'.repeat(1_000_000) }),
      },
    );
    expect(end).toEqual({ kind: 'crashed', reason: 'it did not read what it had asked for' });
    expect(calls).toBeLessThan(4);
  });

  test('and large replies are read whole by one that reads', async () => {
    const { end } = await run(
      'let n = 0; for (let i = 0; i < 30; i++) { say(call); n += hear().value.length; } done(n);',
      {
        reply: async () => ({ ok: true, value: 'x'.repeat(3_000_000) }),
      },
    );
    expect(end).toEqual({ kind: 'completed', result: 90_000_000 });
  });
});
