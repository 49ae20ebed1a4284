import { createHash } from 'node:crypto';
import type { Compilable } from 'kysely';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { PROVENANCE_DEADLINE_MS } from '../../shared/limits.ts';
import type { GuardFailure, LogPosition, Store } from '../store/store.ts';
import { type CallRecord, leafBytes } from './record.ts';

const PROBE_INTERVAL_MS = 500;

/**
 * Makes records durable, and knows whether it can. A call's answer leaves only after `append` has resolved.
 * After a failure readiness is false until the store has taken a write again; calls are still tried, so the
 * service resumes by itself.
 */
export class Recorder {
  readonly #store: Store;
  readonly #onStateChange: (isAvailable: boolean, cause: string) => void;
  #isAvailable = true;
  #probe: NodeJS.Timeout | null = null;

  constructor(store: Store, onStateChange: (isAvailable: boolean, cause: string) => void) {
    this.#store = store;
    this.#onStateChange = onStateChange;
  }

  get isAvailable(): boolean {
    return this.#isAvailable;
  }

  /**
   * @param guards writes committed with the record; where one changes no row, nothing is recorded or written
   * @returns the record's place, or the guard that did not hold
   * @throws `PROVENANCE_UNAVAILABLE` where the record is not on disk within its deadline
   */
  async append(record: CallRecord, guards: readonly Compilable[] = []): Promise<LogPosition | GuardFailure> {
    const appending = this.#store.append({
      leaf: leafBytes(record),
      at: record.at,
      keyId: record.key_id,
      sessionId: record.session_id,
      tool: record.tool,
      spans: record.spans.map((span) => ({
        filePath: span.file_path,
        startLine: span.start_line,
        endLine: span.end_line,
        sha256: span.sha256,
        sourceType: span.source_type,
      })),
      guards,
    });
    try {
      const position = await withDeadline(appending, PROVENANCE_DEADLINE_MS);
      this.#setAvailable(true, '');
      return position;
    } catch (cause) {
      this.#setAvailable(false, causeOf(cause));
      throw new RlmError(
        'PROVENANCE_UNAVAILABLE',
        `The call could not be recorded (${causeOf(cause)}), so nothing is returned.`,
        { cause },
      );
    }
  }

  stop(): void {
    clearInterval(this.#probe ?? undefined);
    this.#probe = null;
  }

  #setAvailable(isAvailable: boolean, cause: string): void {
    if (this.#isAvailable === isAvailable) return;
    this.#isAvailable = isAvailable;
    this.#onStateChange(isAvailable, cause);
    if (isAvailable) this.stop();
    else this.#probe ??= setInterval(() => void this.#tryWrite(), PROBE_INTERVAL_MS).unref();
  }

  /** A write that changes nothing for anybody, to see whether the store takes one again. */
  async #tryWrite(): Promise<void> {
    const probe = { key_id: '', nonce: 'probe', expires_at: 0 };
    try {
      await this.#store.db
        .insertInto('nonces')
        .values(probe)
        .onConflict((c) => c.doNothing())
        .execute();
      await this.#store.db.deleteFrom('nonces').where('key_id', '=', '').execute();
      this.#setAvailable(true, '');
    } catch {
      // Still away; the next probe comes.
    }
  }
}

/** Says what is wrong without the store's own words, which may name host paths. */
function causeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'SQLITE_FULL':
      return 'the disk is full';
    case 'SQLITE_BUSY':
    case 'SQLITE_BUSY_SNAPSHOT':
      return 'the store is locked by another process';
    case 'DEADLINE':
      return `the store did not answer within ${PROVENANCE_DEADLINE_MS} ms`;
    case 'SQLITE_CLOSED':
      return 'the gateway is shutting down';
    default:
      return /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'the store failed';
  }
}

class DeadlineError extends Error {
  readonly code = 'DEADLINE';
}

/** Settles with the promise, or rejects at the deadline; the work itself goes on and is not repeated. */
async function withDeadline<T>(promise: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError('deadline')), deadlineMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** A secret for {@link commitArguments} that lives as long as the gateway's identity and is stored nowhere. */
export const commitmentSecret = (sign: (message: Uint8Array) => Uint8Array): Uint8Array =>
  createHash('sha256')
    .update(sign(Buffer.from('rlm-arguments-commitment.v1')))
    .digest();
