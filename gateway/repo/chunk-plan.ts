/**
 * Divides a file into chunks that each may be read as a span.
 */
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_CHUNK_LINES, MAX_CHUNKS_PER_CREATE } from '../../shared/limits.ts';
import type { OutlineSymbol } from './symbol-outline.ts';

/** 1-based and inclusive, at most MAX_CHUNK_LINES lines. */
export interface PlannedChunk {
  readonly start_line: number;
  readonly end_line: number;
  /** What it defines; a definition of several chunks gives its name to each. */
  readonly symbol?: string;
}

export interface LinePlanOptions {
  readonly totalLines: number;
  /** Lines of a chunk, 1 to MAX_CHUNK_LINES. */
  readonly chunkSize: number;
  /** Lines that a chunk shares with the one before, less than `chunkSize`. */
  readonly overlap: number;
  /** Chunks at most, 1 to MAX_CHUNKS_PER_CREATE; what is beyond them is not covered. */
  readonly budget: number;
}

/**
 * Chunks of equal size; none for an empty file, and none that lies wholly inside the one before.
 *
 * @throws `INVALID_ARGUMENT`, `LIMIT_EXCEEDED` for the numbers
 */
export function planChunks(options: LinePlanOptions): PlannedChunk[] {
  const { totalLines, chunkSize, overlap, budget } = options;
  checkCount('chunk_size', chunkSize, 1, MAX_CHUNK_LINES);
  checkCount('budget', budget, 1, MAX_CHUNKS_PER_CREATE);
  checkCount('overlap', overlap, 0, MAX_CHUNK_LINES);
  if (overlap >= chunkSize) {
    throw new RlmError(
      'INVALID_ARGUMENT',
      `overlap is ${overlap}; it must be less than chunk_size, ${chunkSize}.`,
    );
  }
  const chunks: PlannedChunk[] = [];
  for (let start = 1; start <= totalLines && chunks.length < budget; start += chunkSize - overlap) {
    const end = Math.min(start + chunkSize - 1, totalLines);
    chunks.push({ start_line: start, end_line: end });
    if (end === totalLines) break;
  }
  return chunks;
}

export interface SymbolPlanOptions {
  readonly totalLines: number;
  /** From `outline`: in order, none overlapping another. */
  readonly symbols: readonly OutlineSymbol[];
  readonly budget: number;
}

/**
 * A chunk for each definition and for what is between them, so that together they cover the file. What is longer than
 * MAX_CHUNK_LINES becomes several. When there are more than `budget`, neighbours are joined, the smallest first, as long
 * as a joined chunk is short enough; what is still beyond the budget is not covered.
 *
 * @throws `INVALID_ARGUMENT`, `LIMIT_EXCEEDED` for the budget
 */
export function planSymbolChunks(options: SymbolPlanOptions): PlannedChunk[] {
  const { totalLines, symbols, budget } = options;
  checkCount('budget', budget, 1, MAX_CHUNKS_PER_CREATE);
  const parts: PlannedChunk[] = [];
  let next = 1;
  for (const { symbol, start_line, end_line } of symbols) {
    const start = Math.max(start_line, next);
    const end = Math.min(end_line, totalLines);
    if (start > end) continue;
    addParts(parts, next, start - 1);
    addParts(parts, start, end, symbol);
    next = end + 1;
  }
  addParts(parts, next, totalLines);
  return joinSmall(parts, budget).slice(0, budget);
}

function addParts(parts: PlannedChunk[], from: number, to: number, symbol?: string): void {
  for (let start = from; start <= to; start += MAX_CHUNK_LINES) {
    const end_line = Math.min(start + MAX_CHUNK_LINES - 1, to);
    parts.push({ start_line: start, end_line, ...(symbol === undefined ? {} : { symbol }) });
  }
}

/** Whole passes over ever larger sizes, rather than a search for the smallest pair: linear for every file. */
function joinSmall(parts: PlannedChunk[], budget: number): PlannedChunk[] {
  let joined = parts;
  for (let maxLines = 10; joined.length > budget && maxLines <= MAX_CHUNK_LINES; maxLines += 10) {
    const target: PlannedChunk[] = [];
    for (const part of joined) {
      const last = target.at(-1);
      if (last !== undefined && part.end_line - last.start_line < maxLines)
        target[target.length - 1] = join(last, part);
      else target.push(part);
    }
    joined = target;
  }
  return joined;
}

function join(first: PlannedChunk, second: PlannedChunk): PlannedChunk {
  const symbol = first.symbol ?? second.symbol;
  const { start_line } = first;
  return { start_line, end_line: second.end_line, ...(symbol === undefined ? {} : { symbol }) };
}

function checkCount(argument: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RlmError('INVALID_ARGUMENT', `${argument} must be a whole number from ${least}.`);
  }
  if (value > most) throw new RlmError('LIMIT_EXCEEDED', `${argument} is ${value}; at most ${most}.`);
}
