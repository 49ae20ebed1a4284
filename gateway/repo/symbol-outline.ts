/**
 * A rough outline of a source file: where its outermost definitions begin and end, and the members of what is too long
 * for one chunk. By indentation and braces, without a parser: it serves to cut files at sensible places, and a mistake
 * costs a chunk that begins a few lines off, never a line that is lost (see chunk-plan.ts).
 */
import { extname } from 'node:path';
import { MAX_CHUNK_LINES } from '../../shared/limits.ts';
import { MAX_OUTLINE_LINE_CHARS, MAX_OUTLINE_LINES } from './repo-limits.ts';
import { definitionIn, type Family } from './symbol-patterns.ts';

/** 1-based and inclusive. */
export interface OutlineSymbol {
  readonly symbol: string;
  readonly start_line: number;
  readonly end_line: number;
}

const FAMILIES: ReadonlyMap<string, Family> = new Map(
  Object.entries({
    script: '.ts .tsx .mts .cts .js .jsx .mjs .cjs .vue .svelte',
    python: '.py .pyi .pyx',
    ruby: '.rb .rake .ex .exs .lua',
    c: '.c .h .cc .cpp .cxx .hh .hpp .hxx .m .mm .cu .glsl',
    go: '.go',
    rust: '.rs',
    java: '.java .kt .kts .cs .scala .swift .dart .groovy .php',
    shell: '.sh .bash .zsh',
  } satisfies Record<Family, string>).flatMap(([family, extensions]) =>
    // The keys above are exactly the families, which `satisfies` has checked.
    extensions.split(' ').map((extension) => [extension, family as Family] as const),
  ),
);

interface Found {
  readonly symbol: string;
  readonly line: number;
  readonly indent: number;
}

/**
 * @param source the file's text, or its lines
 * @param filePath its extension tells the language
 * @returns in order, none overlapping; nothing for a language that is not known
 */
export function outline(source: string | readonly string[], filePath: string): OutlineSymbol[] {
  const family = FAMILIES.get(extname(filePath).toLowerCase());
  if (family === undefined) return [];
  const all = typeof source === 'string' ? source.split('\n', MAX_OUTLINE_LINES) : source;
  const lines = all
    .slice(0, MAX_OUTLINE_LINES)
    .map((line) => line.slice(0, MAX_OUTLINE_LINE_CHARS).trimEnd());
  const found = findDefinitions(lines, family);
  return within(found, lines, 1, lines.length);
}

/** Tabs count as four: only comparisons inside one file matter. */
function indentOf(line: string): number {
  let width = 0;
  for (const char of line) {
    if (char === ' ') width += 1;
    else if (char === '\t') width += 4;
    else break;
  }
  return width;
}

function findDefinitions(lines: readonly string[], family: Family): Found[] {
  const found: Found[] = [];
  for (const [i, line] of lines.entries()) {
    const symbol = definitionIn(line, family);
    if (symbol !== undefined) found.push({ symbol, line: i + 1, indent: indentOf(line) });
  }
  return found;
}

/** The outermost definitions of a range; one that is too long for a chunk is replaced by its head and its members. */
function within(
  found: readonly Found[],
  lines: readonly string[],
  from: number,
  to: number,
): OutlineSymbol[] {
  const outermost = found.reduce((least, item) => Math.min(least, item.indent), Number.POSITIVE_INFINITY);
  const outer = found.filter((item) => item.indent === outermost);
  const symbols: OutlineSymbol[] = [];
  let next = from;
  for (const [i, item] of outer.entries()) {
    if (item.line < next) continue;
    const following = outer[i + 1];
    const limit = following === undefined ? to : startWithHead(lines, following.line, item.line + 1) - 1;
    const start = startWithHead(lines, item.line, next);
    const end = endOf(lines, item, limit);
    next = end + 1;
    symbols.push(...split({ symbol: item.symbol, start_line: start, end_line: end }, found, lines, item));
  }
  return symbols;
}

function split(
  whole: OutlineSymbol,
  found: readonly Found[],
  lines: readonly string[],
  item: Found,
): OutlineSymbol[] {
  if (whole.end_line - whole.start_line < MAX_CHUNK_LINES) return [whole];
  const inner = found.filter((f) => f.indent > item.indent && f.line > item.line && f.line <= whole.end_line);
  const members = inner.length === 0 ? [] : within(inner, lines, item.line + 1, whole.end_line);
  const first = members[0];
  if (first === undefined) return [whole];
  const head = { symbol: item.symbol, start_line: whole.start_line, end_line: first.start_line - 1 };
  return [head, ...members.map((m) => ({ ...m, symbol: `${item.symbol}.${m.symbol}` }))];
}

/** Comments, decorators and attributes directly above belong to a definition. */
function startWithHead(lines: readonly string[], line: number, notBefore: number): number {
  let start = line;
  while (start > notBefore && /^\s*(?:\/\/|\/\*|\*|#(?!\w)|@|--|\[)/.test(lines[start - 2] ?? '')) start -= 1;
  return start;
}

/** The last line before `limit` that is deeper than the definition, and its closing line. */
function endOf(lines: readonly string[], item: Found, limit: number): number {
  let end = item.line;
  for (let at = item.line + 1; at <= limit; at += 1) {
    const line = lines[at - 1] ?? '';
    if (line.trim() === '') continue;
    const isDeeper = indentOf(line) > item.indent;
    const isClosing = /^\s*(?:[)\]}{]|end\b|else\b|except\b|finally\b|catch\b|where\b)/.test(line);
    if (!isDeeper && !isClosing) break;
    end = at;
    if (!isDeeper && /^\s*(?:\}[;,)]*|end)\s*$/.test(line)) break;
  }
  return end;
}
