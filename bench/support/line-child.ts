import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

const ANSWER_TIMEOUT_MS = 20_000;

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A child that answers one line for each line it is given, in order: as little between it and the clock as can be. */
export class LineChild {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: ((line: string) => void)[] = [];
  #rest = '';

  constructor({ command, args, env }: Launch) {
    this.#child = spawn(command, args, { env, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#waiting.shift()?.(line);
    });
  }

  /** Sends without waiting for an answer. */
  send(message: unknown): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** @throws where no line comes back in time, or the child ends */
  async ask(message: unknown): Promise<Record<string, unknown>> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(() => reject(new Error('no answer')), ANSWER_TIMEOUT_MS);
    const ended = (): void => reject(new Error('the process ended'));
    this.#child.once('exit', ended);
    this.#waiting.push(resolve);
    this.send(message);
    try {
      return JSON.parse(await promise);
    } finally {
      clearTimeout(timer);
      this.#child.off('exit', ended);
    }
  }

  /** Ends its input, and waits until it is gone. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exited;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
