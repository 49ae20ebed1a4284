import { createHash } from 'node:crypto';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import SqliteDatabase from 'better-sqlite3';
import type {
  AppendJob,
  GuardedResult,
  Job,
  JobResult,
  LogPosition,
  Reply,
  SqliteThreadData,
  Statement,
  StatementResult,
  TransactionId,
} from './sqlite-protocol.ts';

/**
 * The one thread that talks to SQLite. Jobs that arrive while a commit waits for the disk share the next commit
 * (group commit), so durability costs one `fsync` for many calls, and the gateway's event loop never waits.
 *
 * WAL with `synchronous=FULL` wherever a record is appended: its commit syncs the whole log file, and with it
 * every earlier commit, so session rows and budgets that a record builds on are durable with it.
 */
const MAX_BATCH_JOBS = 512;
const BUSY_TIMEOUT_MS = 5_000;
/** From its last statement: a transaction that its owner forgot would hold up everyone else. */
const TRANSACTION_DEADLINE_MS = 10_000;

const CHAIN_DOMAIN = Buffer.from('rlm-chain.v1\n');
const GENESIS = Buffer.alloc(32);

/** The hash of a record: over the domain, the previous record's hash and the leaf's exact bytes. */
export const chainHash = (previous: Uint8Array, leaf: Uint8Array): Buffer =>
  createHash('sha256').update(CHAIN_DOMAIN).update(previous).update(leaf).digest();

export const isSqliteThread = (data: unknown): data is SqliteThreadData =>
  typeof data === 'object' && data !== null && 'role' in data && data.role === 'sqlite-thread';

/** Entry of the thread; the executable's main module calls it when it finds itself started as one. */
export function runSqliteThread(): void {
  if (parentPort === null || !isSqliteThread(workerData)) throw new TypeError('not a SQLite thread');
  new SqliteThreadLoop(parentPort, workerData);
}

class SqliteThreadLoop {
  readonly #port: MessagePort;
  readonly #db: SqliteDatabase.Database;
  readonly #statements = new Map<string, SqliteDatabase.Statement>();
  readonly #durability: SqliteThreadData['durability'];
  #queue: Job[] = [];
  #isDraining = false;
  #synchronous = 'FULL';
  /** The open transaction: a job of any other, long abandoned perhaps, must not run inside it. */
  #transaction: TransactionId | null = null;
  #transactionTimer: NodeJS.Timeout | null = null;
  readonly #transactionDeadlineMs: number;

  constructor(port: MessagePort, data: SqliteThreadData) {
    this.#port = port;
    this.#durability = data.durability;
    this.#transactionDeadlineMs = data.transactionDeadlineMs ?? TRANSACTION_DEADLINE_MS;
    this.#db = new SqliteDatabase(data.file, { timeout: BUSY_TIMEOUT_MS });
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.pragma('foreign_keys = ON');
    this.#verifyDurable();
    port.on('message', (job: Job) => {
      this.#queue.push(job);
      this.#schedule();
    });
    port.postMessage({ id: 0, ok: true, result: null } satisfies Reply);
  }

