import { randomBytes } from 'node:crypto';
import { type Compilable, type Selectable, sql } from 'kysely';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { Database } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { type Session, type SessionConfig, sessionFromRow } from './session.ts';

/** A session is remembered this long after its creation, so that its report can still be had. */
const SESSION_LIFETIME_MS = 24 * 3_600_000;

const notFound = (): RlmError =>
  new RlmError('SESSION_NOT_FOUND', 'There is no such open session of this key.');

/** Sessions and their budgets, in the store, so that they survive a restart and hold across replicas. */
export class SessionStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A new session, and the write that makes it; the pipeline commits it with the call's record. */
  create(
    keyId: string,
    repo: string,
    config: SessionConfig,
  ): { readonly session: Session; readonly write: Compilable } {
    const now = Date.now();
    const row = {
      // 144 random bits: an id cannot be guessed, and is no right by itself either.
      id: `s_${randomBytes(18).toString('base64url')}`,
      key_id: keyId,
      repo,
      ...config,
      roots: null,
      created_at: now,
      expires_at: now + Math.max(SESSION_LIFETIME_MS, config.timeout_ms),
      closed_at: null,
      used_calls: 0,
      used_bytes: 0,
    };
    return { session: sessionFromRow(row), write: this.#store.db.insertInto('sessions').values(row) };
  }

  /**
   * Charges one call and gives the session, in one statement: exact under any number of callers and replicas.
   *
   * @param claim a write that goes with the charge: where it changes no row, nothing is charged
   * @returns `null` where the claim did not hold
   * @throws `SESSION_NOT_FOUND` unknown, closed, expired or another key's
   * @throws `BUDGET_EXCEEDED` calls, bytes or time are spent
   */
  async charge(id: string, keyId: string, claim?: Compilable): Promise<Session | null> {
    const now = Date.now();
    const charging = this.#store.db
      .updateTable('sessions')
      .set((eb) => ({ used_calls: eb('used_calls', '+', 1) }))
      .where('id', '=', id)
      .where('key_id', '=', keyId)
      .where('closed_at', 'is', null)
      .where('expires_at', '>', now)
      .where(sql<boolean>`created_at + timeout_ms > ${now}`)
      .where(sql<boolean>`used_calls < max_tool_calls`)
      .where(sql<boolean>`used_bytes < max_output_bytes`)
      .returningAll();
    const guards = claim === undefined ? [charging] : [claim, charging];
    const result = await this.#store.guarded(guards);
    if (result.heldAll) return sessionFromRow(firstRow(result.rows));
    if (claim !== undefined && result.failedAt === 0) return null;
    throw whichBudget(await this.find(id, keyId), now);
  }

  /** The session without a charge. @throws `SESSION_NOT_FOUND` */
  async find(id: string, keyId: string): Promise<Session> {
    const row = await this.#store.db
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', id)
      .where('key_id', '=', keyId)
      .where('closed_at', 'is', null)
      .where('expires_at', '>', Date.now())
      .executeTakeFirst();
    if (row === undefined) throw notFound();
    return sessionFromRow(row);
  }

  /** One's own session, open or closed, and the write that closes it. @throws `SESSION_NOT_FOUND` */
  async close(id: string, keyId: string): Promise<{ readonly session: Session; readonly write: Compilable }> {
    const row = await this.#store.db
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', id)
      .where('key_id', '=', keyId)
      .executeTakeFirst();
    if (row === undefined) throw notFound();
    const write = this.#store.db
      .updateTable('sessions')
      .set((eb) => ({ closed_at: eb.fn.coalesce('closed_at', eb.val(Date.now())) }))
      .where('id', '=', id);
    return { session: sessionFromRow(row), write };
  }

  /** The write that sets a session's roots. */
  setRoots(id: string, roots: readonly string[]): Compilable {
    return this.#store.db
      .updateTable('sessions')
      .set({ roots: JSON.stringify(roots) })
      .where('id', '=', id);
  }

  /** Goes with the answer's record: takes `bytes` from the budget, or changes nothing where they don't fit. */
  chargeBytes(id: string, bytes: number): Compilable {
    return this.#store.db
      .updateTable('sessions')
      .set((eb) => ({ used_bytes: eb('used_bytes', '+', bytes) }))
      .where('id', '=', id)
      .where(sql<boolean>`used_bytes + ${bytes} <= max_output_bytes`);
  }

  /** Goes with a refusal's record: a call refused for its arguments costs nothing. */
  refundCall(id: string): Compilable {
    return this.#store.db
      .updateTable('sessions')
      .set((eb) => ({ used_calls: eb('used_calls', '-', 1) }))
      .where('id', '=', id);
  }
}

/** The statement's own columns are the proof: it returns all of its one table's. */
function firstRow(rows: readonly Record<string, unknown>[]): Selectable<Database['sessions']> {
  return rows[0] as unknown as Selectable<Database['sessions']>;
}

function whichBudget(session: Session, now: number): RlmError {
  const { config } = session;
  const spent = (what: string, limit: string) =>
    new RlmError('BUDGET_EXCEEDED', `The session’s budget of ${what} is spent (${limit}).`);
  if (session.usedCalls >= config.max_tool_calls)
    return spent('calls', `max_tool_calls ${config.max_tool_calls}`);
  if (session.createdAt + config.timeout_ms <= now) return spent('time', `timeout_ms ${config.timeout_ms}`);
  return spent('bytes', `max_output_bytes ${config.max_output_bytes}`);
}

/** The answer did not fit into what was left of the session's bytes. */
export const bytesExceeded = (session: Session): RlmError => {
  const limit = session.config.max_output_bytes;
  return new RlmError(
    'BUDGET_EXCEEDED',
    `The answer does not fit into what is left of the session’s budget of bytes (max_output_bytes ${limit}).`,
  );
};
