import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEnd, EngineWorker } from '../gateway/exec/engine.ts';
import { type ExecRequest, Executor, type Language } from '../gateway/exec/executor.ts';
import type { Jail } from '../gateway/exec/jail/jail.ts';
import { probeJail } from '../gateway/exec/jail/probe-jail.ts';
import { quickjsEngine } from '../gateway/exec/javascript/engine.ts';
import { montyExecutable } from '../gateway/exec/python/monty/executable.ts';
import { montyEngine } from '../gateway/exec/python/monty/monty-engine.ts';
import { pyodideEngine } from '../gateway/exec/python/pyodide/engine.ts';
import { buildAll } from '../scripts/build-all.ts';
import { printRows, printTable } from './support/print-table.ts';
import { distributionOf, inTurns, type Series } from './support/rounds.ts';

/**
 * What it costs to run an agent's program: latency with warm workers beside the same program in a `python3 -c` and in a
 * `node:vm` of a child process (which confine nothing), throughput, refill, memory, and how well the limits hold.
 */
const ROUNDS = 100;
const WARM_UPS = 5;
const MIB = 1024 * 1024;
const TIME_LIMIT_MS = 500;
const MEMORY_LIMIT_MIB = 64;

/** Debian's, where there is one: a version manager's stand-in on the PATH takes longer than the program. */
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

const SMALL = {
  python: 'total = 0\nfor i in range(1000):\n    total += i * i\nprint(total)',
  javascript: 'let total = 0; for (let i = 0; i < 1000; i += 1) total += i * i; console.log(total);',
} as const;
/** A generator, which the fast tier does not know. */
const FULL_TIER = 'def squares():\n    for i in range(1000):\n        yield i * i\nprint(sum(squares()))';

const TIME_ATTACKS: readonly (readonly [Language, string])[] = [
  ['python', 'while True: pass'],
  ['python', 'x = 3\nwhile True: x = x ** 3'],
  ['python', 'n = 0\nfor i in range(10**12): n += i'],
  ['python', 'import re\nre.match(r"(a+)+$", "a" * 40 + "b")'],
  ['python', 'while True: sorted(range(10**5), key=lambda x: -x)'],
  ['python', 's = "a"\nwhile True: s.find("b" * 1000)'],
  ['python', 'def g():\n    while True: yield 1\nfor _ in g(): pass'],
  ['python', 'import time\nclass A: pass\nclass B(A): pass\ntime.sleep(60)'],
  ['javascript', 'for (;;);'],
  ['javascript', 'const f = () => Promise.resolve().then(f); f(); await new Promise(() => {});'],
  ['javascript', '/(a+)+$/.test("a".repeat(40) + "b")'],
  [
    'javascript',
    'Array.from({ length: 1e5 }, (_, i) => i).sort(() => { for (let i = 0; i < 1e4; i += 1); return 1; })',
  ],
  ['javascript', 'const x = 3n ** 100000n; for (;;) x * x;'],
  ['javascript', '"x".repeat(2 ** 24).split("").map((c) => c + c).join("").indexOf("y".repeat(1000))'],
  ['javascript', 'const o = { get a() { for (;;); } }; JSON.stringify(o)'],
];

const MEMORY_ATTACKS: readonly (readonly [Language, string, string])[] = [
  ['python', 'monty', 'x = []\nwhile True: x.append([0] * 1000)'],
  ['python', 'monty', 's = "x" * 1000000\nx = []\nwhile True: x.append(s + str(len(x)))'],
  ['python', 'pyodide', 'def g(): yield 1\nx = []\nwhile True: x.append(bytearray(1000000))'],
  ['javascript', 'quickjs', 'const x = []; for (;;) x.push(new Array(1000).fill(0));'],
  ['javascript', 'quickjs', 'const x = []; for (;;) x.push(new Uint8Array(1000000).fill(1));'],
];

