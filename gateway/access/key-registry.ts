import type { Store } from '../store/store.ts';
import { type KeyRecord, keyRecordFromRow, keyState } from './key-record.ts';

/** How often another process's changes are looked for; a revocation must cut within a second. */
const POLL_INTERVAL_MS = 200;
/** While the store does not answer, the cache is trusted this long and no longer. */
const MAX_STALENESS_MS = 5_000;

/**
 * The keys, in memory, as fresh as the store: `PRAGMA data_version` (2.5 µs) tells when another process, the
 * command line for example, has written. Asking for a key never waits for the store.
 */
export class KeyRegistry {
  readonly #store: Store;
  readonly #static: KeyRecord | null;
  readonly #onUnusable: (keyId: string, state: 'expired' | 'revoked') => void;
  #keys = new Map<string, KeyRecord>();
  #version = -1;
  #freshAtMs = 0;
  #polling: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param options.onUnusable a key that has just been revoked, removed or expired: cut what it has open
   * @param options.staticKey the key both hosts have in `RLM_GATEWAY_API_KEY`, kept in no store
   */
  constructor(options: {
    readonly store: Store;
    readonly staticKey: KeyRecord | null;
    readonly onUnusable: (keyId: string, state: 'expired' | 'revoked') => void;
  }) {
    this.#store = options.store;
    this.#static = options.staticKey;
    this.#onUnusable = options.onUnusable;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => void this.#poll(), POLL_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer ?? undefined);
  }

  /** Whether the store has been silent for too long: then nobody is known. */
  get isStale(): boolean {
    return Date.now() - this.#freshAtMs > MAX_STALENESS_MS;
  }

  /** @returns `null` for an unknown id, and for all while the registry is stale */
  find(keyId: string): KeyRecord | null {
    return this.isStale ? null : (this.#keys.get(keyId) ?? null);
  }

  /**
   * Like `find`, but an id that is not known is looked for once more in the store first: the command line may have
   * issued the key a moment ago. However many strangers ask, one look is under way at a time.
   */
  async lookUp(keyId: string): Promise<KeyRecord | null> {
    const known = this.find(keyId);
    if (known !== null) return known;
    // A look that began before we were asked may have missed it.
    await this.#polling;
    await this.#poll();
    return this.find(keyId);
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Reads all keys again now; for our own writes, which `data_version` does not show. */
  async refresh(): Promise<void> {
    const rows = await this.#store.db.selectFrom('keys').selectAll().execute();
    const keys = new Map<string, KeyRecord>();
    for (const row of rows) {
      const record = keyRecordFromRow(row);
      if (record !== null) keys.set(row.id, record);
    }
    if (this.#static !== null) keys.set(this.#static.principal.keyId, this.#static);
    const before = this.#keys;
    this.#keys = keys;
    this.#freshAtMs = Date.now();
    this.#reportUnusable(before);
  }

  /** A store that is slow must not be asked more and more: whoever comes meanwhile shares the look under way. */
  #poll(): Promise<void> {
    this.#polling ??= this.#lookForChanges().finally(() => {
      this.#polling = null;
    });
    return this.#polling;
  }

  async #lookForChanges(): Promise<void> {
    try {
      const version = await this.#store.dataVersion();
      if (version === this.#version) {
        this.#freshAtMs = Date.now();
        this.#reportUnusable(this.#keys);
      } else {
        // The version counts as seen only once its keys are: a revocation that could not be read is read again.
        await this.refresh();
        this.#version = version;
      }
    } catch {
      // The store is away: `find` stops trusting the cache by itself once it is too old.
    }
  }

  #reportUnusable(before: ReadonlyMap<string, KeyRecord>): void {
    const nowMs = Date.now();
    for (const id of before.keys()) {
      const key = this.#keys.get(id);
      const state = key === undefined ? 'revoked' : keyState(key, nowMs);
      if (state !== 'valid') this.#onUnusable(id, state);
    }
  }
}
