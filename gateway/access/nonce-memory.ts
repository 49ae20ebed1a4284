import type { Store } from '../store/store.ts';

const SWEEP_INTERVAL_MS = 30_000;

/**
 * Nonces that were used, in the store, so that a signed upgrade is good once: across restarts and, with a shared
 * store, across replicas. Written only after the signature has been verified, or strangers would fill it.
 */
export class NonceMemory {
  readonly #store: Store;
  #timer: NodeJS.Timeout | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#sweep(), SWEEP_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer ?? undefined);
  }

  /** @returns whether this is the nonce's first use */
  async claim(keyId: string, nonce: string, expiresAtMs: number): Promise<boolean> {
    const result = await this.#store.db
      .insertInto('nonces')
      .values({ key_id: keyId, nonce, expires_at: expiresAtMs })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  async #sweep(): Promise<void> {
    // A store that is away keeps old nonces a little longer; that harms nobody.
    await this.#store.db
      .deleteFrom('nonces')
      .where('expires_at', '<', Date.now())
      .execute()
      .catch(() => undefined);
  }
}