const folder = await mkdtemp(join(tmpdir(), 'rlm-bench-'));
try {
  await buildAll({ isPartial: false });
  const { jail } = await probeJail();
  process.stdout.write(`isolation: ${jail.level}\n`);
  const executor = await Executor.start({ jail, snapshotFolder: folder, concurrency: 2, onFault: complain });
  try {
    await latency(executor);
    await throughput(executor);
    await hostCalls(executor);
    await overshoot(executor);
    await outputFlood(executor);
  } finally {
    await executor.stop();
  }
  await workers(jail);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function complain(engine: string, reason: string): void {
  process.stderr.write(`${engine}: ${reason}\n`);
}

function request(language: Language, code: string, more: Partial<ExecRequest> = {}): ExecRequest {
  return {
    language,
    code,
    timeoutMs: 5_000,
    memoryBytes: 256 * MIB,
    keyId: 'bench',
    onHostCall: async () => ({ ok: true, value: { content: 'x\n'.repeat(50), total_lines: 50 } }),
    signal: new AbortController().signal,
    ...more,
  };
}

/** @throws where the program did not end as it should: what failed quickly must not count as fast */
async function completed(executor: Executor, language: Language, code: string): Promise<void> {
  const { end } = await executor.run(request(language, code));
  if (end.kind !== 'completed') throw new Error(`a program ended as ${JSON.stringify(end)}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function runChild(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.resume();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

async function latency(executor: Executor): Promise<void> {
  const ours = (name: string, language: Language, code: string): Series => ({
    name,
    measure: async () => {
      // Nobody is waited for here but the workers: what a run costs when one stands ready.
      await executor.warm();
      return timed(() => completed(executor, language, code));
    },
  });
  const inVm = `require('node:vm').runInNewContext(${JSON.stringify(SMALL.javascript)}, { console })`;
  const python = 'python3 -c, a process each';
  const node = 'node:vm in a child, a process each';
  const floors: readonly Series[] = [
    { name: python, measure: () => timed(() => runChild(PYTHON, ['-c', SMALL.python])) },
    { name: node, measure: () => timed(() => runChild(process.execPath, ['-e', inVm])) },
  ];
  const series = [
    ...floors,
    ours('Python, small program', 'python', SMALL.python),
    ours('Python, full tier', 'python', FULL_TIER),
    ours('JavaScript, small program', 'javascript', SMALL.javascript),
  ];
  const measured = await inTurns(series, ROUNDS, WARM_UPS);
  printTable(`One run with a warm worker, ${ROUNDS} rounds in turns, of python3 -c`, measured, python);
  printTable('The same, of node:vm in a child', measured, node);
}

/** As fast as two callers can ask, with every worker started anew. */
async function throughput(executor: Executor): Promise<void> {
  const rows: string[][] = [];
  for (const [name, language, code] of [
    ['Python', 'python', SMALL.python],
    ['JavaScript', 'javascript', SMALL.javascript],
  ] as const) {
    let runs = 0;
    const startedMs = performance.now();
    const untilMs = startedMs + 5_000;
    const ask = async (): Promise<void> => {
      while (performance.now() < untilMs) {
        await completed(executor, language, code);
        runs += 1;
      }
    };
    await Promise.all([ask(), ask()]);
    rows.push([name, (runs / ((performance.now() - startedMs) / 1_000)).toFixed(1)]);
  }
  printRows('Sustained, two callers', ['', 'runs a second'], rows);
}

async function hostCalls(executor: Executor): Promise<void> {
  const rows: string[][] = [];
  for (const [name, language, code] of [
    ['Python', 'python', 'for i in range(1000): read_span("a", 1, 50)'],
    [
      'Python, full tier',
      'python',
      'def g():\n    yield 1\nlist(g())\nfor i in range(1000): read_span("a", 1, 50)',
    ],
    ['JavaScript', 'javascript', 'for (let i = 0; i < 1000; i += 1) readSpan("a", 1, 50)'],
  ] as const) {
    await executor.warm();
    const tookMs = await timed(() => completed(executor, language, code));
    rows.push([name, (tookMs / 1_000).toFixed(3)]);
  }
  printRows('One call of a function, of a thousand in one run, answered at once', ['', 'ms'], rows);
}

async function overshoot(executor: Executor): Promise<void> {
  const late: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    for (const [language, code] of TIME_ATTACKS) {
      await executor.warm();
      const { end, executionMs } = await executor.run(request(language, code, { timeoutMs: TIME_LIMIT_MS }));
      if (end.kind === 'timeout') late.push(executionMs - TIME_LIMIT_MS);
      else process.stdout.write(`  not by time: ${code.slice(0, 40)}: ${end.kind}\n`);
    }
  }
  const { medianMs, p99Ms, maxMs } = distributionOf('', late);
  printRows(
    `Past the deadline of ${TIME_LIMIT_MS} ms, ${late.length} runs of ${TIME_ATTACKS.length} programs`,
    ['median ms', 'p99 ms', 'max ms'],
    [[medianMs, p99Ms, maxMs].map((ms) => ms.toFixed(0))],
  );
}

async function outputFlood(executor: Executor): Promise<void> {
  const rows: string[][] = [];
  for (const [name, language, code] of [
    ['Python', 'python', 'while True: print("x" * 100000)'],
    ['JavaScript', 'javascript', 'for (;;) console.log("x".repeat(100000));'],
  ] as const) {
    let most = 0;
    const before = process.memoryUsage().rss;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 5);
    const { stdout, end } = await executor.run(request(language, code, { timeoutMs: 2_000 }));
    clearInterval(watch);
    rows.push([name, end.kind, mib(Math.max(0, most - before)), mib(Buffer.byteLength(stdout))]);
  }
  printRows(
    'An output flood of two seconds',
    ['', 'ends as', 'the gateway grows, MiB', 'output kept, MiB'],
    rows,
  );
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}

async function workers(jail: Jail): Promise<void> {
  const monty = montyExecutable();
  const engines = [
    ...(monty === null ? [] : [montyEngine({ executable: monty })]),
    quickjsEngine(),
    ...(jail.level === 'limits' ? [] : [pyodideEngine({ snapshotFolder: folder })]),
  ];
  const rows: string[][] = [];
  for (const engine of engines) {
    const starts: number[] = [];
    let idle = 0;
    for (let round = 0; round < 20; round += 1) {
      const startedMs = performance.now();
      const worker = await engine.start(jail);
      starts.push(performance.now() - startedMs);
      idle = residentBytes(worker);
      worker.kill();
      await worker.gone;
    }
    let held = 0;
    for (const [, name, code] of MEMORY_ATTACKS) {
      if (name !== engine.name) continue;
      const worker = await engine.start(jail);
      const { most, end } = await watchMemory(worker, code);
      if (end.kind !== 'memory') process.stdout.write(`  not by memory: ${code.slice(-40)}: ${end.kind}\n`);
      held = Math.max(held, most - idle);
    }
    const { medianMs, p99Ms } = distributionOf('', starts);
    rows.push([engine.name, medianMs.toFixed(0), p99Ms.toFixed(0), mib(idle), mib(held)]);
  }
  printRows(
    `Workers; memory bombs with a limit of ${MEMORY_LIMIT_MIB} MiB`,
    ['', 'start, median ms', 'worst of 20', 'idle MiB', 'a bomb holds more, MiB'],
    rows,
  );
}

async function watchMemory(worker: EngineWorker, code: string): Promise<{ most: number; end: EngineEnd }> {
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, residentBytes(worker));
  }, 2);
  const end = await worker.run({
    code,
    timeoutMs: 5_000,
    memoryBytes: MEMORY_LIMIT_MIB * MIB,
    onHostCall: async () => ({ ok: false, code: 'NOT_FOUND', message: '' }),
    onOutput: () => {},
    signal: new AbortController().signal,
  });
  clearInterval(watch);
  await worker.gone;
  return { most, end };
}

/** Of a worker and all that is below it: the jail's own processes count too. */
function residentBytes(worker: EngineWorker): number {
  const below = (pid: number): number => {
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean);
      const own =
        Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
      return children.reduce((sum, child) => sum + below(Number(child)), own);
    } catch {
      return 0;
    }
  };
  return below(worker.pid);
}
