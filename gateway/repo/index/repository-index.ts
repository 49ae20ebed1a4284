/**
 * The gateway's end of the index thread. The index is a help and never a need: where it is not ready, has failed or
 * is slow, a search goes without it.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { throwIfCancelled } from '../cancelled.ts';
import type { PathGuard } from '../path-guard.ts';
import { MAX_WAITING_FINDS, STOP_DEADLINE_MS } from './index-limits.ts';
import type {
  Found,
  IndexJob,
  IndexQuestion,
  IndexReply,
  IndexState,
  IndexThreadData,
} from './index-protocol.ts';

export interface RepositoryIndexOptions {
  readonly guard: PathGuard;
  /** Folder of all indexes, outside every repository. */
  readonly folder: string;
  readonly repository: string;
  /** Module that calls `runIndexThread` when it finds itself an index thread: the executable's own bundle. */
  readonly threadUrl: URL;
  /** Told once, when all of the repository can be found. */
  readonly onReady?: ((state: IndexSize) => void) | undefined;
  /** Told once, when the thread has ended without being asked: searches go without it from then on. */
  readonly onFault?: ((code: string) => void) | undefined;
}

export interface IndexSize {
  readonly files: number;
  readonly chunks: number;
}

type JobBody = IndexJob extends infer Job ? (Job extends IndexJob ? Omit<Job, 'id'> : never) : never;

interface Waiting {
  readonly resolve: (found: Found | null) => void;
  readonly reject: (error: Error) => void;
}

/** Where a repository's index lies: two repositories of one name, now or later, never share one. */
export function indexFile(folder: string, repository: string, rootPath: string): string {
  const hash = createHash('sha256').update(rootPath).digest('hex').slice(0, 16);
  return join(folder, `${repository.replace(/[^A-Za-z0-9._-]/g, '_')}-${hash}.db`);
}

export class RepositoryIndex {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #readyWaiting = new Set<() => void>();
  #state: Omit<IndexState, 'kind'> = { isReady: false, files: 0, chunks: 0 };
  #nextId = 1;
  #waitingFinds = 0;
  #hasEnded = false;
  #isClosing = false;
  #onReady: RepositoryIndexOptions['onReady'];
  readonly #onFault: RepositoryIndexOptions['onFault'];

  private constructor(worker: Worker, options: RepositoryIndexOptions) {
    this.#worker = worker;
    this.#onReady = options.onReady;
    this.#onFault = options.onFault;
    worker.on('message', (reply: IndexReply) => this.#settle(reply));
    let fault = 'ENDED';
    // The exit comes next, and ends whoever waits. Messages may name paths of this host; codes don't.
    worker.on('error', (error) => {
      fault = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    });
    worker.on('exit', () => this.#end(fault));
  }

  /** Starts the thread, which begins to index; never waits for it. */
  static start(options: RepositoryIndexOptions): RepositoryIndex {
    const { guard, folder, repository, threadUrl } = options;
    const workerData: IndexThreadData = {
      role: 'index-thread',
      file: indexFile(folder, repository, guard.rootPath),
      rootProcPath: guard.rootProcPath,
      restrictedPatterns: guard.restricted.patterns,
    };
    return new RepositoryIndex(new Worker(threadUrl, { workerData, env: {} }), options);
  }

  /** Whether all of the repository has been indexed, now or before the gateway started. */
  get isReady(): boolean {
    return this.#state.isReady && !this.#hasEnded;
  }

  get state(): Omit<IndexState, 'kind'> {
    return { ...this.#state, isReady: this.isReady };
  }

  /** Resolves when it is ready, or will never be. */
  async ready(): Promise<void> {
    while (!this.isReady && !this.#hasEnded) {
      await new Promise<void>((resolve) => this.#readyWaiting.add(resolve));
    }
  }

  /**
   * @returns nothing where the index cannot answer, for whatever reason
   * @throws `CANCELLED` once `signal` aborts
   */
  async find(question: IndexQuestion, timeoutMs: number, signal?: AbortSignal): Promise<Found | undefined> {
    if (!this.isReady || this.#waitingFinds >= MAX_WAITING_FINDS) return undefined;
    throwIfCancelled(signal);
    const id = this.#nextId++;
    this.#waitingFinds += 1;
    const { promise: ended, resolve: end } = Promise.withResolvers<null>();
    const timer = setTimeout(() => end(null), timeoutMs);
    const abort = (): void => end(null);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const asking = this.#ask({ kind: 'find', question }, id).catch(() => null);
      const found = await Promise.race([asking, ended]);
      throwIfCancelled(signal);
      return found ?? undefined;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      this.#waitingFinds -= 1;
      if (this.#waiting.delete(id)) this.#worker.postMessage({ kind: 'forget', id } satisfies IndexJob);
    }
  }

  /** Looks at every file now. Resolves when what changed can be found, or nothing will be indexed any more. */
  async sweep(): Promise<void> {
    await this.#ask({ kind: 'sweep' }).catch(() => null);
  }

  /** Idempotent. What is being indexed is left for the next start. */
  async close(): Promise<void> {
    if (this.#hasEnded) return;
    this.#isClosing = true;
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    const timer = setTimeout(() => void this.#worker.terminate(), STOP_DEADLINE_MS);
    this.#ask({ kind: 'stop' }).catch(() => null);
    await exited;
    clearTimeout(timer);
  }

  #ask(body: JobBody, id = this.#nextId++): Promise<Found | null> {
    if (this.#hasEnded) return Promise.reject(new Error('the index has ended'));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...body, id } satisfies IndexJob);
    });
  }

  #settle(reply: IndexReply): void {
    if (reply.kind === 'state') {
      const { isReady, files, chunks } = reply;
      this.#state = { isReady, files, chunks };
      if (!isReady) return;
      this.#onReady?.({ files, chunks });
      this.#onReady = undefined;
      this.#wake();
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === 'answer') waiting?.resolve(reply.found);
    else waiting?.reject(new Error(reply.message));
  }

  #end(fault: string): void {
    this.#hasEnded = true;
    if (!this.#isClosing) this.#onFault?.(fault);
    for (const { reject } of this.#waiting.values()) reject(new Error('the index has ended'));
    this.#waiting.clear();
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#readyWaiting) resolve();
    this.#readyWaiting.clear();
  }
}
