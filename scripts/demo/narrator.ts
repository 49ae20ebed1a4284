import { styleText } from 'node:util';

/** A step that takes longer is stuck. */
const STEP_TIMEOUT_MS = 60_000;
/** How long work that was told to stop may take to do so. */
const SETTLE_TIMEOUT_MS = 5_000;
const NAME_WIDTH = 24;

/** What a step came to, and what is said of it. */
export interface Told<T> {
  readonly value: T;
  readonly said: string;
}

/** Prints each step with what came back and how long it took, and ends the story when it is interrupted. */
export class Narrator {
  readonly #print: (line: string) => void;
  readonly #signal: AbortSignal;

  constructor(print: (line: string) => void, signal: AbortSignal) {
    this.#print = print;
    this.#signal = signal;
  }

  heading(text: string): void {
    this.#print(`\n${styleText('bold', text)}`);
  }

  line(text = ''): void {
    this.#print(text);
  }

  /**
   * @param work is told by its signal to stop, and gets a moment to do so: what it began must not go on behind the
   *   clean-up
   * @throws what the work throws, or the interruption, or that the step took too long
   */
  async step<T>(name: string, work: (signal: AbortSignal) => Promise<Told<T>>): Promise<T> {
    const startedMs = performance.now();
    const end = (mark: string, said: string): void => {
      const took = `${Math.round(performance.now() - startedMs)} ms`.padStart(8);
      this.#print(`  ${mark} ${name.padEnd(NAME_WIDTH)} ${styleText('dim', took)}  ${said}`);
    };
    try {
      this.#signal.throwIfAborted();
      const { value, said } = await this.#within(work);
      end(styleText('green', 'ok'), said);
      return value;
    } catch (error) {
      if (!this.#signal.aborted) {
        end(styleText('red', '!!'), error instanceof Error ? error.message : String(error));
      }
      throw error;
    }
  }

  async #within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(STEP_TIMEOUT_MS)]);
    const isDone = new AbortController();
    const overdue = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        const timer = setTimeout(() => reject(signal.reason), SETTLE_TIMEOUT_MS);
        isDone.signal.addEventListener('abort', () => clearTimeout(timer));
      };
      signal.addEventListener('abort', giveUp, { once: true, signal: isDone.signal });
    });
    try {
      return await Promise.race([work(signal), overdue]);
    } finally {
      isDone.abort();
    }
  }
}

/** One line of a text, cut to fit. */
export function oneLine(text: string, width = 60): string {
  const [first = ''] = text.trim().split('\n');
  const visible = first.replace(/[^\x20-\x7e]/g, '·');
  return visible.length > width ? `${visible.slice(0, width - 1)}…` : visible;
}

export const count = (value: number, one: string, many = `${one}s`): string =>
  `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
