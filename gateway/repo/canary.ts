import type { PathGuard } from './path-guard.ts';

/** Where a repository may hold a token that nobody has a reason to read: `Token: RLM_CANARY_<hex>`. */
export const CANARY_FILE = '.rlm_canary_token.txt';
const TOKEN = /^Token: (RLM_CANARY_[0-9A-Fa-f]{8,128})\s*$/m;
const MAX_CANARY_BYTES = 4096;
/** A new token counts from a few seconds after it was written. */
const FRESH_FOR_MS = 5_000;

/** The repository's canary token, looked up now and then. */
export class Canary {
  readonly #guard: PathGuard;
  #token: string | null = null;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(guard: PathGuard) {
    this.#guard = guard;
  }

  async token(): Promise<string | null> {
    if (performance.now() - this.#readAtMs > FRESH_FOR_MS) {
      this.#readAtMs = performance.now();
      this.#token = await this.#read();
    }
    return this.#token;
  }

  async #read(): Promise<string | null> {
    try {
      await using opened = await this.#guard.open(CANARY_FILE, ['.'], 'file');
      const buffer = Buffer.alloc(MAX_CANARY_BYTES);
      const { bytesRead } = await opened.handle.read(buffer, 0, MAX_CANARY_BYTES, 0);
      return TOKEN.exec(buffer.toString('utf8', 0, bytesRead))?.[1] ?? null;
    } catch {
      // No such file, or none we may open: a repository without a canary.
      return null;
    }
  }
}
