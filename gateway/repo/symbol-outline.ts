/**
 * A rough outline of a source file: where its outermost definitions begin and end, and the members of what is too long
 * for one chunk. By indentation and braces, without a parser: it serves to cut files at sensible places, and a mistake
 * costs a chunk that begins a few lines off, never a line that is lost (see chunk-plan.ts).
 */
import { extname } from 'node:path';
import { MAX_CHUNK_LINES } from '../../shared/limits.ts';
import { MAX_OUTLINE_LINE_CHARS, MAX_OUTLINE_LINES } from './repo-limits.ts';
import { definitionIn, type Family, isContainer } from './symbol-patterns.ts';

/** Definitions looked at to find the one that ends another: a file of ever deeper lines must not cost their square. */
const MAX_NESTED_LOOKAHEAD = 2_000;
/** Levels of definitions that are opened: each costs a look at all lines below it. */
const MAX_OPENED_LEVELS = 16;

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
  /** Whether what it holds are definitions in their own right: a class, not a function. */
  readonly isContainer: boolean;
}

export interface OutlineOptions {
  /**
   * `outermost` (the default) for chunks of a file in order: only what is too long for one chunk is opened.
   * `members` for finding things: classes are given as their heads and their members, and definitions are also found
   * in what is none itself (`if`, `try`, a call that wraps a module).
   */
  readonly depth?: 'outermost' | 'members';
}

interface Text {
  readonly lines: readonly string[];
  readonly family: Family;
  readonly depth: 'outermost' | 'members';
}

/**
 * @param source the file's text, or its lines
 * @param filePath its extension tells the language
 * @returns in order, none overlapping; nothing for a language that is not known
 */
export function outline(
  source: string | readonly string[],
  filePath: string,
  options: OutlineOptions = {},
): OutlineSymbol[] {
  const family = familyOf(filePath);
  if (family === undefined) return [];
  const all = typeof source === 'string' ? source.split('\n', MAX_OUTLINE_LINES) : source;
  const lines = all
    .slice(0, MAX_OUTLINE_LINES)
    .map((line) => line.slice(0, MAX_OUTLINE_LINE_CHARS).trimEnd());
  const text: Text = { lines, family, depth: options.depth ?? 'outermost' };
  return within(findDefinitions(lines, family), text, 1, lines.length, 0);
}

/** The family of a file's language, or nothing where its extension tells none. */
export const familyOf = (filePath: string): Family | undefined =>
  FAMILIES.get(extname(filePath).toLowerCase());

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
    if (symbol === undefined) continue;
    found.push({ symbol, line: i + 1, indent: indentOf(line), isContainer: isContainer(line) });
  }
  return found;
}

/** The outermost definitions of a range; one that is opened is replaced by its head and its members. */
function within(
  found: readonly Found[],
  text: Text,
  from: number,
  to: number,
  level: number,
): OutlineSymbol[] {
  const { lines } = text;
  const symbols: OutlineSymbol[] = [];
  const outer = outermostOf(found, text);
  let next = from;
  for (const [i, item] of outer.entries()) {
    if (item.line < next) continue;
    const following = followingOf(outer, i, item.indent);
    const limit = following === undefined ? to : startWithHead(lines, following.line, item.line + 1) - 1;
    const start = startWithHead(lines, item.line, next);
    const end = endOf(text, item, limit);
    next = end + 1;
    const whole = { symbol: item.symbol, start_line: start, end_line: end };
    symbols.push(...split(whole, found, text, item, level));
  }
  return symbols;
}

/** The next definition that is no deeper: where another one must have ended. */
function followingOf(outer: readonly Found[], index: number, indent: number): Found | undefined {
  for (let at = index + 1; at <= index + MAX_NESTED_LOOKAHEAD; at += 1) {
    const next = outer[at];
    if (next === undefined || next.indent <= indent) return next;
  }
  return undefined;
}

/** Definitions that may begin a symbol of a range; of several levels, what lies in another is passed over by its line. */
function outermostOf(found: readonly Found[], text: Text): readonly Found[] {
  if (text.depth === 'members') return found;
  const outermost = found.reduce((least, item) => Math.min(least, item.indent), Number.POSITIVE_INFINITY);
  return found.filter((item) => item.indent === outermost);
}

function split(
  whole: OutlineSymbol,
  found: readonly Found[],
  text: Text,
  item: Found,
  level: number,
): readonly OutlineSymbol[] {
  const isLong = whole.end_line - whole.start_line >= MAX_CHUNK_LINES;
  const isOpened = isLong || (text.depth === 'members' && item.isContainer);
  if (!isOpened || level >= MAX_OPENED_LEVELS) return [whole];
  const inner: Found[] = [];
  for (let at = firstAfter(found, item.line); at < found.length; at += 1) {
    const member = found[at];
    if (member === undefined || member.line > whole.end_line) break;
    if (member.indent > item.indent) inner.push(member);
  }
  const members = inner.length === 0 ? [] : within(inner, text, item.line + 1, whole.end_line, level + 1);
  const first = members[0];
  if (first === undefined) return [whole];
  const head = { symbol: item.symbol, start_line: whole.start_line, end_line: first.start_line - 1 };
  return [head, ...members.map((m) => ({ ...m, symbol: `${item.symbol}.${m.symbol}` }))];
}

/** Index of the first definition below a line, found by halving: a file may have as many definitions as lines. */
function firstAfter(found: readonly Found[], line: number): number {
  let low = 0;
  let high = found.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((found[middle]?.line ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Comments, decorators and attributes directly above belong to a definition. */
function startWithHead(lines: readonly string[], line: number, notBefore: number): number {
  let start = line;
  while (start > notBefore && /^\s*(?:\/\/|\/\*|\*|#(?!\w)|@|--|\[)/.test(lines[start - 2] ?? '')) start -= 1;
  return start;
}

/** The last line before `limit` that is deeper than the definition, and its closing line. */
function endOf({ lines, family }: Text, item: Found, limit: number): number {
  let end = item.line;
  for (let at = item.line + 1; at <= limit; at += 1) {
    const line = lines[at - 1] ?? '';
    if (line.trim() === '') continue;
    const isDeeper = indentOf(line) > item.indent;
    const isClosing = /^\s*(?:[)\]}{]|end\b|else\b|except\b|finally\b|catch\b|where\b)/.test(line);
    // A label and a condition of the preprocessor stand at the margin in the middle of a function.
    const isMargin = family === 'c' && /^(?:\w+:$|#\s*(?:if|ifdef|ifndef|else|elif|endif)\b)/.test(line);
    if (!isDeeper && !isClosing && !isMargin) break;
    end = at;
    if (!isDeeper && /^\s*(?:\}[;,)]*|end)\s*$/.test(line)) break;
  }
  return end;
}
