/**
 * Runs programs that agents wrote: the policy of their language, a place to run, a fresh worker behind two walls, and
 * every limit enforced from outside. The room's one door; what a program may ask of the gateway comes in with it.
 */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Engine, EngineEnd, EngineJob, EngineWorker, HostCall, HostReply } from './engine.ts';
import { FULL_TIER_IDLE_MS, MAX_HOST_CALLS } from './exec-limits.ts';
import type { IsolationLevel, Jail } from './jail/jail.ts';
import { quickjsEngine } from './javascript/engine.ts';
import { checkJavaScript } from './javascript/policy.ts';
import { OutputBuffer } from './output-buffer.ts';
import { PolicyRefusal } from './policy-refusal.ts';
import { montyExecutable } from './python/monty/executable.ts';
import { montyEngine } from './python/monty/monty-engine.ts';
import { checkPython } from './python/policy.ts';
import { pyodideEngine } from './python/pyodide/engine.ts';
import { runPython } from './python/python-runner.ts';
import { RunQueue } from './run-queue.ts';
import { WarmPool } from './warm-pool.ts';

const REFILL_DELAY_MS = 5;
/** Milliseconds to wait for a first worker, and its snapshot, before anybody has asked for one. */
const PREPARE_TIMEOUT_MS = 180_000;

export const LANGUAGES = ['python', 'javascript'] as const;
export type Language = (typeof LANGUAGES)[number];
export type EngineName = Engine['name'];

export interface ExecRequest {
  readonly language: Language;
  readonly code: string;
  /** Milliseconds the program may run; waiting for a place does not count. */
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  /** Whose turn it is, where several wait. */
  readonly keyId: string;
  /** Answers the program's calls; never rejects. */
  readonly onHostCall: (call: HostCall, signal: AbortSignal) => Promise<HostReply>;
  readonly signal: AbortSignal;
}

export interface ExecOutcome {
  readonly end: EngineEnd;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the program's own running; waiting for a place or a worker is not in it. */
  readonly executionMs: number;
  /** What ran it last; `null` where nothing did. */
  readonly engine: EngineName | null;
  readonly isolation: IsolationLevel;
}

export interface ExecutorOptions {
  readonly jail: Jail;
  /** A folder of the gateway's own, for the full Python tier's memory snapshot. */
  readonly snapshotFolder: string;
  /** Programs that run at once. Default: one a core. */
  readonly concurrency?: number;
  /** A worker did not come up, died or broke its protocol; the text holds nothing of a program's. */
  readonly onFault: (engine: EngineName, reason: string) => void;
}

type Ran = { readonly end: EngineEnd; readonly engine: EngineName };

export class Executor {
  readonly isolation: IsolationLevel;
  readonly #queue: RunQueue;
  readonly #onFault: ExecutorOptions['onFault'];
  readonly #quickjs: WarmPool;
  /** `null` where there is no worker executable for this system; then the full tier does it all. */
  readonly #monty: WarmPool | null;
  /** `null` where no jail keeps it from the host's files: CPython in WebAssembly is no wall to lean on alone. */
  readonly #pyodide: WarmPool | null;

  /** Starts nothing yet: see {@link warm}. */
  constructor(options: ExecutorOptions) {
    const { jail, onFault, concurrency = availableParallelism() } = options;
    this.isolation = jail.level;
    this.#queue = new RunQueue(concurrency);
    this.#onFault = onFault;
    const pool = (engine: Engine, size: number, idleStopMs: number | null) =>
      new WarmPool({
        engine,
        jail,
        size,
        maxStarts: concurrency,
        idleStopMs,
        onFault: (reason) => onFault(engine.name, reason),
      });
    const monty = montyExecutable();
    this.#quickjs = pool(quickjsEngine(), concurrency, null);
    this.#monty = monty === null ? null : pool(montyEngine({ executable: monty }), concurrency, null);
    this.#pyodide =
      jail.level !== 'bubblewrap'
        ? null
        : pool(pyodideEngine({ snapshotFolder: options.snapshotFolder }), 1, FULL_TIER_IDLE_MS);
  }

