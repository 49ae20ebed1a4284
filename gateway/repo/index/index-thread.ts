/**
 * The thread that builds one repository's index and answers from it. SQLite's calls block, and cutting files into terms
 * computes for seconds; here neither holds up the gateway. The thread trusts nothing of the index either: whatever it
 * proposes is read again by who asked.
 */
import { createHash } from 'node:crypto';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
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

/**
 * Refuses whatever it is asked until then.
 *
 * @returns nothing where the thread was told to stop first
 */
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
    for (;;) {
      const received: { message: IndexJob } | undefined = receiveMessageOnPort(port);
      if (received === undefined) break;
      const { id, kind } = received.message;
      if (kind === 'stop') return undefined;
      if (kind === 'forget') continue;
      const message = 'another gateway has the index open';
      port.postMessage({ kind: 'refused', id, message } satisfies IndexReply);
    }
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
  #nextSweepMs = SWEEP_IDLE_MS;
  /** The `find`s that are still waited for. */
  readonly #asked = new Set<number>();
  #turn: Promise<void> = Promise.resolve();
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
          this.#asked.add(job.id);
          await this.#freshen();
          await this.#nextTurn();
          if (!this.#asked.delete(job.id)) break;
          // One that was begun anew meanwhile knows too little to be asked.
          this.#reply({
            kind: 'answer',
            id: job.id,
            found: this.#index.isComplete ? this.#find(job.question) : null,
          });
          break;
        case 'forget':
          this.#asked.delete(job.id);
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

  /** One question a turn of the event loop: what was said about those behind it meanwhile is heard first. */
  #nextTurn(): Promise<void> {
    this.#turn = this.#turn.then(() => nextTurn());
    return this.#turn;
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
      this.#planSweep();
    });
    return this.#sweeping;
  }

  #planSweep(): void {
    clearTimeout(this.#idleTimer);
    if (this.#stopping.signal.aborted) return;
    this.#idleTimer = setTimeout(() => void this.#sweep(), this.#nextSweepMs);
    this.#nextSweepMs = SWEEP_IDLE_MS;
  }

  async #sweepOnce(): Promise<void> {
    // A question may meet damage meanwhile: the index it begins anew is not the one that this sweep fills.
    const index = this.#index;
    try {
      await sweep(index, this.#guard, this.#stopping.signal);
      if (!index.isComplete) index.complete();
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
    this.#nextSweepMs = this.#startsOver === 0 ? 0 : SWEEP_IDLE_MS;
    this.#startsOver += 1;
    // One that runs plans the next when it ends.
    if (this.#sweeping === null) this.#planSweep();
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
