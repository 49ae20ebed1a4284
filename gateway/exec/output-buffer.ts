import { MAX_EXEC_OUTPUT_BYTES } from '../../shared/limits.ts';

/**
 * Bytes a run's output may take once it is written as JSON: an answer carries it twice, once with its quotes escaped
 * again, and must fit into one message. Only output full of control characters comes near it.
 */
const MAX_ESCAPED_BYTES = 2 * MAX_EXEC_OUTPUT_BYTES;

/** A program's stdout and stderr, together within their limit; what comes after it is counted and dropped. */
export class OutputBuffer {
  #stdout = '';
  #stderr = '';
  #bytes = 0;
  #escapedBytes = 0;
  #isFull = false;

  add(stream: 'stdout' | 'stderr', unverifiedText: string): void {
    const text = unverifiedText.toWellFormed();
    // In pieces, since where the limit lies inside a long text is not told by the whole.
    for (let at = 0; at < text.length && !this.#isFull; ) {
      const end = endOfPiece(text, at);
      this.#addPiece(stream, text.slice(at, end));
      at = end;
    }
  }

  #addPiece(stream: 'stdout' | 'stderr', text: string): void {
    const bytes = Buffer.byteLength(text);
    const escapedBytes = Buffer.byteLength(JSON.stringify(text));
    if (
      this.#bytes + bytes <= MAX_EXEC_OUTPUT_BYTES &&
      this.#escapedBytes + escapedBytes <= MAX_ESCAPED_BYTES
    ) {
      this.#bytes += bytes;
      this.#escapedBytes += escapedBytes;
      this.#append(stream, text);
      return;
    }
    this.#isFull = true;
    const room = Math.min(
      MAX_EXEC_OUTPUT_BYTES - this.#bytes,
      Math.floor((MAX_ESCAPED_BYTES - this.#escapedBytes) / WORST_ESCAPE),
    );
    this.#append(stream, cutToBytes(text, room));
    this.#append(stream, `\n[output cut: a run may print ${MAX_EXEC_OUTPUT_BYTES} bytes]\n`);
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  #append(stream: 'stdout' | 'stderr', text: string): void {
    if (stream === 'stdout') this.#stdout += text;
    else this.#stderr += text;
  }
}

/** Characters that are counted, and where need be cut, at once. */
const PIECE_CHARS = 4_096;

/** Not inside a pair of surrogates. */
function endOfPiece(text: string, start: number): number {
  const end = start + PIECE_CHARS;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last < 0xdc00 ? end + 1 : end;
}

/** `\u0000` for one byte. */
const WORST_ESCAPE = 6;

function cutToBytes(text: string, maxBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(Math.max(0, maxBytes)));
  return text.slice(0, read);
}
