import { Worker } from 'node:worker_threads';
import type {
  AppendJob,
  GuardedResult,
  GuardFailure,
  JobBody,
  JobResult,
  LogPosition,
  Reply,
  SqliteThreadData,
  Statement,
  StatementResult,
  TransactionId,
} from './sqlite-protocol.ts';

/** Longer than SQLite's own wait for a lock, so that its answer is heard; a disk that hangs answers nothing at all. */
const STATEMENT_DEADLINE_MS = 6_000;
/** For the jobs before it and the last checkpoint; then the thread is ended. What was answered is on disk anyhow. */
const CLOSE_DEADLINE_MS = 10_000;

/** A statement or commit that SQLite refused; `code` is SQLite's own, for example `SQLITE_FULL`. */
export class StoreError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}

interface Waiting {
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: Error) => void;
}

/** Settles with the answer, or rejects at the deadline; a write may still happen after that. */
async function inTime(answer: Promise<JobResult>): Promise<JobResult> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const late = new StoreError('the store does not answer', 'SQLITE_TIMEOUT');
    timer = setTimeout(() => reject(late), STATEMENT_DEADLINE_MS);
  });
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Our end of the SQLite thread: every call is a promise, answered in order. */
export class SqliteClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #failure: StoreError | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: Reply) => this.#settle(reply));
    worker.on('error', (error) => this.#failAll(new StoreError(error.message, 'SQLITE_THREAD')));
    worker.on('exit', () => this.#failAll(new StoreError('the store is closed', 'SQLITE_CLOSED')));
  }

  /**
   * @param threadUrl module that calls `runSqliteThread` when it finds itself a SQLite thread
   * @throws `StoreError` where the file cannot be opened, or not durably
   */
  static async open(threadUrl: URL, data: Omit<SqliteThreadData, 'role'>): Promise<SqliteClient> {
    const worker = new Worker(threadUrl, { workerData: { role: 'sqlite-thread', ...data }, env: {} });
    const client = new SqliteClient(worker);
    await new Promise<JobResult>((resolve, reject) => client.#waiting.set(0, { resolve, reject }));
    return client;
  }

  async statement(statement: Statement, transaction: TransactionId | null): Promise<StatementResult> {
    const asking = this.#ask({ kind: 'statement', statement, transaction });
    // Inside a transaction, a migration perhaps, a statement may take its time.
    const result = await (transaction === null ? inTime(asking) : asking);
    if (result === null || !('changes' in result)) throw new TypeError('unexpected answer to a statement');
    return result;
  }

  /** Resolves once the record is on disk, or with the guard that did not hold; then nothing was written. */
  async append(append: AppendJob): Promise<LogPosition | GuardFailure> {
    const result = await this.#ask({ kind: 'append', append });
    if (result !== null && 'appended' in result) return result.appended;
    if (result !== null && 'heldAll' in result && !result.heldAll) return result;
    throw new TypeError('unexpected answer to an append');
  }

  /** Runs statements that must each change a row, or none of them. */
  async guarded(guards: readonly Statement[]): Promise<GuardedResult> {
    const result = await inTime(this.#ask({ kind: 'guarded', guards }));
    if (result === null || !('heldAll' in result)) throw new TypeError('unexpected answer to guards');
    return result;
  }

  /** A number that changes when another process has committed. */
  async dataVersion(): Promise<number> {
    const result = await inTime(this.#ask({ kind: 'data-version' }));
    return result !== null && 'version' in result ? result.version : 0;
  }

  /** Opens a transaction: until it ends, only jobs that name it run. */
  async begin(): Promise<TransactionId> {
    const result = await this.#ask({ kind: 'begin' });
    if (result === null || !('begun' in result)) throw new TypeError('unexpected answer to a begin');
    return result.begun;
  }

  async end(kind: 'commit' | 'rollback', transaction: TransactionId): Promise<void> {
    await this.#ask({ kind, transaction });
  }

  async close(): Promise<void> {
    if (this.#failure !== null) return;
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_DEADLINE_MS);
    // Whether it answers or is already on its way out does not matter: that it has gone does.
    await this.#ask({ kind: 'close' }).catch(() => undefined);
    await exited;
    clearTimeout(timer);
  }

  #ask(body: JobBody): Promise<JobResult> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...body });
    });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.result);
    else waiting?.reject(new StoreError(reply.message, reply.code));
  }

  #failAll(failure: StoreError): void {
    this.#failure ??= failure;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
