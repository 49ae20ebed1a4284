/**
 * Cuts a file into what a question is answered with: its definitions, and windows of lines between them.
 */
import { extname } from 'node:path';
import { type OutlineSymbol, outline } from '../symbol-outline.ts';
import { headingSections } from './headings.ts';
import { MAX_CHUNK_LINES_INDEXED, MAX_FILE_CHUNKS, WINDOW_LINES } from './index-limits.ts';

/** `definition` names something; `part` continues a long one; `window` is what lies between. */
export type ChunkKind = 'definition' | 'part' | 'window';

/** Lines are 1-based and inclusive. */
export interface Chunk {
  readonly kind: ChunkKind;
  /** What it defines, without what it is a member of; empty for a window. */
  readonly name: string;
  /** What the definition is a member of, outermost first and with dots between. */
  readonly parent: string;
  readonly startLine: number;
  readonly endLine: number;
}

const MARKDOWN = new Set(['.md', '.mdx', '.markdown']);

/** In order, none overlapping; what holds no letter or digit is left out, and what is past MAX_FILE_CHUNKS. */
export function chunksOf(lines: readonly string[], filePath: string): Chunk[] {
  const isMarkdown = MARKDOWN.has(extname(filePath).toLowerCase());
  const symbols = isMarkdown ? headingSections(lines) : outline(lines, filePath, { depth: 'members' });
  const chunks: Chunk[] = [];
  let next = 1;
  for (const symbol of withoutRuns(symbols)) {
    addWindows(chunks, lines, next, symbol.start_line - 1);
    addDefinition(chunks, symbol);
    next = symbol.end_line + 1;
  }
  addWindows(chunks, lines, next, lines.length);
  return chunks.slice(0, MAX_FILE_CHUNKS);
}

/** Definitions of one line each, one below the other (imports, constants), are read together: as windows. */
function withoutRuns(symbols: readonly OutlineSymbol[]): OutlineSymbol[] {
  const isLine = (at: number, line: number): boolean =>
    symbols[at]?.start_line === line && symbols[at]?.end_line === line;
  return symbols.filter(({ start_line: line }, at) => {
    const isInRun =
      isLine(at, line) &&
      ((isLine(at - 1, line - 1) && (isLine(at - 2, line - 2) || isLine(at + 1, line + 1))) ||
        (isLine(at + 1, line + 1) && isLine(at + 2, line + 2)));
    return !isInRun;
  });
}

function addDefinition(chunks: Chunk[], { symbol, start_line, end_line }: OutlineSymbol): void {
  const path = symbol.split(/\.|::/).filter((name) => name !== '');
  const name = path.at(-1) ?? symbol;
  const parent = path.slice(0, -1).join('.');
  for (let start = start_line; start <= end_line; start += MAX_CHUNK_LINES_INDEXED) {
    const endLine = Math.min(start + MAX_CHUNK_LINES_INDEXED - 1, end_line);
    chunks.push({
      kind: start === start_line ? 'definition' : 'part',
      name,
      parent,
      startLine: start,
      endLine,
    });
  }
}

function addWindows(chunks: Chunk[], lines: readonly string[], from: number, to: number): void {
  for (let start = from; start <= to; start += WINDOW_LINES) {
    const endLine = Math.min(start + WINDOW_LINES - 1, to);
    if (!lines.slice(start - 1, endLine).some((line) => /[\p{L}\p{N}]/u.test(line))) continue;
    chunks.push({ kind: 'window', name: '', parent: '', startLine: start, endLine });
  }
}
