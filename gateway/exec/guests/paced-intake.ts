/**
 * Takes what a worker says a little at a time. A worker can write faster than its messages can be checked, and a stream
 * hands on all it has in one turn of the event loop: here a turn's share is measured, and the rest waits for another. A
 * worker that goes on and on is read more slowly than it could be, so that its flood slows it and not the gateway.
 */
import type { Readable } from 'node:stream';

/** Milliseconds of one turn of the event loop: others wait no longer, but for the one message that is over it. */
const TURN_MS = 4;
/** Milliseconds of work, over all turns, that a worker may cause at full speed: an honest one causes a tenth. */
const FULL_SPEED_MS = 100;
/** Milliseconds between two turns past that: half of the time is left to others, and 13 MB a second are read at most. */
const WALKING_PAUSE_MS = 5;

interface Options<Message> {
  /** Cuts a chunk into messages; asked to its end before the next chunk. It may throw, at whatever is no message. */
  readonly cut: (chunk: Buffer) => Iterator<Message>;
  /** It may throw. Whoever wants no more closes the intake. */
  readonly onMessage: (message: Message) => void;
  /** One of the two threw; the intake is closed. */
  readonly onBroken: () => void;
  /** Bytes past which it is read slowly too, a chunk a turn, however little work they make. All are read alike without. */
  readonly fullSpeedBytes?: number;
}

export class PacedIntake<Message> {
  readonly #stream: Readable;
  readonly #options: Options<Message>;
  /** What is left of the chunk at hand, and chunks that came though the stream was told to wait: see `take`. */
  #left: Iterator<Message> | null = null;
  readonly #chunks: Buffer[] = [];
  /** Milliseconds of work in this turn of the event loop, and in all. */
  #turnMs = 0;
  #totalMs = 0;
  #totalBytes = 0;
  /** Takes back what was set for the next turn. */
  #cancelTurn: (() => void) | null = null;
  #isResting = false;
  #isClosed = false;
  #whenDone: (() => void) | null = null;

  constructor(stream: Readable, options: Options<Message>) {
    this.#stream = stream;
    this.#options = options;
  }

  /** Whether chunks wait behind the one at hand. */
  get hasMore(): boolean {
    return this.#chunks.length > 0;
  }

  /** Whether all that was taken is handed on. */
  get isDone(): boolean {
    return this.#left === null && this.#chunks.length === 0;
  }

  /** A chunk of the stream's, as it comes. */
  take(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#chunks.push(chunk);
    this.#totalBytes += chunk.length;
    // Node itself lets the streams of a process go on once that has ended, whoever told them to wait.
    if (this.#isResting) this.#stream.pause();
    else this.#work();
  }

  /** Calls back once all that was taken is handed on: at once, where nothing waits. Not at all once it is closed. */
  whenDone(callback: () => void): void {
    if (this.#isClosed) return;
    if (this.isDone) callback();
    else this.#whenDone = callback;
  }

  /** What still waits is dropped, unread. */
  close(): void {
    this.#isClosed = true;
    this.#left = null;
    this.#chunks.length = 0;
    this.#whenDone = null;
    this.#cancelTurn?.();
  }

  get #isPastFullSpeed(): boolean {
    return this.#totalBytes > (this.#options.fullSpeedBytes ?? Number.POSITIVE_INFINITY);
  }

  #work(): void {
    const startedMs = performance.now();
    let spentMs = 0;
    try {
      while (!this.isDone && this.#turnMs + spentMs < TURN_MS) {
        this.#step();
        spentMs = performance.now() - startedMs;
      }
    } catch {
      this.close();
      this.#options.onBroken();
    }
    if (this.#isClosed) return;
    this.#turnMs += spentMs;
    this.#totalMs += spentMs;
    if (this.#turnMs >= TURN_MS || this.#isPastFullSpeed) this.#rest();
    else if (this.#cancelTurn === null) this.#inNextTurn(false);
    if (this.isDone) this.#tellDone();
  }

  /** One message, or the end of a chunk. */
  #step(): void {
    const chunk = this.#left === null ? this.#chunks.shift() : undefined;
    if (chunk !== undefined) this.#left = this.#options.cut(chunk);
    const next = this.#left?.next();
    if (next === undefined || next.done === true) this.#left = null;
    else this.#options.onMessage(next.value);
  }

  /** Leaves what is left of the turn to others. */
  #rest(): void {
    this.#isResting = true;
    this.#stream.pause();
    this.#cancelTurn?.();
    this.#inNextTurn(this.#isPastFullSpeed || this.#totalMs > FULL_SPEED_MS);
  }

  #inNextTurn(isWalking: boolean): void {
    const start = (): void => this.#startTurn();
    if (isWalking) {
      const timer = setTimeout(start, WALKING_PAUSE_MS);
      this.#cancelTurn = () => clearTimeout(timer);
    } else {
      const immediate = setImmediate(start);
      this.#cancelTurn = () => clearImmediate(immediate);
    }
  }

  #startTurn(): void {
    this.#cancelTurn = null;
    this.#turnMs = 0;
    if (!this.#isResting) return;
    this.#isResting = false;
    if (!this.isDone) this.#work();
    if (!this.#isResting && !this.#isClosed) this.#stream.resume();
  }

  #tellDone(): void {
    const tell = this.#whenDone;
    this.#whenDone = null;
    tell?.();
  }
}
