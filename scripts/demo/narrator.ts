import { styleText } from 'node:util';

/** A step that takes longer is stuck. */
const STEP_TIMEOUT_MS = 60_000;
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

  /** @throws what the work throws, or the interruption, or that the step took too long */
  async step<T>(name: string, work: () => Promise<Told<T>>): Promise<T> {
    const startedMs = performance.now();
    const end = (mark: string, said: string): void => {
      const took = `${Math.round(performance.now() - startedMs)} ms`.padStart(8);
      this.#print(`  ${mark} ${name.padEnd(NAME_WIDTH)} ${styleText('dim', took)}  ${said}`);
    };
    try {
      this.#signal.throwIfAborted();
      const { value, said } = await this.#within(name, work());
      end(styleText('green', 'ok'), said);
      return value;
    } catch (error) {
      if (!this.#signal.aborted)
        end(styleText('red', '!!'), error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  async #within<T>(name: string, work: Promise<T>): Promise<T> {
    const stop = new AbortController();
    const ended = new Promise<never>((_, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${name}: no end after ${STEP_TIMEOUT_MS / 1000} s`)),
        STEP_TIMEOUT_MS,
      );
      stop.signal.addEventListener('abort', () => clearTimeout(timer));
      const interrupted = (): void => reject(this.#signal.reason);
      this.#signal.addEventListener('abort', interrupted, { once: true, signal: stop.signal });
    });
    try {
      return await Promise.race([work, ended]);
    } finally {
      stop.abort();
      // The work may still fail once nobody waits for it.
      work.catch(() => undefined);
    }
  }
}

/** One line of a text, cut to fit. */
export function oneLine(text: string, width = 60): string {
  const [first = ''] = text.trim().split('\n');
  const visible = first.replace(/[^\x20-\x7e]/g, '·');
  return visible.length > width ? `${visible.slice(0, width - 1)}…` : visible;
}

export const count = (value: number, what: string): string =>
  `${value.toLocaleString('en')} ${what}${value === 1 ? '' : 's'}`;
