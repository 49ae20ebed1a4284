/**
 * Git-style globs whose cost is bounded for every input: `*`, `?`, `[a-z]`, `[!a]`, `**`, `{a,b}`, `\x`.
 *
 * Callers choose both the pattern and, often, the names. Libraries turn globs into backtracking regular expressions,
 * where `*a*a*a*a*b` takes minutes on one name; this matcher returns to the last star only, which is enough for globs
 * and costs at most (pattern length x name length). Its answers are compared with picomatch's in the tests.
 */
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_GLOB_ALTERNATIVES } from './repo-limits.ts';

export type GlobToken =
  | { readonly kind: 'literal'; readonly char: string }
  | { readonly kind: 'any-char' }
  | { readonly kind: 'star' }
  | {
      readonly kind: 'class';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** One segment of a pattern; `**` spans any number of segments. */
export type GlobSegment = '**' | readonly GlobToken[];

const STAR: GlobToken = { kind: 'star' };
const ANY_CHAR: GlobToken = { kind: 'any-char' };

/**
 * @param argument the tool's argument, for the error's sentence
 * @returns one list of segments for each alternative of its braces
 * @throws `LIMIT_EXCEEDED` braces with too many alternatives
 */
export function parseGlob(pattern: string, argument: string): GlobSegment[][] {
  return expandBraces(pattern, argument).map((plain) => splitSegments(plain).map(parseSegment));
}

/** A slash always separates, also inside brackets: no class may match one. */
function splitSegments(pattern: string): string[] {
  return pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
}

function parseSegment(text: string): GlobSegment {
  if (text === '**') return '**';
  const chars = Array.from(text);
  const tokens: GlobToken[] = [];
  let at = 0;
  while (at < chars.length) {
    const char = chars[at] ?? '';
    if (char === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push(STAR);
      at += 1;
    } else if (char === '?') {
      tokens.push(ANY_CHAR);
      at += 1;
    } else if (char === '[') {
      const parsed = parseClass(chars, at);
      tokens.push(parsed?.token ?? { kind: 'literal', char });
      at = parsed?.next ?? at + 1;
    } else {
      const isEscape = char === '\\' && at + 1 < chars.length;
      tokens.push({ kind: 'literal', char: isEscape ? (chars[at + 1] ?? '') : char });
      at += isEscape ? 2 : 1;
    }
  }
  return tokens;
}

/** A class that is never closed is a literal `[`, as in a shell. */
function parseClass(chars: readonly string[], open: number): { token: GlobToken; next: number } | undefined {
  let at = open + 1;
  const negated = chars[at] === '!' || chars[at] === '^';
  if (negated) at += 1;
  const ranges: (readonly [string, string])[] = [];
  for (let first = true; ; first = false) {
    let low = chars[at];
    if (low === undefined) return undefined;
    if (low === ']' && !first) return { token: { kind: 'class', negated, ranges }, next: at + 1 };
    if (low === '\\') {
      at += 1;
      low = chars[at];
      if (low === undefined) return undefined;
    }
    const high = chars[at + 2];
    if (chars[at + 1] === '-' && high !== undefined && high !== ']') {
      ranges.push([low, high]);
      at += 3;
    } else {
      ranges.push([low, low]);
      at += 1;
    }
  }
}

/** `a{b,c}d` becomes `abd`, `acd`. A brace without a comma or without an end is literal. */
function expandBraces(pattern: string, argument: string): string[] {
  const waiting = [pattern];
  const done: string[] = [];
  while (waiting.length > 0) {
    const next = waiting.pop() ?? '';
    const brace = findBrace(next);
    if (brace === undefined) {
      done.push(next);
    } else {
      for (const option of brace.options) waiting.push(brace.before + option + brace.after);
    }
    if (waiting.length + done.length > MAX_GLOB_ALTERNATIVES) {
      throw new RlmError(
        'LIMIT_EXCEEDED',
        `${argument} has braces with more than ${MAX_GLOB_ALTERNATIVES} alternatives.`,
      );
    }
  }
  return done.reverse();
}

interface Brace {
  readonly before: string;
  readonly options: readonly string[];
  readonly after: string;
}

/** The first complete brace group, found in one pass with a stack so that `{{{{` stays cheap. */
function findBrace(pattern: string): Brace | undefined {
  const open: { at: number; commas: number[] }[] = [];
  let best: { start: number; end: number; commas: readonly number[] } | undefined;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '\\') at += 1;
    else if (char === '{') open.push({ at, commas: [] });
    else if (char === ',') open.at(-1)?.commas.push(at);
    else if (char === '}') {
      const group = open.pop();
      const isOuter = group !== undefined && (best === undefined || group.at < best.start);
      if (isOuter && group.commas.length > 0) best = { start: group.at, end: at, commas: group.commas };
    }
  }
  if (best === undefined) return undefined;
  const { start, end } = best;
  const cuts = [start, ...best.commas, end];
  const options = cuts.slice(1).map((cut, i) => pattern.slice((cuts[i] ?? start) + 1, cut));
  return { before: pattern.slice(0, start), options, after: pattern.slice(end + 1) };
}

/** Whether one name matches one segment of a pattern. */
export function matchSegment(tokens: readonly GlobToken[], name: readonly string[]): boolean {
  return matchWithStar(
    tokens.length,
    name.length,
    (p) => tokens[p]?.kind === 'star',
    (p, n) => matchesChar(tokens[p], name[n] ?? ''),
  );
}

/**
 * Whether a whole path matches. A `**` in the middle spans no segment or more; at the end one or more, so that
 * `src/**` does not name `src` itself.
 */
export function matchGlob(pattern: readonly GlobSegment[], path: readonly (readonly string[])[]): boolean {
  const endsInside = pattern.at(-1) === '**';
  const segments: readonly GlobSegment[] = endsInside ? [...pattern, [STAR]] : pattern;
  return matchWithStar(
    segments.length,
    path.length,
    (p) => segments[p] === '**',
    (p, n) => {
      const segment = segments[p];
      return segment !== undefined && segment !== '**' && matchSegment(segment, path[n] ?? []);
    },
  );
}

/**
 * Both levels of a glob are the same puzzle: items that match one thing each, and stars that match any run. Only the
 * last star seen needs to be tried again, since whatever an earlier star could still take, the last one can as well.
 */
function matchWithStar(
  patternLength: number,
  length: number,
  isStar: (at: number) => boolean,
  matchesOne: (patternAt: number, at: number) => boolean,
): boolean {
  let p = 0;
  let n = 0;
  let starAt = -1;
  let starTook = 0;
  while (n < length) {
    if (p < patternLength && isStar(p)) {
      starAt = p;
      starTook = n;
      p += 1;
    } else if (p < patternLength && matchesOne(p, n)) {
      p += 1;
      n += 1;
    } else if (starAt >= 0) {
      starTook += 1;
      n = starTook;
      p = starAt + 1;
    } else {
      return false;
    }
  }
  while (p < patternLength && isStar(p)) p += 1;
  return p === patternLength;
}

function matchesChar(token: GlobToken | undefined, char: string): boolean {
  switch (token?.kind) {
    case 'literal':
      return token.char === char;
    case 'any-char':
      return true;
    case 'class':
      return token.ranges.some(([low, high]) => low <= char && char <= high) !== token.negated;
    default:
      return false;
  }
}
