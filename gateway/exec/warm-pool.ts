/**
 * Workers of one engine that are up before anyone needs them. Each runs one program and is gone; the next is started
 * once the reply is out, since starting a process holds up the event loop for some milliseconds.
 */
import type { Engine, EngineWorker } from './engine.ts';
import type { Jail, JailedProcess } from './jail/jail.ts';

/** Milliseconds to wait after a worker did not come up, doubled each time, before another is started for nobody in particular. */
const MIN_RESTART_DELAY_MS = 1_000;
const MAX_RESTART_DELAY_MS = 60_000;

export interface WarmPoolOptions {
  readonly engine: Engine;
  readonly jail: Jail;
  /** Workers that stand ready. */
  readonly size: number;
  /** Workers that come up at once at the most, however many are asked for. */
  readonly maxStarts: number;
  /**
   * Starts with the first need, and ends its workers when so many milliseconds have passed without one; `null` is
   * always warm.
   */
  readonly idleStopMs: number | null;
  /** A worker did not come up, or died while it waited. The text is for the log and holds nothing of a program's. */
  readonly onFault: (reason: string) => void;
}

interface Waiter {
  readonly resolve: (worker: EngineWorker) => void;
  readonly reject: (error: unknown) => void;
}

export class WarmPool {
  readonly #options: WarmPoolOptions;
  readonly #ready: EngineWorker[] = [];
  /** Who asked while none was ready, the first first. */
  readonly #waiting = new Set<Waiter>();
  readonly #starts = new Set<Promise<void>>();
  /** Processes of workers that are not up yet. */
  readonly #starting = new Set<JailedProcess>();
  #isAwake: boolean;
  #isStopped = false;
  /** Starts that failed since the last one that did not. */
  #failures = 0;
  #idleTimer: NodeJS.Timeout | null = null;
  #restartTimer: NodeJS.Timeout | null = null;

  constructor(options: WarmPoolOptions) {
    this.#options = options;
    this.#isAwake = options.idleStopMs === null;
  }

  /** Starts what is to stand ready now. Resolves once all of it does, or has failed to. */
  async warm(): Promise<void> {
    this.refill();
    while (this.#starts.size > 0) await Promise.all(this.#starts);
  }

  /**
   * A worker of the caller's own, at once where one is ready. Whoever takes one runs one program in it or kills it, and
   * then calls {@link refill}.
   * @throws the signal's reason once it aborts: then nothing is started for this caller any more
   * @throws where none comes up, or the pool has been stopped
   */
  async take(signal: AbortSignal): Promise<EngineWorker> {
    signal.throwIfAborted();
    if (this.#isStopped) throw new Error('the pool has been stopped');
    this.#isAwake = true;
    this.#sleepLater();
    const worker = this.#ready.shift();
    if (worker !== undefined) return worker;
    const { promise, resolve, reject } = Promise.withResolvers<EngineWorker>();
    const waiter = { resolve, reject };
    const giveUp = (): void => {
      this.#waiting.delete(waiter);
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    this.#waiting.add(waiter);
    this.#startForWaiters();
    return promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  /** The reply is out: now a process may be started for the next. */
  refill(): void {
    if (this.#isAwake) this.#fill();
  }

  /** Ends what stands ready until the next need, where the pool starts with it. */
  sleep(): void {
    if (this.#options.idleStopMs === null) return;
    this.#isAwake = false;
    void this.#killReady();
  }

  /** Ends every worker that runs nothing, up or coming up. Those that run are their takers' to kill. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#idleTimer ?? undefined);
    clearTimeout(this.#restartTimer ?? undefined);
    for (const { reject } of this.#waiting) reject(new Error('the pool has been stopped'));
    this.#waiting.clear();
    for (const process of this.#starting) process.kill();
    await Promise.all(this.#starts);
    await this.#killReady();
  }

  #fill(): void {
    if (this.#isStopped || this.#restartTimer !== null) return;
    // What keeps one from coming up keeps the others too: one at a time finds out.
    const wanted = this.#failures > 0 ? 1 : this.#options.size;
    while (this.#ready.length + this.#starts.size < wanted && this.#mayStart()) this.#startOne();
    this.#startForWaiters();
  }

  #startForWaiters(): void {
    while (this.#starts.size < this.#waiting.size && this.#mayStart()) this.#startOne();
  }

  #mayStart(): boolean {
    return !this.#isStopped && this.#starts.size < this.#options.maxStarts;
  }

  #startOne(): void {
    const start = this.#start().finally(() => {
      this.#starts.delete(start);
      this.#startForWaiters();
    });
    this.#starts.add(start);
  }

  async #start(): Promise<void> {
    const { engine, onFault } = this.#options;
    const processes: JailedProcess[] = [];
    try {
      const worker = await engine.start(this.#jailThatNotes(processes));
      this.#failures = 0;
      void worker.gone.then(() => this.#lose(worker));
      this.#give(worker);
    } catch (cause) {
      // Told to end while it came up: no fault.
      if (this.#isStopped) return;
      this.#failures += 1;
      onFault(cause instanceof Error ? cause.message : 'a sandbox worker could not be started');
      const [first] = this.#waiting;
      if (first !== undefined) this.#waiting.delete(first);
      first?.reject(new Error('no sandbox worker could be started', { cause }));
      this.#fillLater();
    } finally {
      for (const process of processes) this.#starting.delete(process);
    }
  }

  /** The jail, and a note of what was started in it, so that it can be ended before it is up. */
  #jailThatNotes(processes: JailedProcess[]): Jail {
    const { jail } = this.#options;
    return {
      level: jail.level,
      spawn: (program) => {
        if (this.#isStopped) throw new Error('the pool has been stopped');
        const process = jail.spawn(program);
        processes.push(process);
        this.#starting.add(process);
        return process;
      },
    };
  }

  #give(worker: EngineWorker): void {
    const [first] = this.#waiting;
    if (first !== undefined) {
      this.#waiting.delete(first);
      first.resolve(worker);
    } else if (this.#isStopped || !this.#isAwake || this.#ready.length >= this.#options.size) worker.kill();
    else this.#ready.push(worker);
  }

  /** One that died while it stood ready: the kernel was short of memory, or somebody killed it. */
  #lose(worker: EngineWorker): void {
    const at = this.#ready.indexOf(worker);
    if (at === -1) return;
    this.#ready.splice(at, 1);
    if (this.#isStopped) return;
    this.#failures += 1;
    this.#options.onFault('a sandbox worker ended while it stood ready');
    this.#fillLater();
  }

  /** Not at once: what keeps workers from coming up would be started, and fail, without a pause. */
  #fillLater(): void {
    if (this.#isStopped || this.#restartTimer !== null) return;
    const delayMs = Math.min(MAX_RESTART_DELAY_MS, MIN_RESTART_DELAY_MS * 2 ** (this.#failures - 1));
    this.#restartTimer = setTimeout(() => {
      this.#restartTimer = null;
      this.refill();
    }, delayMs).unref();
  }

  #sleepLater(): void {
    const { idleStopMs } = this.#options;
    if (idleStopMs === null) return;
    clearTimeout(this.#idleTimer ?? undefined);
    this.#idleTimer = setTimeout(() => this.sleep(), idleStopMs).unref();
  }

  async #killReady(): Promise<void> {
    const ready = this.#ready.splice(0);
    for (const worker of ready) worker.kill();
    await Promise.all(ready.map(({ gone }) => gone));
  }
}
