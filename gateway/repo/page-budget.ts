import { MAX_WALK_ENTRIES, MAX_WALK_MS } from './repo-limits.ts';

/** What one page may spend on entries, shown or not. Every page looks at one at least, so that listings end. */
export class PageBudget {
  #entries = 0;
  readonly #startedMs = performance.now();

  spendEntry(): void {
    this.#entries += 1;
  }

  get isSpent(): boolean {
    const isLate = performance.now() - this.#startedMs >= MAX_WALK_MS;
    return this.#entries >= MAX_WALK_ENTRIES || (isLate && this.#entries > 0);
  }
}
