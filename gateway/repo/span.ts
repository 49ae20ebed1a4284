/**
 * Reads a range of lines, bounded in memory whatever the file is like: a line may be a gigabyte long.
 *
 * A span is the file's own text: line ends stay as they are (CRLF too, and the last line's), a byte order mark stays,
 * and the spans 1..n and n+1..m put together are the span 1..m. Only bytes that are not UTF-8 become U+FFFD.
 */
import { createHash } from 'node:crypto';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { Facts } from './file-facts.ts';
import { stampOf } from './file-stamp.ts';
import type { OpenedPath } from './opened-path.ts';
import { changedWhileRead, fromSystem } from './path-error.ts';
import { MAX_SPAN_READ_BYTES, READ_BLOCK_BYTES } from './repo-limits.ts';

export interface Span {
  readonly content: string;
  /** 1-based and inclusive: the lines of which `content` holds at least a part. */
  readonly startLine: number;
  readonly endLine: number;
  /** 0 for a span of an empty file, whose lines are given as 1 to 1. */
  readonly lineCount: number;
  /** Of `content` as UTF-8, as is `sha256`. */
  readonly byteCount: number;
  /** Whether `maxBytes` cut it: at a character boundary, so up to three bytes below the limit. */
  readonly isTruncated: boolean;
  readonly sha256: string;
}

const NEWLINE = 0x0a;
/** The longest UTF-8 character, so that one that straddles the limit is seen whole. */
const MAX_CHARACTER_BYTES = 4;

/**
 * @param facts of this file; if it has changed since, nothing is read
 * @param endLine past the last line means the last line
 * @param maxBytes of `content` as UTF-8, U+FFFD counted with its three bytes
 * @throws `INVALID_ARGUMENT` lines below 1, in the wrong order, or a start past the last line
 * @throws `LIMIT_EXCEEDED` more than MAX_SPAN_READ_BYTES asked for
 * @throws `STALE_HANDLE` the file changed since the facts, or while it was read: content is never of two states
 */
export async function readSpan(
  opened: OpenedPath,
  facts: Facts,
  startLine: number,
  endLine: number,
  maxBytes: number,
): Promise<Span> {
  checkRange(facts, startLine, endLine, maxBytes);
  try {
    await requireUnchanged(opened, facts);
    const lastLine = Math.min(endLine, Math.max(facts.totalLines, 1));
    const start = await findLine(opened, facts, startLine);
    const bytes = await readLines(opened, start, lastLine - startLine + 1, maxBytes + MAX_CHARACTER_BYTES);
    await requireUnchanged(opened, facts);
    return toSpan(bytes, startLine, maxBytes);
  } catch (error) {
    throw fromSystem(error, opened.path);
  }
}

function checkRange(facts: Facts, startLine: number, endLine: number, maxBytes: number): void {
  if (!Number.isSafeInteger(startLine) || startLine < 1) {
    throw new RlmError('INVALID_ARGUMENT', 'start_line must be a whole number from 1.');
  }
  if (!Number.isSafeInteger(endLine) || endLine < startLine) {
    throw new RlmError('INVALID_ARGUMENT', 'end_line must be a whole number, not below start_line.');
  }
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
    throw new RlmError('INVALID_ARGUMENT', 'max_bytes must be a whole number from 1.');
  }
  if (maxBytes > MAX_SPAN_READ_BYTES) {
    throw new RlmError('LIMIT_EXCEEDED', `max_bytes is ${maxBytes}; at most ${MAX_SPAN_READ_BYTES}.`);
  }
  // An empty file has no line to name; asking for its first is how a caller finds that out.
  if (startLine > Math.max(facts.totalLines, 1)) {
    throw new RlmError(
      'INVALID_ARGUMENT',
      `start_line is past the end: the file has ${facts.totalLines} lines.`,
    );
  }
}

async function requireUnchanged(opened: OpenedPath, facts: Facts): Promise<void> {
  if ((await stampOf(opened.handle)).id !== facts.stamp) throw changedWhileRead(opened.path);
}

/** The offset of a line's first byte. */
async function findLine(opened: OpenedPath, facts: Facts, line: number): Promise<number> {
  const point = facts.lineIndex.pointBefore(line);
  let missing = line - point.line;
  let at = point.offset;
  if (missing === 0) return at;
  const buffer = Buffer.allocUnsafe(READ_BLOCK_BYTES);
  for (;;) {
    const { bytesRead } = await opened.handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw changedWhileRead(opened.path);
    const end = endOfLines(buffer.subarray(0, bytesRead), missing);
    if (end.missing === 0) return at + end.length;
    missing = end.missing;
    at += bytesRead;
  }
}

/** At most `limit` bytes of `count` lines from an offset. */
async function readLines(opened: OpenedPath, from: number, count: number, limit: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(limit);
  let length = 0;
  let missing = count;
  while (length < limit && missing > 0) {
    const { bytesRead } = await opened.handle.read(buffer, length, limit - length, from + length);
    if (bytesRead === 0) break;
    const end = endOfLines(buffer.subarray(length, length + bytesRead), missing);
    missing = end.missing;
    length += end.length;
  }
  return buffer.subarray(0, length);
}

/** How many bytes the first `count` lines of a block take, and how many of the lines did not end in it. */
function endOfLines(block: Uint8Array, count: number): { length: number; missing: number } {
  let missing = count;
  let length = 0;
  while (missing > 0) {
    const newline = block.indexOf(NEWLINE, length);
    if (newline === -1) return { length: block.length, missing };
    length = newline + 1;
    missing -= 1;
  }
  return { length, missing };
}

/**
 * @param raw the span's bytes, or more of them than fit: text is never shorter than its bytes, so what was read past
 *   the limit shows as text past the limit, and a character cut at the end of `raw` lies beyond the cut
 */
function toSpan(raw: Buffer, startLine: number, maxBytes: number): Span {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw);
  const { content, isTruncated } = cutToBytes(text, maxBytes);
  const bytes = Buffer.from(content);
  const newlines = content.split('\n').length - 1;
  const lineCount = newlines + (content === '' || content.endsWith('\n') ? 0 : 1);
  return {
    content,
    startLine,
    endLine: startLine + Math.max(lineCount, 1) - 1,
    lineCount,
    byteCount: bytes.length,
    isTruncated,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** Cuts text to so many bytes of UTF-8, never inside a character. */
function cutToBytes(text: string, maxBytes: number): { content: string; isTruncated: boolean } {
  const target = new Uint8Array(maxBytes);
  const { read } = new TextEncoder().encodeInto(text, target);
  return { content: text.slice(0, read), isTruncated: read < text.length };
}
