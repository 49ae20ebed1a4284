import { type MessageHead, MessageHeadScanner } from './message-head.ts';

/**
 * Cuts what an IDE writes into lines, one JSON-RPC message each, over any chunking. Works on bytes: a chunk may end
 * within a character.
 *
 * A line over `maxBytes` is not kept. It is skipped to its end, while a scanner that needs no memory looks for its
 * id, so that it can be answered and the next line is read as if nothing had happened. (The MCP SDK's own reader
 * closes for good at such a line, and leaves the IDE waiting.)
 *
 * | state | holds | leaves when |
 * |---|---|---|
 * | collecting | the line so far, at most `maxBytes` | newline: `line`; too long: skipping |
 * | skipping | the scanner | newline: `too-long` |
 */
export type FramedLine =
  | { readonly kind: 'line'; readonly bytes: Buffer }
  | { readonly kind: 'too-long'; readonly head: MessageHead };

type State =
  | { readonly kind: 'collecting'; readonly chunks: Buffer[]; length: number }
  | { readonly kind: 'skipping'; readonly scanner: MessageHeadScanner };

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export class LineFramer {
  readonly #maxBytes: number;
  readonly #emit: (line: FramedLine) => void;
  #state: State = { kind: 'collecting', chunks: [], length: 0 };

  /** @param emit is called for every line that is not blank, in order, synchronously from `push` and `end` */
  constructor(maxBytes: number, emit: (line: FramedLine) => void) {
    this.#maxBytes = maxBytes;
    this.#emit = emit;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, start);
      if (newline === -1) {
        this.#take(chunk.subarray(start));
        return;
      }
      this.#take(chunk.subarray(start, newline));
      this.#finish();
      start = newline + 1;
    }
  }

  /** The input is over. What stands behind the last newline is a line too; half a message fails its parsing. */
  end(): void {
    this.#finish();
  }

  #take(part: Buffer): void {
    const state = this.#state;
    if (part.length === 0) return;
    if (state.kind === 'skipping') {
      state.scanner.push(part);
      return;
    }
    if (state.length + part.length <= this.#maxBytes) {
      state.chunks.push(part);
      state.length += part.length;
      return;
    }
    const scanner = new MessageHeadScanner();
    for (const chunk of state.chunks) scanner.push(chunk);
    scanner.push(part);
    this.#state = { kind: 'skipping', scanner };
  }

  #finish(): void {
    const state = this.#state;
    this.#state = { kind: 'collecting', chunks: [], length: 0 };
    if (state.kind === 'skipping') {
      this.#emit({ kind: 'too-long', head: state.scanner.head });
      return;
    }
    const [first] = state.chunks;
    if (first === undefined) return;
    const line = state.chunks.length === 1 ? first : Buffer.concat(state.chunks, state.length);
    const bytes = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
    if (!isBlank(bytes)) this.#emit({ kind: 'line', bytes });
  }
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09);
