import { Worker } from 'node:worker_threads';
import type {
  AppendJob,
  JobBody,
  JobResult,
  LogPosition,
  Reply,
  SqliteThreadData,
  Statement,
  StatementResult,
} from './sqlite-protocol.ts';

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

  async statement(statement: Statement, inTransaction: boolean): Promise<StatementResult> {
    const result = await this.#ask({ kind: 'statement', statement, inTransaction });
    if (result === null || !('rows' in result)) throw new TypeError('unexpected answer to a statement');
    return result;
  }

  /** Resolves once the record is on disk; `null` where its guard did not hold and nothing was written. */
  async append(append: AppendJob): Promise<LogPosition | null> {
    const result = await this.#ask({ kind: 'append', append });
    if (result === null || !('appended' in result)) throw new TypeError('unexpected answer to an append');
    return result.appended;
  }

  /** A number that changes when another process has committed. */
  async dataVersion(): Promise<number> {
    const result = await this.#ask({ kind: 'data-version' });
    return result !== null && 'version' in result ? result.version : 0;
  }

  async control(kind: 'begin' | 'commit' | 'rollback'): Promise<void> {
    await this.#ask({ kind });
  }

  async close(): Promise<void> {
    if (this.#failure !== null) return;
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    await this.#ask({ kind: 'close' });
    await exited;
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
