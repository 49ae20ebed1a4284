/**
 * Where the lines of a file start: a few points, far enough apart that the index of any file is small, near enough
 * that reading a span of a huge file need not pass what is before it.
 */
import { LINE_INDEX_STRIDE_BYTES, MAX_LINE_INDEX_POINTS } from './repo-limits.ts';

const NEWLINE = 0x0a;

export interface LinePoint {
  /** 1-based. */
  readonly line: number;
  /** Of the line's first byte. */
  readonly offset: number;
}

export class LineIndex {
  readonly totalLines: number;
  readonly #lines: Float64Array;
  readonly #offsets: Float64Array;

  constructor(totalLines: number, lines: readonly number[], offsets: readonly number[]) {
    this.totalLines = totalLines;
    this.#lines = Float64Array.from(lines);
    this.#offsets = Float64Array.from(offsets);
  }

  get points(): number {
    return this.#lines.length;
  }

  /** The last point at or before a line; the start of the file if there is none. */
  pointBefore(line: number): LinePoint {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lines[middle] ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return { line: 1, offset: 0 };
    return { line: this.#lines[low - 1] ?? 1, offset: this.#offsets[low - 1] ?? 0 };
  }
}

/** Builds the index from a file's bytes in order, in blocks of any size. */
export class LineIndexBuilder {
  #lines: number[] = [];
  #offsets: number[] = [];
  #stride = LINE_INDEX_STRIDE_BYTES;
  #newlines = 0;
  #seen = 0;
  #lastByte: number | undefined;
  #lastPoint = 0;

  add(block: Uint8Array): void {
    for (let at = block.indexOf(NEWLINE); at !== -1; at = block.indexOf(NEWLINE, at + 1)) {
      this.#newlines += 1;
      const nextLine = this.#seen + at + 1;
      if (nextLine - this.#lastPoint >= this.#stride) this.#addPoint(nextLine);
    }
    this.#seen += block.length;
    this.#lastByte = block.at(-1) ?? this.#lastByte;
  }

  #addPoint(offset: number): void {
    this.#lines.push(this.#newlines + 1);
    this.#offsets.push(offset);
    this.#lastPoint = offset;
    if (this.#lines.length < MAX_LINE_INDEX_POINTS) return;
    this.#lines = this.#lines.filter((_, i) => i % 2 === 1);
    this.#offsets = this.#offsets.filter((_, i) => i % 2 === 1);
    this.#stride *= 2;
  }

  /** A last line without a newline counts; an empty file has no lines. */
  finish(): LineIndex {
    const hasOpenLine = this.#lastByte !== undefined && this.#lastByte !== NEWLINE;
    return new LineIndex(this.#newlines + (hasOpenLine ? 1 : 0), this.#lines, this.#offsets);
  }
}
