/**
 * The two pipes to a Monty worker: requests go in, events come out, cut into messages. It ends once, whatever ends it,
 * and not before all that the worker has said was taken: an aborting worker's last lines count.
 */
import type { Readable, Writable } from 'node:stream';
import { MAX_GUEST_BYTES, MAX_MONTY_MESSAGE_BYTES } from '../../exec-limits.ts';
import { PacedIntake } from '../../guests/paced-intake.ts';
import type { JailedProcess } from '../../jail/jail.ts';

const HEADER_BYTES = 4;
/** What a worker says at full speed. It prints all that its program prints, which may be far more than is ever kept. */
const FULL_SPEED_BYTES = 4 * 1024 * 1024;
/** A message, or how long it would be where it is too long to be kept. */
export type MontyMessage =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'oversized'; readonly length: number; readonly firstByte: number };

/**
 * Cuts a stream of bytes into messages. The memory of one is taken once, when its header is known, and filled, so that
 * small pieces cost no more than large ones. Of one over the limit only the first byte is wanted; nothing comes after it.
 */
export class MontyMessageReader {
  readonly #maxBytes: number;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerLength = 0;
  /** The message that is being read, once its header is known, and how much of it is there. */
  #message: Buffer | null = null;
  #length = 0;
  /** Bytes of the chunk at hand behind the message that was given last. */
  #unread = 0;
  #isOver = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether more than the messages given so far has come: asked while one is handled, of what was said behind it. */
  get hasMore(): boolean {
    return this.#unread > 0;
  }

  /** To be asked to its end before the next chunk. */
  *add(chunk: Buffer): Generator<MontyMessage> {
    for (let at = 0; at < chunk.length && !this.#isOver; ) {
      if (this.#message === null) {
        const taken = chunk.copy(
          this.#header,
          this.#headerLength,
          at,
          at + HEADER_BYTES - this.#headerLength,
        );
        at += taken;
        this.#headerLength += taken;
        if (this.#headerLength < HEADER_BYTES) return;
        const size = this.#header.readUInt32LE(0);
        // Of a message too long, one byte says what it was.
        this.#message = Buffer.allocUnsafe(size > this.#maxBytes ? 1 : size);
        this.#length = 0;
      }
      const taken = chunk.copy(this.#message, this.#length, at);
      at += taken;
      this.#length += taken;
      if (this.#length < this.#message.length) return;
      this.#unread = chunk.length - at;
      yield this.#end(this.#message);
    }
  }

  #end(bytes: Buffer): MontyMessage {
    const length = this.#header.readUInt32LE(0);
    this.#message = null;
    this.#headerLength = 0;
    if (length <= this.#maxBytes) return { kind: 'whole', bytes };
    this.#isOver = true;
    return { kind: 'oversized', length, firstByte: bytes[0] ?? 0 };
  }
}

/** How a worker's channel ended. */
export type ChannelEnd =
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: 'broken'; readonly reason: string };

export class MontyChannel {
  readonly #stdin: Writable;
  readonly #stdout: Readable;
  readonly #messages = new MontyMessageReader(MAX_MONTY_MESSAGE_BYTES);
  readonly #intake: PacedIntake<MontyMessage>;
  #received = 0;
  #onMessage: (message: MontyMessage) => void = () => {};
  #onEnd: (end: ChannelEnd) => void = () => {};
  #end: ChannelEnd | null = null;

  constructor({ child }: JailedProcess) {
    if (child.stdin === null || child.stdout === null)
      throw new TypeError('the worker was started without its pipes');
    this.#stdin = child.stdin;
    this.#stdout = child.stdout;
    this.#intake = new PacedIntake(this.#stdout, {
      cut: (chunk) => this.#messages.add(chunk),
      onMessage: (message) => this.#onMessage(message),
      onBroken: () => this.#finish({ kind: 'broken', reason: 'it broke the protocol' }),
      fullSpeedBytes: FULL_SPEED_BYTES,
    });
    // A worker that dies before it has read its request breaks the pipe; how it ended says more.
    this.#stdin.on('error', () => {});
    this.#stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#stdout.on('error', () => this.#finish({ kind: 'broken', reason: 'its pipe broke' }));
    child.once('error', () => this.#finish({ kind: 'broken', reason: 'it could not be started' }));
    // Not before what it has said is heard.
    child.once('close', (code, signal) =>
      this.#intake.whenDone(() => this.#finish({ kind: 'exited', code, signal })),
    );
  }

  /** Whether the worker has said more than what is being handled: asked by who heard a message that must be its last. */
  get hasMore(): boolean {
    return this.#messages.hasMore || this.#intake.hasMore;
  }

  send(request: Buffer): void {
    if (this.#end === null) this.#stdin.write(request);
  }

  /** From now on, what the worker says goes here; what it has said before does not come again. */
  listen(onMessage: (message: MontyMessage) => void, onEnd: (end: ChannelEnd) => void): void {
    this.#onMessage = onMessage;
    this.#onEnd = onEnd;
    if (this.#end !== null) onEnd(this.#end);
  }

  /** Nobody listens any more: what has come is dropped, unread, and what still comes is left in the pipe. */
  close(): void {
    this.#intake.close();
    this.#onMessage = () => {};
    this.#onEnd = () => {};
    this.#end ??= { kind: 'broken', reason: 'it was closed' };
    this.#stdout.destroy();
    this.#stdin.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#end !== null) return;
    this.#received += chunk.length;
    if (this.#received > MAX_GUEST_BYTES) this.#finish({ kind: 'broken', reason: 'it said too much' });
    else this.#intake.take(chunk);
  }

  #finish(end: ChannelEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#intake.close();
    this.#onEnd(end);
  }
}
