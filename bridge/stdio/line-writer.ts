import type { Writable } from 'node:stream';
import { MAX_WAITING_BYTES } from '../../shared/limits.ts';

const NEWLINE = Buffer.from('\n');

/**
 * Writes lines to the IDE. The only place that touches stdout, since one stray byte there ends the protocol.
 *
 * Node accepts unlimited writes to a full pipe, so an IDE that stops reading would make the bridge's memory grow
 * without bound: past {@link MAX_WAITING_BYTES} `isFull` is true, and whoever produces must pause until `drained`.
 */
export class LineWriter {
  readonly #stream: Writable;
  #isCorked = false;

  /** @param drained called when all that waited has been written */
  constructor(stream: Writable, drained: () => void) {
    this.#stream = stream;
    stream.on('drain', drained);
  }

  get isFull(): boolean {
    return this.#stream.writableLength > MAX_WAITING_BYTES;
  }

  /** @param line one JSON text; may hold newlines only as white space between tokens */
  write(line: Buffer | string): void {
    if (this.#stream.destroyed || this.#stream.writableEnded) return;
    // Corked till the end of this turn of the event loop: many small answers become one system call.
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#stream.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#stream.uncork();
      });
    }
    this.#stream.write(onOneLine(typeof line === 'string' ? Buffer.from(line) : line));
    this.#stream.write(NEWLINE);
  }

  /** Resolves when everything written so far has left the process, or cannot. */
  async flushed(): Promise<void> {
    if (this.#stream.destroyed || this.#stream.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      this.#stream.write('', () => resolve());
      this.#stream.once('close', () => resolve());
    });
  }
}

/** In valid JSON a raw line break is white space; left in, it would let one message pass as two. */
function onOneLine(json: Buffer): Buffer {
  if (!json.includes(0x0a) && !json.includes(0x0d)) return json;
  return Buffer.from(json.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte)));
}
