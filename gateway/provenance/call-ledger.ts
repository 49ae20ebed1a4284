import { createHash } from 'node:crypto';
import { type Compilable, sql } from 'kysely';
import { LEDGER_LIFETIME_MS } from '../../shared/limits.ts';
import type { Store } from '../store/store.ts';
import { AnswerSeal } from './answer-seal.ts';

/** Names one call for as long as its bridge may send it again. */
export interface CallKey {
  readonly keyId: string;
  /** UUID of the bridge process. */
  readonly instance: string;
  /** The JSON-RPC id. */
  readonly request: string | number;
}

/** What the ledger knows of a call. */
export type LedgerEntry =
  /** Begun and, as far as the store knows, not ended: charged already. */
  | { readonly kind: 'begun' }
  /** Ended and recorded: this is its answer. */
  | { readonly kind: 'answered'; readonly answer: string }
  /** Another call has this id and is not answered yet. */
  | { readonly kind: 'other' };

const SWEEP_INTERVAL_MS = 30_000;
/** Far more than a bridge that acknowledges can have open: 32 calls and the answers of a quarter of a second. */
const MAX_KEPT_BYTES_PER_KEY = 64 * 1024 * 1024;
const TRIM_AFTER_BYTES = 8 * 1024 * 1024;
/** What an entry takes beside its answer, about. */
const ROW_BYTES = 512;
/** Ids are the client's choice; a longer one is kept as its hash. */
const MAX_NAME_LENGTH = 128;

/**
 * The call ledger: a call that is sent again gets its stored answer; it is not run, charged or recorded twice. The
 * answer is stored in the commit of the call's provenance record, so there is never one without the other, and
 * whichever gateway is asked next, after a crash or instead of this one, finds it.
 *
 * @see docs/wire.md [LG1]
 */
export class CallLedger {
  readonly #store: Store;
  readonly #seal: AnswerSeal;
  readonly #grownBytes = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  /** @param secret lives as long as the gateway's identity */
  constructor(store: Store, secret: Uint8Array) {
    this.#store = store;
    this.#seal = new AnswerSeal(secret);
  }

  start(): void {
    this.#timer = setInterval(() => void this.#sweep(), SWEEP_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer ?? undefined);
  }

  /**
   * A write that claims the call; changes no row where it was claimed before. An id whose call was answered is taken
   * over by another call: its client has used it again. One whose call still runs is not.
   */
  claim(key: CallKey, fingerprint: string): Compilable {
    const row = { fingerprint, answer: null, at: Date.now() };
    return this.#store.db
      .insertInto('ledger')
      .values({ ...primaryKey(key), ...row })
      .onConflict((conflict) =>
        conflict
          .columns(['key_id', 'instance', 'request'])
          .doUpdateSet(row)
          .where('ledger.fingerprint', '!=', fingerprint)
          .where('ledger.answer', 'is not', null),
      );
  }

  /**
   * A write that stores a claimed call's answer, for the record's commit; changes no row where another run has
   * answered, even if its answer is forgotten by now: a call that ends twice must not be recorded twice.
   */
  settle(key: CallKey, fingerprint: string, answer: string): Compilable {
    const sealed = this.#seal.seal(answer, sealedFor(key, fingerprint));
    this.#grow(key.keyId, sealed);
    const { key_id, instance, request } = primaryKey(key);
    return this.#store.db
      .updateTable('ledger')
      .set({ answer: sealed, at: Date.now() })
      .where('key_id', '=', key_id)
      .where('instance', '=', instance)
      .where('request', '=', request)
      .where('fingerprint', '=', fingerprint)
      .where('answer', 'is', null);
  }

