/**
 * Who may run now. Programs hold a core while they run, so only so many run at once; the keys that wait take turns, so
 * that one key with many long programs holds up its own and not everybody's.
 */
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_QUEUED_RUNS, MAX_QUEUED_RUNS_PER_KEY } from './exec-limits.ts';

/** What a refused caller is told to wait: about one short run. */
const RETRY_AFTER_MS = 1_000;

export class RunQueue {
  readonly #places: number;
  /** Keys in the order of their turns; each with its own runs, the first first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #running = 0;
  #queued = 0;

  /** @param places runs at once */
  constructor(places: number) {
    this.#places = places;
  }

  /**
   * Resolves when it is this run's turn, to what ends it; call that once.
   * @throws `RATE_LIMITED` too many wait already, of this key or of all
   * @throws `CANCELLED` `signal` aborted first
   */
  async enter(keyId: string, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw cancelled();
    if (this.#running < this.#places) {
      this.#running += 1;
      return () => this.#leave();
    }
    const own = this.#waiting.get(keyId) ?? [];
    if (own.length >= MAX_QUEUED_RUNS_PER_KEY || this.#queued >= MAX_QUEUED_RUNS) {
      throw new RlmError('RATE_LIMITED', 'Too many programs wait to run here.', {
        fields: { retry_after_ms: RETRY_AFTER_MS },
      });
    }
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#remove(keyId, turn);
        reject(cancelled());
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.set(keyId, [...own, turn]);
      this.#queued += 1;
    });
    return () => this.#leave();
  }

  /** Hands the place to the key whose turn it is; the key goes to the end of the line. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [keyId, [turn, ...rest]] = next;
    this.#waiting.delete(keyId);
    if (rest.length > 0) this.#waiting.set(keyId, rest);
    this.#queued -= 1;
    turn?.();
  }

  #remove(keyId: string, turn: () => void): void {
    const rest = (this.#waiting.get(keyId) ?? []).filter((other) => other !== turn);
    if (rest.length > 0) this.#waiting.set(keyId, rest);
    else this.#waiting.delete(keyId);
    this.#queued -= 1;
  }
}

const cancelled = (): RlmError => new RlmError('CANCELLED', 'The client cancelled the call.');
