/**
 * What the gateway and the guests that run on Node say to each other, on descriptor 3 of the guest: frames of a 4-byte
 * little-endian length and so many bytes of UTF-8 JSON. The guest reads and writes synchronously; while it waits for the
 * reply to a call, the program stands still.
 *
 * | to the guest | | from the guest | |
 * |---|---|---|---|
 * | `run` | the one program | `ready` | once, when a program could start at once |
 * | `reply` | to the call before | `output` | a piece of stdout or stderr |
 * | | | `call` | of a host function; the guest waits |
 * | | | `end` | how the program ended; nothing follows |
 */
import type { EngineEnd, HostCall, HostReply } from '../engine.ts';

/** The descriptor of the channel inside the guest. */
export const CHANNEL_FD = 3;
export const HEADER_BYTES = 4;

export type ToGuest =
  | { readonly type: 'run'; readonly code: string; readonly timeoutMs: number; readonly memoryBytes: number }
  | ({ readonly type: 'reply' } & HostReply);

export type FromGuest =
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | ({ readonly type: 'call' } & HostCall)
  | { readonly type: 'end'; readonly end: GuestEnd };

/** How a guest may say that a program ended; the rest is for the gateway to say. */
export type GuestEnd = Exclude<EngineEnd, { readonly kind: 'crashed' | 'cancelled' }>;

export const encodeFrame = (message: ToGuest | FromGuest): Buffer => encodeText(JSON.stringify(message));

/** A frame of a message that is JSON already. */
export function encodeText(json: string): Buffer {
  const bytes = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  frame.writeUInt32LE(bytes, 0);
  frame.write(json, HEADER_BYTES, 'utf8');
  return frame;
}

/**
 * Cuts a stream of bytes into frames. One over the limit is refused when its header is seen, before any of it is kept; of
 * all others the memory is taken once and filled, so that what is held is one frame and one chunk at most, in however
 * small pieces they come.
 */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerLength = 0;
  /** The frame that is being read, once its header is known, and how much of it is there. */
  #frame: Buffer | null = null;
  #length = 0;
  /** Bytes of the chunk at hand behind the frame that was given last. */
  #unread = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether more than the frames given so far has come: asked while one is handled, of what was said behind it. */
  get hasMore(): boolean {
    return this.#unread > 0;
  }

  /** The frames' texts. @throws as {@link frames} */
  *add(chunk: Buffer): Generator<string> {
    for (const frame of this.frames(chunk)) yield frame.toString('utf8');
  }

  /** Each in memory of its own. To be asked to its end before the next chunk. @throws `RangeError` a frame longer than allowed */
  *frames(chunk: Buffer): Generator<Buffer> {
    for (let at = 0; at < chunk.length; ) {
      if (this.#frame === null) {
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
        if (size > this.#maxBytes) throw new RangeError(`a frame of ${size} bytes`);
        this.#frame = Buffer.allocUnsafe(size);
        this.#length = 0;
      }
      const taken = chunk.copy(this.#frame, this.#length, at);
      at += taken;
      this.#length += taken;
      if (this.#length < this.#frame.length) return;
      const whole = this.#frame;
      this.#frame = null;
      this.#headerLength = 0;
      this.#unread = chunk.length - at;
      yield whole;
    }
  }
}
