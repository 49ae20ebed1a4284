/**
 * What of a file's text is indexed, and how: the same for the thread that builds the index and for a search that
 * finds a file changed.
 */
import type { OpenedPath } from '../opened-path.ts';
import { BINARY_PROBE_BYTES } from '../repo-limits.ts';
import { type ChunkTerms, termsOfChunk } from './chunk-terms.ts';
import { type Chunk, chunksOf } from './chunks.ts';
import { MAX_INDEXED_FILE_BYTES } from './index-limits.ts';

export type ChunkWithTerms = Chunk & { readonly terms: ChunkTerms };

/** A file's lines without their ends; a last line without one counts. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function chunksWithTerms(lines: readonly string[], filePath: string): ChunkWithTerms[] {
  return chunksOf(lines, filePath).map((chunk) => ({
    ...chunk,
    terms: termsOfChunk(chunk, lines, filePath),
  }));
}

/** The text of a file, or nothing where it is binary or too large. Read up to a bound, however it grows meanwhile. */
export async function readIndexedText(opened: OpenedPath): Promise<string | undefined> {
  const size = Number(opened.stat.size);
  if (size > MAX_INDEXED_FILE_BYTES) return undefined;
  const buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await opened.handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length > size) return undefined;
  const bytes = buffer.subarray(0, length);
  return bytes.subarray(0, BINARY_PROBE_BYTES).includes(0) ? undefined : bytes.toString('utf8');
}
