import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineEnd } from '../../../../gateway/exec/engine.ts';
import { type ExecOutcome, Executor, type Language } from '../../../../gateway/exec/executor.ts';
import type { Jail } from '../../../../gateway/exec/jail/jail.ts';
import { probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';
import { checkJavaScript } from '../../../../gateway/exec/javascript/policy.ts';
import { checkPython } from '../../../../gateway/exec/python/policy.ts';
import { pyodideEngine } from '../../../../gateway/exec/python/pyodide/engine.ts';
import { type Outcome, readCorpus } from './corpus.ts';
import { runReference } from './reference.ts';

/** Far more than any of them needs, so that a busy machine does not fail one. */
const TIMEOUT_MS = 30_000;
const MEMORY_BYTES = 256 * 1024 * 1024;

const PYTHON = readCorpus('python');
const JAVASCRIPT = readCorpus('javascript');

/**
 * The Python programs that the fast tier answers. One that is missing here has become slow without anybody noticing;
 * one that is here and should not be would have to be wrong.
 */
const FAST: readonly string[] = [
  'asyncio-basic bytes-basic caesar-and-vigenere cellular-rule-110 closures-and-scopes',
  'collections-basic commit-statistics dataclass-simple date-arithmetic dependency-versions',
  'dict-basic event-simulation export-summary game-of-life json-round-trip matrix no-result',
  'primes-and-gcd recursion-and-permutations result-alone roman-and-bases slices state-machine',
  'topological-sort tree-rendering trie-and-prefix-search walrus-and-comprehensions word-frequency',
].flatMap((names) => names.split(' '));

const faults: string[] = [];
const answeredBy = new Map<string, string | null>();
let folder: string;
let jail: Jail;
let executor: Executor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rlm-programs-'));
  // The full Python tier is offered only where a kernel confines it.
  ({ jail } = await probeJail({ minimumLevel: 'namespaces' }));
  executor = await Executor.start({
    jail,
    snapshotFolder: folder,
    concurrency: 2,
    onFault: (engine, reason) => faults.push(`${engine}: ${reason}`),
  });
});

afterAll(async () => {
  await executor.stop();
  await rm(folder, { recursive: true, force: true });
});

const noHostCalls = async () => ({ ok: false, code: 'INTERNAL', message: 'nobody is there to ask' }) as const;

const run = (language: Language, code: string): Promise<ExecOutcome> =>
  executor.run({
    language,
    code,
    timeoutMs: TIMEOUT_MS,
    memoryBytes: MEMORY_BYTES,
    keyId: 'k',
    onHostCall: noHostCalls,
    signal: new AbortController().signal,
  });

/** In the full tier, whatever the fast one would make of it. */
async function runInFullTier(code: string): Promise<Pick<ExecOutcome, 'end' | 'stdout' | 'stderr'>> {
  const worker = await pyodideEngine({ snapshotFolder: folder }).start(jail);
  const said = { stdout: '', stderr: '' };
  const end = await worker.run({
    code,
    timeoutMs: TIMEOUT_MS,
    memoryBytes: MEMORY_BYTES,
    onHostCall: noHostCalls,
    onOutput: (stream, text) => {
      said[stream] += text;
    },
    signal: new AbortController().signal,
  });
  await worker.gone;
  return { end, ...said };
}

/** What a caller sees: a value that is not there is `null`. */
const seen = ({ end, stdout, stderr }: { end: EngineEnd; stdout: string; stderr: string }) => ({
  end: end.kind === 'completed' ? { kind: end.kind, result: end.result ?? null } : end,
  stdout,
  stderr,
});
const completed = ({ stdout, result }: Outcome) => ({
  end: { kind: 'completed', result: result ?? null },
  stdout,
  stderr: '',
});

describe('the corpus', () => {
  test('is large, and a third of it are programs of 20 to 60 lines', () => {
    for (const programs of [PYTHON, JAVASCRIPT]) {
      const long = programs.filter(({ code }) => code.split('\n').length > 20);
      expect(programs.length).toBeGreaterThanOrEqual(60);
      expect(long.length).toBeGreaterThanOrEqual(programs.length / 3);
    }
  });

  test('passes the policy of its language', () => {
    for (const { code } of PYTHON) expect(() => checkPython(code), code).not.toThrow();
    for (const { code } of JAVASCRIPT) expect(() => checkJavaScript(code), code).not.toThrow();
  });
});

describe('Python, as CPython has it', () => {
  test.concurrent.each(PYTHON)('$name', async ({ name, code, expected }) => {
    const [reference, outcome] = await Promise.all([runReference('python', code), run('python', code)]);
    expect(reference).toEqual(expected);
    expect(seen(outcome)).toEqual(completed(expected));
    answeredBy.set(name, outcome.engine);
    if (outcome.engine === 'monty') expect(seen(await runInFullTier(code))).toEqual(completed(expected));
  });

  test('the fast tier answers those that it can', () => {
    const hasFastTier = executor.engines.python.includes('monty');
    const answered = [...answeredBy].filter(([, engine]) => engine === 'monty').map(([name]) => name);
    expect(answered.sort()).toEqual(hasFastTier ? FAST : []);
  });
});

describe('JavaScript, as Node has it', () => {
  test.concurrent.each(JAVASCRIPT)('$name', async ({ code, expected }) => {
    const [reference, outcome] = await Promise.all([
      runReference('javascript', code),
      run('javascript', code),
    ]);
    expect(reference).toEqual(expected);
    expect(seen(outcome)).toEqual(completed(expected));
  });
});

test('no worker failed on the way', () => {
  expect(faults).toEqual([]);
});
