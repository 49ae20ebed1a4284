/**
 * To the caller there is one Python. A program runs in the fast tier first, which knows a part of the language; where
 * that ends in an error of the program's, the error may be no more than the part that is missing. Then the program runs
 * again in the full tier, and what that says is all that was ever said: the calls of the gateway's functions are
 * answered as they were, and the first run's output is forgotten.
 */
import { performance } from 'node:perf_hooks';
import type { EngineEnd, EngineJob, EngineWorker } from '../engine.ts';
import { HeldOutput } from './held-output.ts';
import { HostCallLog } from './host-call-log.ts';
import { mayDifferInMonty, mayHoldMoreInMonty } from './monty/known-differences.ts';

/** Rejects with the signal's reason once it aborts. */
type Take = (signal: AbortSignal) => Promise<EngineWorker>;

/** Where workers come from: each is the taker's own, runs one program and is gone. `null` where there is no such tier. */
export interface PythonTiers {
  readonly takeFast: Take | null;
  readonly takeFull: Take | null;
  /** The fast tier's worker died or broke its protocol, and the full tier was asked instead. */
  readonly onFastCrash?: (reason: string) => void;
}

export interface PythonRun {
  readonly end: EngineEnd;
  /** Whose end it is. */
  readonly engine: 'monty' | 'pyodide';
}

/** Milliseconds to wait for a worker: one of the full tier may have to make its snapshot first. */
const WORKER_TIMEOUT_MS = 60_000;

/** Put after an error that full Python might not have raised. */
const SMALL_PYTHON_NOTE =
  '(This gateway runs a small Python only, without generators, inheritance and much of the standard library: the error may come of that.)';

/**
 * Runs a program within `job.timeoutMs` of running, in both tiers together; waiting for a worker does not count, and
 * takes a minute at most.
 * @throws where no worker can be had: a fault of ours
 */
export async function runPython(job: EngineJob, tiers: PythonTiers): Promise<PythonRun> {
  const { takeFast, takeFull, onFastCrash } = tiers;
  if (takeFull !== null && (takeFast === null || mayDifferInMonty(job.code))) return runFull(job, takeFull);
  if (takeFast === null) throw new Error('this gateway has no Python');
  const output = new HeldOutput();
  const log = new HostCallLog();
  const worker = await takeInTime(takeFast, job.signal);
  if (worker === null) return { end: { kind: 'cancelled' }, engine: 'monty' };
  const startedAt = performance.now();
  const end = await worker.run({
    ...job,
    onOutput: output.add,
    onHostCall: log.recording(job.onHostCall),
  });
  const timeoutMs = job.timeoutMs - (performance.now() - startedAt);
  const survive = (own: EngineEnd): PythonRun => {
    output.release(job.onOutput);
    return { end: own, engine: 'monty' };
  };
  if (!mayBeOfMontysOwn(end, job.code)) return survive(end);
  if (takeFull === null) return survive(withNote(end));
  if (timeoutMs <= 0) return survive({ kind: 'timeout' });
  if (end.kind === 'crashed') onFastCrash?.(end.reason);
  return runFull({ ...job, timeoutMs, onHostCall: log.replaying(job.onHostCall) }, takeFull);
}

/**
 * Whether Python might end otherwise: by a part that is missing, or because Monty holds what Python makes one by one.
 * Time is up in both tiers alike, and nobody waits for a run that was cancelled.
 */
function mayBeOfMontysOwn({ kind }: EngineEnd, code: string): boolean {
  if (kind === 'memory') return mayHoldMoreInMonty(code);
  return kind === 'raised' || kind === 'syntax' || kind === 'crashed';
}

async function runFull(job: EngineJob, take: Take): Promise<PythonRun> {
  const worker = await takeInTime(take, job.signal);
  return { end: worker === null ? { kind: 'cancelled' } : await worker.run(job), engine: 'pyodide' };
}

/** @returns `null` where nobody waits any more */
async function takeInTime(take: Take, signal: AbortSignal): Promise<EngineWorker | null> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new Error('no worker of Python came up in time')),
    WORKER_TIMEOUT_MS,
  );
  try {
    return await take(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function withNote(end: EngineEnd): EngineEnd {
  if (end.kind !== 'raised' && end.kind !== 'syntax') return end;
  return { ...end, message: `${end.message} ${SMALL_PYTHON_NOTE}` };
}