  /** The same for a call that was refused before it was claimed; changes no row where it is not this call's. */
  settleUnclaimed(key: CallKey, fingerprint: string, answer: string): Compilable {
    const sealed = this.#seal.seal(answer, sealedFor(key, fingerprint));
    this.#grow(key.keyId, sealed);
    const row = { fingerprint, answer: sealed, at: Date.now() };
    return this.#store.db
      .insertInto('ledger')
      .values({ ...primaryKey(key), ...row })
      .onConflict((conflict) =>
        conflict
          .columns(['key_id', 'instance', 'request'])
          .doUpdateSet(row)
          .where(sql<boolean>`(ledger.fingerprint = ${fingerprint}) = (ledger.answer IS NULL)`),
      );
  }

  /** @returns `null` where the call was never seen, is forgotten, or its id is free for it */
  async look(key: CallKey, fingerprint: string): Promise<LedgerEntry | null> {
    const row = await this.#store.db
      .selectFrom('ledger')
      .select(['fingerprint', 'answer'])
      .where('key_id', '=', key.keyId)
      .where('instance', '=', key.instance)
      .where('request', '=', primaryKey(key).request)
      .executeTakeFirst();
    if (row === undefined) return null;
    const isSame = row.fingerprint === fingerprint;
    if (row.answer === null) return { kind: isSame ? 'begun' : 'other' };
    if (!isSame) return null;
    return { kind: 'answered', answer: this.#seal.open(row.answer, sealedFor(key, fingerprint)) };
  }

  /**
   * The bridge has these answers, or uses their ids for other calls: what was stored is of no use any more. Asked
   * for at once, before a call that comes next is claimed; a call that runs keeps its claim.
   */
  async forget(
    { keyId, instance }: Omit<CallKey, 'request'>,
    requests: readonly CallKey['request'][],
  ): Promise<void> {
    const names = JSON.stringify(requests.map(nameOf));
    await this.#store.guarded([
      this.#store.db
        .deleteFrom('ledger')
        .where('key_id', '=', keyId)
        .where('instance', '=', instance)
        .where('answer', 'is not', null)
        // One statement for lists of any length, so that it is prepared once.
        .where(sql<boolean>`request IN (SELECT value FROM json_each(${names}))`),
    ]);
  }

  /** A key whose bridges acknowledge nothing keeps its newest answers only: its disk is everybody's. */
  #grow(keyId: string, answer: Uint8Array): void {
    const grown = (this.#grownBytes.get(keyId) ?? 0) + answer.byteLength + ROW_BYTES;
    this.#grownBytes.set(keyId, grown < TRIM_AFTER_BYTES ? grown : 0);
    if (grown >= TRIM_AFTER_BYTES) void this.#trim(keyId);
  }

  async #trim(keyId: string): Promise<void> {
    await sql`
      DELETE FROM ledger WHERE rowid IN (
        SELECT rowid FROM (
          SELECT rowid, sum(octet_length(answer) + ${ROW_BYTES}) OVER (ORDER BY at DESC, rowid DESC) AS kept
          FROM ledger WHERE key_id = ${keyId} AND answer IS NOT NULL
        ) WHERE kept > ${MAX_KEPT_BYTES_PER_KEY}
      )`
      .execute(this.#store.db)
      .catch(() => undefined);
  }

  async #sweep(): Promise<void> {
    // A store that is away keeps old answers a little longer; that harms nobody.
    await this.#store.db
      .deleteFrom('ledger')
      .where('at', '<', Date.now() - LEDGER_LIFETIME_MS)
      .execute()
      .catch(() => undefined);
  }
}

const primaryKey = (key: CallKey) => ({
  key_id: key.keyId,
  instance: key.instance,
  request: nameOf(key.request),
});

const sealedFor = (key: CallKey, fingerprint: string): string =>
  JSON.stringify([primaryKey(key), fingerprint]);

/** The id as JSON: `1` and `"1"` are two. */
function nameOf(request: string | number): string {
  const text = JSON.stringify(request);
  return text.length <= MAX_NAME_LENGTH ? text : createHash('sha256').update(text).digest('hex');
}