  /** Some file systems refuse WAL without a word; then nothing here would be as promised. */
  #verifyDurable(): void {
    const mode = this.#db.pragma('journal_mode', { simple: true });
    if (mode !== 'wal') throw new Error(`SQLite runs in journal mode ${mode}, not WAL: use a local disk`);
  }

  #schedule(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    setImmediate(() => {
      this.#isDraining = false;
      this.#drain();
    });
  }

  #drain(): void {
    const batch = this.#takeBatch();
    if (batch.length === 0) return;
    const first = batch[0];
    if (first !== undefined && isAlone(first)) this.#runAlone(first);
    else this.#runGroup(batch);
    if (this.#queue.length > 0) this.#schedule();
  }

  /** While a transaction is open everybody else waits; otherwise as many as may share a commit. */
  #takeBatch(): Job[] {
    if (this.#transaction !== null) {
      const index = this.#queue.findIndex((job) => isAlone(job) && job.kind !== 'begin');
      return index < 0 ? [] : this.#queue.splice(index, 1);
    }
    const end = this.#queue.findIndex(isAlone);
    if (end === 0) return this.#queue.splice(0, 1);
    return this.#queue.splice(0, end < 0 ? MAX_BATCH_JOBS : Math.min(end, MAX_BATCH_JOBS));
  }

  #runAlone(job: Job): void {
    try {
      this.#reply(job, this.#perform(job));
    } catch (error) {
      this.#fail(job, error);
    }
  }

  #perform(job: Job): JobResult {
    switch (job.kind) {
      case 'begin':
        this.#setSynchronous(true);
        this.#db.exec('BEGIN IMMEDIATE');
        this.#transaction = job.id;
        this.#transactionTimer = setTimeout(() => this.#undoTransaction(), this.#transactionDeadlineMs);
        return { begun: job.id };
      case 'commit':
        this.#requireOpen(job.transaction);
        this.#db.exec('COMMIT');
        this.#transactionEnded();
        return null;
      case 'rollback':
        if (job.transaction === this.#transaction) this.#undoTransaction();
        return null;
      case 'data-version':
        return { version: Number(this.#db.pragma('data_version', { simple: true })) };
      case 'close':
        this.#transactionEnded();
        this.#db.close();
        setImmediate(() => this.#port.close());
        return null;
      case 'statement':
        if (job.transaction !== null) this.#requireOpen(job.transaction);
        return this.#run(job.statement);
      case 'append':
        return this.#append(job.append);
      case 'guarded':
        return this.#guarded(job.guards);
    }
  }

  /** After an abandoned transaction the rest of its statements must run neither one by one nor in another's. */
  #requireOpen(transaction: TransactionId): void {
    if (transaction !== this.#transaction || !this.#db.inTransaction) {
      throw new Error('the transaction has ended');
    }
    this.#transactionTimer?.refresh();
  }

  #undoTransaction(): void {
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    this.#transactionEnded();
    this.#schedule();
  }

  #transactionEnded(): void {
    clearTimeout(this.#transactionTimer ?? undefined);
    this.#transaction = null;
  }

  /** One transaction for all; a job that fails is undone alone, a commit that fails fails them all. */
  #runGroup(batch: readonly Job[]): void {
    const needsWrite = batch.some((job) => job.kind === 'append' || !this.#isReadOnly(job));
    if (!needsWrite) {
      for (const job of batch) this.#runAlone(job);
      return;
    }
    const replies: Reply[] = [];
    try {
      this.#setSynchronous(this.#durability === 'every-commit' || batch.some((job) => job.kind === 'append'));
      this.#db.exec('BEGIN IMMEDIATE');
      for (const job of batch) replies.push(this.#inSavepoint(job));
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      for (const job of batch) this.#fail(job, error);
      return;
    }
    for (const reply of replies) this.#port.postMessage(reply);
  }

  #inSavepoint(job: Job): Reply {
    this.#db.exec('SAVEPOINT job');
    try {
      const result = this.#perform(job);
      this.#db.exec('RELEASE job');
      return { id: job.id, ok: true, result };
    } catch (error) {
      // A full disk may have rolled the whole transaction back already: then all of the group failed.
      if (!this.#db.inTransaction) throw error;
      this.#db.exec('ROLLBACK TO job');
      this.#db.exec('RELEASE job');
      return failure(job, error);
    }
  }

  /** All of them or none: what the ones before have written is undone where one changes nothing. */
  #guarded(guards: readonly Statement[]): GuardedResult {
    let rows: StatementResult['rows'] = [];
    this.#db.exec('SAVEPOINT guards');
    for (const [index, guard] of guards.entries()) {
      const result = this.#run(guard);
      if (result.changes === 0) {
        this.#db.exec('ROLLBACK TO guards');
        this.#db.exec('RELEASE guards');
        return { heldAll: false, failedAt: index };
      }
      rows = result.rows;
    }
    this.#db.exec('RELEASE guards');
    return { heldAll: true, rows };
  }

  #append(job: AppendJob): { readonly appended: LogPosition } | GuardedResult {
    const guarded = this.#guarded(job.guards);
    if (!guarded.heldAll) return guarded;
    const head = this.#prepare('SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1').get() as
      | { seq: number; hash: Buffer }
      | undefined;
    const seq = (head?.seq ?? 0) + 1;
    const hash = chainHash(head?.hash ?? GENESIS, job.leaf);
    this.#prepare(
      'INSERT INTO records (seq, hash, leaf, at, key_id, session_id, tool) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(seq, hash, job.leaf, job.at, job.keyId, job.sessionId, job.tool);
    for (const span of job.spans) {
      this.#prepare(
        `INSERT INTO spans (seq, session_id, file_path, start_line, end_line, sha256, source_type)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(seq, job.sessionId, span.filePath, span.startLine, span.endLine, span.sha256, span.sourceType);
    }
    return { appended: { seq, hash: new Uint8Array(hash) } };
  }

  #run({ sql, params }: Statement): StatementResult {
    const statement = this.#prepare(sql);
    if (statement.reader) {
      const rows = statement.all(...params) as Record<string, unknown>[];
      return { rows, changes: rows.length, lastInsertRowid: 0 };
    }
    const { changes, lastInsertRowid } = statement.run(...params);
    return { rows: [], changes, lastInsertRowid: Number(lastInsertRowid) };
  }

  #isReadOnly(job: Job): boolean {
    if (job.kind !== 'statement') return false;
    try {
      return this.#prepare(job.statement.sql).readonly;
    } catch {
      return false;
    }
  }

  #prepare(sql: string): SqliteDatabase.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    // Our statements are a fixed few; the bound is for lists of varying length in an IN (…).
    if (this.#statements.size > 500) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  #setSynchronous(isFull: boolean): void {
    const wanted = isFull ? 'FULL' : 'NORMAL';
    if (wanted === this.#synchronous) return;
    this.#db.pragma(`synchronous = ${wanted}`);
    this.#synchronous = wanted;
  }

  #reply(job: Job, result: JobResult): void {
    this.#port.postMessage({ id: job.id, ok: true, result } satisfies Reply);
  }

  #fail(job: Job, error: unknown): void {
    this.#port.postMessage(failure(job, error));
  }
}

/** Jobs that cannot share a commit with strangers. */
const isAlone = (job: Job): boolean =>
  job.kind === 'statement' ? job.transaction !== null : job.kind !== 'append' && job.kind !== 'guarded';

function failure(job: Job, error: unknown): Reply {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof SqliteDatabase.SqliteError ? error.code : 'SQLITE_ERROR';
  return { id: job.id, ok: false, message, code };
}
