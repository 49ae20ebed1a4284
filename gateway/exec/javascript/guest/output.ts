import { MAX_EXEC_OUTPUT_BYTES } from '../../../../shared/limits.ts';
import type { BlockingChannel } from '../../guests/blocking-channel.ts';

/** Pieces of output that are sent at once; a program with more to say waits for others to share a message. */
const EAGER_PIECES = 1_000;
const BATCH_CHARS = 32 * 1024;

/** Output on its way: counted, so that a flood ends here, and sent in pieces that are worth a message. */
export class Output {
  readonly #channel: Pick<BlockingChannel, 'send'>;
  #pieces = 0;
  #sentChars = 0;
  #stream: 'stdout' | 'stderr' = 'stdout';
  #waiting = '';

  constructor(channel: Pick<BlockingChannel, 'send'>) {
    this.#channel = channel;
  }

  add(stream: 'stdout' | 'stderr', text: string): void {
    // The gateway cuts by bytes, and says so where it does: what it surely drops need not be sent.
    if (this.#sentChars > MAX_EXEC_OUTPUT_BYTES) return;
    this.#sentChars += text.length;
    this.#pieces += 1;
    if (stream !== this.#stream) this.flush();
    this.#stream = stream;
    this.#waiting += text;
    if (this.#pieces <= EAGER_PIECES || this.#waiting.length >= BATCH_CHARS) this.flush();
  }

  flush(): void {
    const text = this.#waiting;
    if (text === '') return;
    this.#waiting = '';
    this.#channel.send({ type: 'output', stream: this.#stream, text });
  }
}