  /** Resolves once the workers that are to stand ready do. What does not come up is told to `onFault`. */
  async warm(): Promise<void> {
    await Promise.all([this.#quickjs.warm(), this.#monty?.warm(), this.#pyodide?.warm()]);
  }

  /** Makes what the full Python tier needs, so that the first program to need it does not wait for that. */
  async prepareFullTier(): Promise<void> {
    if (this.#pyodide === null) return;
    try {
      const worker = await this.#pyodide.take(AbortSignal.timeout(PREPARE_TIMEOUT_MS));
      worker.kill();
      await worker.gone;
      // Nobody has needed it yet.
      this.#pyodide.sleep();
    } catch {
      // `onFault` has been told, and whoever needs it tries again.
    }
  }

  /** A new one, warm. */
  static async start(options: ExecutorOptions): Promise<Executor> {
    const executor = new Executor(options);
    await executor.warm();
    return executor;
  }

  /** Engines that can run here, by language. */
  get engines(): Readonly<Record<Language, readonly EngineName[]>> {
    return {
      python: [
        ...(this.#monty === null ? [] : ['monty' as const]),
        ...(this.#pyodide === null ? [] : ['pyodide' as const]),
      ],
      javascript: ['quickjs'],
    };
  }

  /**
   * Runs a program, once it is its turn. Where the request's signal aborts before it has ended, however far it had come,
   * its end is `cancelled`.
   * @throws `RATE_LIMITED` too many programs wait
   * @throws where no worker can be had: a fault of ours
   */
  async run(request: ExecRequest): Promise<ExecOutcome> {
    const output = new OutputBuffer();
    const clock = new RunClock();
    const outcome = (end: EngineEnd, engine: EngineName | null): ExecOutcome => ({
      end,
      stdout: output.stdout,
      stderr: output.stderr,
      executionMs: clock.ms,
      engine,
      isolation: this.isolation,
    });
    const refusal = this.#refusalOf(request);
    if (refusal !== null) return outcome(refusal, null);
    let leave: (() => void) | null = null;
    try {
      leave = await this.#queue.enter(request.keyId, request.signal);
      const { end, engine } = await this.#runIn(request, output, clock);
      if (end.kind === 'crashed') this.#onFault(engine, end.reason);
      return outcome(end, engine);
    } catch (error) {
      if (request.signal.aborted) return outcome({ kind: 'cancelled' }, null);
      throw error;
    } finally {
      leave?.();
      // Starting a process holds up the event loop: not before the answer of this run had its chance to leave.
      setTimeout(() => this.#refill(), REFILL_DELAY_MS).unref();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#quickjs.stop(), this.#monty?.stop(), this.#pyodide?.stop()]);
  }

  async #runIn(request: ExecRequest, output: OutputBuffer, clock: RunClock): Promise<Ran> {
    const job: EngineJob = {
      code: request.code,
      timeoutMs: request.timeoutMs,
      memoryBytes: request.memoryBytes,
      signal: request.signal,
      onHostCall: counted(request.onHostCall),
      onOutput: (stream, text) => output.add(stream, text),
    };
    if (request.language === 'javascript') {
      const worker = clock.watching(await this.#quickjs.take(request.signal));
      return { end: await worker.run(job), engine: 'quickjs' };
    }
    const [monty, pyodide] = [this.#monty, this.#pyodide];
    return runPython(job, {
      takeFast: monty === null ? null : async (signal) => clock.watching(await monty.take(signal)),
      takeFull: pyodide === null ? null : async (signal) => clock.watching(await pyodide.take(signal)),
      onFastCrash: (reason) => this.#onFault('monty', reason),
    });
  }

  /** What can be said before any engine sees the program: by its language's visible policy, for one. */
  #refusalOf({ language, code }: ExecRequest): EngineEnd | null {
    if (this.engines[language].length === 0) {
      return {
        kind: 'denied',
        message: `this gateway runs no ${language}; use another language`,
        line: null,
      };
    }
    try {
      if (language === 'python') checkPython(code);
      else checkJavaScript(code);
      return null;
    } catch (error) {
      if (!(error instanceof PolicyRefusal)) throw error;
      return { kind: error.kind, message: error.message, line: error.line };
    }
  }

  #refill(): void {
    this.#quickjs.refill();
    this.#monty?.refill();
    this.#pyodide?.refill();
  }
}

/** How long a program has run, in whichever workers; waiting for one does not count. */
class RunClock {
  ms = 0;

  watching(worker: EngineWorker): EngineWorker {
    return {
      pid: worker.pid,
      gone: worker.gone,
      kill: () => worker.kill(),
      run: async (job) => {
        const startedAt = performance.now();
        try {
          return await worker.run(job);
        } finally {
          this.ms += performance.now() - startedAt;
        }
      },
    };
  }
}

/** A program that asks without end is told so, again and again, at no cost to anyone else. */
function counted(onHostCall: ExecRequest['onHostCall']): ExecRequest['onHostCall'] {
  let calls = 0;
  return async (call, signal) => {
    calls += 1;
    if (calls <= MAX_HOST_CALLS) return onHostCall(call, signal);
    return {
      ok: false,
      code: 'LIMIT_EXCEEDED',
      message: `A program may make ${MAX_HOST_CALLS} calls of the gateway’s functions.`,
    };
  };
}
