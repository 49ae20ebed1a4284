import { ACK_EVERY_MESSAGES, ACK_WITHIN_MS } from '../limits.ts';
import { formatAck } from './control-frame.ts';

/** What it needs of a clock: tests give it another. */
export interface AckTimers {
  set(callback: () => void, delayMs: number): unknown;
  clear(timer: unknown): void;
}

const REAL_TIMERS: AckTimers = {
  set: (callback, delayMs) => setTimeout(callback, delayMs),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/**
 * Counts the messages one end of a stream has received and tells the other in time: after every 32 messages, and
 * 250 ms after the first one that it has not told of.
 */
export class ReceiveCounter {
  readonly #sendAck: (frame: string) => void;
  readonly #timers: AckTimers;
  #received = 0;
  #told = 0;
  #timer: unknown = null;

  constructor(sendAck: (frame: string) => void, timers: AckTimers = REAL_TIMERS) {
    this.#sendAck = sendAck;
    this.#timers = timers;
  }

  get received(): number {
    return this.#received;
  }

  /** One more message is safe with us. */
  count(): void {
    this.#received += 1;
    if (this.#received - this.#told >= ACK_EVERY_MESSAGES) this.tell();
    else this.#timer ??= this.#timers.set(() => this.tell(), ACK_WITHIN_MS);
  }

  /** Says now what has been received, if that is news. */
  tell(): void {
    this.stop();
    if (this.#told === this.#received) return;
    this.#told = this.#received;
    this.#sendAck(formatAck(this.#received));
  }

  /** A new connection has said it in its header already. */
  toldByHeader(): void {
    this.stop();
    this.#told = this.#received;
  }

  stop(): void {
    if (this.#timer !== null) this.#timers.clear(this.#timer);
    this.#timer = null;
  }
}
