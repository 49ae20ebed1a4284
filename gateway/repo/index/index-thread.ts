/**
 * The thread that builds one repository's index and answers from it. SQLite's calls block, and cutting files into terms
 * computes for seconds; here neither holds up the gateway. The thread trusts nothing of the index either: whatever it
 * proposes is read again by who asked.
 */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { GlobSet } from '../glob-set.ts';
import { PathGuard } from '../path-guard.ts';
import { isWithin } from '../repo-path.ts';
import { RestrictedNames } from '../restricted.ts';
import { IndexDatabase, isBusy, isDamage, removeIndex } from './index-database.ts';
import { BUSY_RETRY_MS, SWEEP_FRESH_MS, SWEEP_IDLE_MS, SWEEP_WAIT_MS } from './index-limits.ts';
import type { Found, IndexJob, IndexQuestion, IndexReply, IndexThreadData } from './index-protocol.ts';
import { questionOf } from './question.ts';
import { Ranking } from './ranking.ts';
import { sweep } from './sweep.ts';

export const isIndexThread = (data: unknown): data is IndexThreadData =>
  typeof data === 'object' && data !== null && 'role' in data && data.role === 'index-thread';

/** Entry of the thread; the executable's main module calls it when it finds itself started as one. */
export async function runIndexThread(): Promise<void> {
  if (parentPort === null || !isIndexThread(workerData)) throw new TypeError('not an index thread');
  const { rootProcPath, restrictedPatterns } = workerData;
  const guard = await PathGuard.open(rootProcPath, new RestrictedNames(restrictedPatterns));
  const index = await openWhenFree(parentPort, workerData.file, rulesOf(guard, restrictedPatterns));
  if (index === undefined) await guard.close();
  else new IndexThread(parentPort, workerData, guard, index).start();
}

/** @returns nothing where the thread was told to stop first */
async function openWhenFree(
  port: MessagePort,
  file: string,
  rules: string,
): Promise<IndexDatabase | undefined> {
  for (;;) {
    try {
      return IndexDatabase.open(file, rules);
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    const message: { message: IndexJob } | undefined = receiveMessageOnPort(port);
    if (message?.message.kind === 'stop') return undefined;
    await delay(BUSY_RETRY_MS);
  }
}

/** Changes of these make another index: what is in one must never be what is restricted now. */
function rulesOf(guard: PathGuard, restrictedPatterns: readonly string[]): string {
  const rules = JSON.stringify({ root: guard.rootPath, restricted: [...restrictedPatterns].sort() });
  return createHash('sha256').update(rules).digest('hex');
}

class IndexThread {
  readonly #port: MessagePort;
  readonly #data: IndexThreadData;
  readonly #guard: PathGuard;
  readonly #stopping = new AbortController();
  #index: IndexDatabase;
  #sweeping: Promise<void> | null = null;
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  #idleTimer: NodeJS.Timeout | undefined;
  #startsOver = 0;

  constructor(port: MessagePort, data: IndexThreadData, guard: PathGuard, index: IndexDatabase) {
    this.#port = port;
    this.#data = data;
    this.#guard = guard;
    this.#index = index;
  }

  start(): void {
    this.#port.on('message', (job: IndexJob) => void this.#run(job));
    this.#say();
    void this.#sweep();
  }

  async #run(job: IndexJob): Promise<void> {
    try {
      switch (job.kind) {
        case 'find':
          await this.#freshen();
          this.#reply({ kind: 'answer', id: job.id, found: this.#find(job.question) });
          break;
        case 'sweep':
          // One that runs already may have passed what the caller means.
          await this.#sweeping;
          await this.#sweep();
          this.#reply({ kind: 'answer', id: job.id, found: null });
          break;
        case 'stop':
          await this.#stop();
          break;
      }
    } catch (error) {
      if (isDamage(error)) this.#startOver();
      const message = error instanceof Error ? error.message : String(error);
      this.#reply({ kind: 'refused', id: job.id, message });
    }
  }

  #find(asked: IndexQuestion): Found {
    const globs = GlobSet.parse(asked.includePatterns, 'include_patterns');
    const question = questionOf(asked.text);
    const { found, idfs } = this.#index.candidates({
      question,
      isWanted: (path) =>
        asked.scopes.some((scope) => isWithin(path, scope)) && globs.matches(path, false, asked.scope),
    });
    const ranking = new Ranking(question, idfs);
    const proposed = found
      .map((candidate) => {
        const { path, kind, name, parent, startLine, endLine, stamp } = candidate;
        return { path, kind, name, parent, startLine, endLine, stamp, score: ranking.score(candidate) };
      })
      .sort((a, b) => b.score - a.score);
    return { kind: 'found', proposed, idfs };
  }

  /** Starts a sweep where the last is long ago, and waits for it a little: small repositories are then up to date. */
  async #freshen(): Promise<void> {
    if (performance.now() - this.#sweptAtMs < SWEEP_FRESH_MS) return;
    await Promise.race([this.#sweep(), delay(SWEEP_WAIT_MS)]);
  }

  /** Never rejects. One at a time: whoever asks while one runs is answered with it. */
  #sweep(): Promise<void> {
    this.#sweeping ??= this.#sweepOnce().finally(() => {
      this.#sweeping = null;
      this.#sweptAtMs = performance.now();
      clearTimeout(this.#idleTimer);
      if (this.#stopping.signal.aborted) return;
      this.#idleTimer = setTimeout(() => void this.#sweep(), SWEEP_IDLE_MS);
    });
    return this.#sweeping;
  }

  async #sweepOnce(): Promise<void> {
    try {
      await sweep(this.#index, this.#guard, this.#stopping.signal);
      if (!this.#index.isComplete) this.#index.complete();
      this.#say();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      // Anything else (a disk that is full, a folder that has gone) may be over by the next sweep.
      if (isDamage(error)) this.#startOver();
    }
  }

  /** The file is thrown away; the next sweep fills a new one: at once, unless a disk damages one after the other. */
  #startOver(): void {
    this.#index.close();
    removeIndex(this.#data.file);
    this.#index = IndexDatabase.open(this.#data.file, rulesOf(this.#guard, this.#data.restrictedPatterns));
    this.#say();
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => void this.#sweep(), this.#startsOver === 0 ? 0 : SWEEP_IDLE_MS);
    this.#startsOver += 1;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#idleTimer);
    await this.#sweeping;
    clearTimeout(this.#idleTimer);
    this.#index.close();
    await this.#guard.close();
    this.#port.close();
  }

  #say(): void {
    const { isComplete, fileCount, chunkCount } = this.#index;
    this.#reply({ kind: 'state', isReady: isComplete, files: fileCount, chunks: chunkCount });
  }

  #reply(reply: IndexReply): void {
    this.#port.postMessage(reply);
  }
}
