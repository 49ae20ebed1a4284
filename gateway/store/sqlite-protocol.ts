/** What the SQLite thread is asked, and what it answers. Both directions are structured clones. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** A record for the hash-chained log, with what must be committed together with it, or not at all. */
export interface AppendJob {
  readonly leaf: Uint8Array;
  readonly at: number;
  readonly keyId: string;
  readonly sessionId: string | null;
  readonly tool: string;
  readonly spans: readonly SpanRow[];
  /** Run first, in order; where one changes no row, nothing at all is written. */
  readonly guards: readonly Statement[];
}

/** How a chain of guards ended: every one changed a row, or this one did not and nothing was written. */
export type GuardedResult =
  | { readonly heldAll: true; readonly rows: readonly Record<string, unknown>[] }
  | GuardFailure;

export interface GuardFailure {
  readonly heldAll: false;
  /** Index of the first guard that changed no row. */
  readonly failedAt: number;
}

export interface SpanRow {
  readonly filePath: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly sha256: string;
  readonly sourceType: string;
}

/** Where a record stands in the log. */
export interface LogPosition {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** Which transaction a job belongs to: the id of the `begin` that opened it. */
export type TransactionId = number;

export type JobBody =
  | {
      readonly kind: 'statement';
      readonly statement: Statement;
      /** `null` outside a transaction. */
      readonly transaction: TransactionId | null;
    }
  | { readonly kind: 'append'; readonly append: AppendJob }
  | { readonly kind: 'guarded'; readonly guards: readonly Statement[] }
  | { readonly kind: 'commit' | 'rollback'; readonly transaction: TransactionId }
  | { readonly kind: 'begin' | 'data-version' | 'close' };

export type Job = JobBody & { readonly id: number };

export interface StatementResult {
  readonly rows: readonly Record<string, unknown>[];
  readonly changes: number;
  readonly lastInsertRowid: number;
}

export type JobResult =
  | StatementResult
  | { readonly appended: LogPosition }
  | GuardedResult
  | { readonly version: number }
  | { readonly begun: TransactionId }
  | null;

export type Reply =
  | { readonly id: number; readonly ok: true; readonly result: JobResult }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly code: string };

export interface SqliteThreadData {
  readonly role: 'sqlite-thread';
  readonly file: string;
  /** `FULL` at every commit (the command line), or only where a record is appended (the running gateway). */
  readonly durability: 'every-commit' | 'at-appends';
  /** Milliseconds after its last statement when a transaction that nobody ends is undone; 10 s unless given. */
  readonly transactionDeadlineMs?: number;
}
