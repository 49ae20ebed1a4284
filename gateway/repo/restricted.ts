/**
 * Names that are closed by policy wherever they stand in a path: not listed, searched or read.
 */
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_GLOB_BYTES } from '../../shared/limits.ts';
import { type GlobToken, matchSegment, parseGlob } from './glob.ts';
import { escapeGlob } from './glob-set.ts';
import { segmentsOf } from './repo-path.ts';

/** The contract's list; an administrator may give another. */
export const DEFAULT_RESTRICTED: readonly string[] = [
  '.git',
  '.hg',
  '.svn',
  '__pycache__',
  '.venv',
  'venv',
  'node_modules',
  '.pytest_cache',
  '.env',
  '.env.*',
  'secrets',
  'credentials',
  '.secret',
  '.ssh',
  '.aws',
  'id_rsa*',
  'id_ed25519*',
  '*.pem',
  '*.key',
  '*.p12',
  '*.pfx',
  '.netrc',
  '.npmrc',
];

export class RestrictedNames {
  readonly #patterns: readonly string[];
  /** Patterns without a wildcard: nearly all, so that most names cost one look-up. */
  readonly #names = new Set<string>();
  readonly #globs: (readonly GlobToken[])[] = [];

  /** @throws `SETTINGS_INVALID` a pattern that is empty, too long or more than one segment */
  constructor(patterns: readonly string[]) {
    this.#patterns = [...patterns];
    for (const pattern of patterns) this.#add(pattern);
  }

  #add(pattern: string): void {
    if (pattern.includes('/') || pattern === '' || Buffer.byteLength(pattern) > MAX_GLOB_BYTES) {
      throw new RlmError(
        'SETTINGS_INVALID',
        `"${pattern.slice(0, 80)}" can't be a restricted name: it must be one name or glob without "/".`,
      );
    }
    for (const [segment] of parseGlob(fold(pattern), 'restricted')) {
      if (segment === undefined || segment === '**') this.#globs.push([{ kind: 'star' }]);
      else if (segment.every((token) => token.kind === 'literal')) {
        this.#names.add(segment.map((token) => token.char).join(''));
      } else this.#globs.push(segment);
    }
  }

  /** @param relPath normalised or not; `.` and `..` are never restricted */
  isRestricted(relPath: string): boolean {
    return segmentsOf(relPath).some((segment) => this.isRestrictedName(segment));
  }

  isRestrictedName(name: string): boolean {
    if (name === '' || name === '.' || name === '..') return false;
    const folded = fold(name);
    if (this.#names.has(folded)) return true;
    const chars = Array.from(folded);
    return this.#globs.some((glob) => matchSegment(glob, chars));
  }

  /** As they were given, for building the same list elsewhere. */
  get patterns(): readonly string[] {
    return this.#patterns;
  }

  /** For ripgrep: what it need not open. The guard decides; these only save work. */
  toRipgrepGlobs(): string[] {
    return this.#patterns.map((pattern) => (isPlain(pattern) ? escapeGlob(pattern) : pattern));
  }
}

const isPlain = (pattern: string): boolean => !/[*?[{\\]/.test(pattern);

/**
 * One form for all spellings that some file system takes for the same name. Linux folders with case folding, and HFS+
 * and NTFS volumes mounted here, ignore case, compatibility forms and invisible characters: `.g\u200dit` opened `.git`
 * in CVE-2014-9390. Where the file system does tell them apart this closes a look-alike too much, which costs nothing.
 */
function fold(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC');
}
