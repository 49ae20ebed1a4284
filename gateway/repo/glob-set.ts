/**
 * The `patterns` of `fs.list` and `include_patterns` of a search, read as git and fd users expect:
 *
 * - without a slash a pattern matches a name at any depth; with one it is anchored, at the repository's root or at
 *   the folder that is listed or searched, whichever fits;
 * - a pattern that matches a folder takes in everything below it; a trailing slash matches folders only;
 * - a leading `!` excludes; dot files match like others; letter case counts.
 */
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_GLOB_BYTES, MAX_GLOBS } from '../../shared/limits.ts';
import { type GlobSegment, type GlobToken, matchGlob, parseGlob } from './glob.ts';
import { MAX_GLOB_ALTERNATIVES } from './repo-limits.ts';
import { isWithin, ROOT_PATH, segmentsOf } from './repo-path.ts';

interface Rule {
  readonly isExclusion: boolean;
  readonly isFolderOnly: boolean;
  readonly isAnchored: boolean;
  readonly segments: readonly GlobSegment[];
}

export class GlobSet {
  readonly #included: readonly Rule[];
  readonly #excluded: readonly Rule[];

  private constructor(rules: readonly Rule[]) {
    this.#included = rules.filter((rule) => !rule.isExclusion);
    this.#excluded = rules.filter((rule) => rule.isExclusion);
  }

  /**
   * @param argument the tool's argument, for the error's sentence
   * @throws `LIMIT_EXCEEDED` more than MAX_GLOBS patterns, or one longer than MAX_GLOB_BYTES
   * @throws `INVALID_ARGUMENT` an empty pattern, one with NUL, or one that leaves the root
   */
  static parse(patterns: readonly string[], argument: string): GlobSet {
    if (patterns.length > MAX_GLOBS) {
      throw new RlmError(
        'LIMIT_EXCEEDED',
        `${argument} has ${patterns.length} patterns; at most ${MAX_GLOBS}.`,
      );
    }
    const rules = patterns.flatMap((pattern) => parseRules(pattern, argument));
    if (rules.length > MAX_GLOB_ALTERNATIVES) {
      throw new RlmError(
        'LIMIT_EXCEEDED',
        `${argument} has braces with more than ${MAX_GLOB_ALTERNATIVES} alternatives.`,
      );
    }
    return new GlobSet(rules);
  }

  get isEmpty(): boolean {
    return this.#included.length === 0 && this.#excluded.length === 0;
  }

  /**
   * @param path normalised, relative to the repository's root
   * @param base the folder that is listed or searched; anchored patterns may also be relative to it
   */
  matches(path: string, isFolder: boolean, base: string = ROOT_PATH): boolean {
    const forms = formsOf(path, base);
    const hit = (rule: Rule): boolean => forms.some((form) => matchesRule(rule, form, isFolder));
    if (this.#excluded.some(hit)) return false;
    return this.#included.length === 0 || this.#included.some(hit);
  }

  /**
   * The included patterns in ripgrep's dialect, never narrower than ours: they only save it work, since every hit is
   * checked again with `matches`. Written anew from the parsed form, so that no caller's text is read as an option.
   */
  toRipgrepGlobs(base: string): string[] {
    const anchors = base === ROOT_PATH ? ['/'] : ['/', `/${segmentsOf(base).map(escapeGlob).join('/')}/`];
    return this.#included.flatMap((rule) => {
      const text = rule.segments.map(writeSegment).join('/');
      const starts = rule.isAnchored ? anchors : ['**/'];
      return starts.flatMap((start) => [`${start}${text}`, `${start}${text}/**`]);
    });
  }
}

function parseRules(pattern: string, argument: string): Rule[] {
  if (Buffer.byteLength(pattern) > MAX_GLOB_BYTES) {
    throw new RlmError('LIMIT_EXCEEDED', `A pattern of ${argument} is longer than ${MAX_GLOB_BYTES} bytes.`);
  }
  const isExclusion = pattern.startsWith('!');
  const text = (isExclusion ? pattern.slice(1) : pattern).normalize('NFC');
  const alternatives = parseGlob(text, argument);
  // Slashes count before braces are opened, so that all alternatives of one pattern are read the same way.
  const isAnchored = text.replace(/\/+$/, '').includes('/');
  return alternatives.map((segments) => {
    const isClimbing = segments.some((s) => s !== '**' && s.length === 2 && s.every(isDot));
    if (segments.length === 0 || text.includes('\0') || isClimbing) {
      throw new RlmError(
        'INVALID_ARGUMENT',
        `${argument} holds a pattern that is empty, has NUL or has "..".`,
      );
    }
    return { isExclusion, isFolderOnly: text.endsWith('/'), isAnchored, segments };
  });
}

const isDot = (token: GlobToken): boolean => token.kind === 'literal' && token.char === '.';

/** A path as lists of characters, from the root and, when it lies below `base`, from there. */
function formsOf(path: string, base: string): string[][][] {
  const whole = segmentsOf(path).map((segment) => Array.from(segment));
  const isBelow = base !== ROOT_PATH && path !== base && isWithin(path, base);
  return isBelow ? [whole, whole.slice(segmentsOf(base).length)] : [whole];
}

function matchesRule(rule: Rule, path: readonly (readonly string[])[], isFolder: boolean): boolean {
  const pattern = rule.isAnchored ? rule.segments : (['**', ...rule.segments] as const);
  // Ending in `**` asks for a folder above the path; that folder matched, so what is below it does too.
  if (matchGlob([...pattern, '**'], path)) return true;
  return (isFolder || !rule.isFolderOnly) && matchGlob(pattern, path);
}

function writeSegment(segment: GlobSegment): string {
  return segment === '**' ? '**' : segment.map(writeToken).join('');
}

function writeToken(token: GlobToken): string {
  switch (token.kind) {
    case 'literal':
      return escapeGlob(token.char);
    case 'star':
      return '*';
    // Classes are written wider than they are: dialects differ in what may stand in one.
    case 'any-char':
    case 'class':
      return '?';
  }
}

/** Text that a glob matches literally. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]{}!]/g, '\\$&');
}
