/**
 * Paths as callers write them: relative to the repository's root, `/`-separated, NFC. This file is lexical only;
 * what a path really leads to is decided by path-guard.ts on an open descriptor.
 */
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_PATH_BYTES } from '../../shared/limits.ts';
import { MAX_PATH_DEPTH } from './repo-limits.ts';

/** The repository's root, as a path. */
export const ROOT_PATH = '.';

/** C0, DEL and C1: they forge lines in logs and terminals, and no honest source file has them in its name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;
const DRIVE_LETTER = /^[a-z]:/i;

/**
 * @param argument the name of the tool's argument, for the error's sentence
 * @returns the path without `.`, `..` or empty segments; `.` for the root
 * @throws `PATH_OUTSIDE_ROOTS` absolute paths, drive letters, UNC, `..` that leaves the root
 * @throws `INVALID_ARGUMENT` empty, backslashes, control characters, text that is not Unicode
 * @throws `LIMIT_EXCEEDED` longer than MAX_PATH_BYTES or deeper than MAX_PATH_DEPTH
 */
export function normaliseRepoPath(input: string, argument: string): string {
  if (input === '') {
    throw new RlmError('INVALID_ARGUMENT', `${argument} is empty; use "." for the repository's root.`);
  }
  // A string has at most three UTF-8 bytes a code unit, so this stops a huge string before anything copies it.
  if (input.length > MAX_PATH_BYTES || Buffer.byteLength(input) > MAX_PATH_BYTES) {
    throw new RlmError('LIMIT_EXCEEDED', `${argument} is longer than ${MAX_PATH_BYTES} bytes of UTF-8.`);
  }
  // A lone surrogate would reach the disk as U+FFFD, that is as another name than the one that was checked.
  if (!input.isWellFormed()) {
    throw new RlmError('INVALID_ARGUMENT', `${argument} is not well-formed Unicode.`);
  }
  const path = input.normalize('NFC');
  if (CONTROL_CHARACTER.test(path)) {
    throw new RlmError('INVALID_ARGUMENT', `${argument} holds NUL or another control character.`);
  }
  if (path.startsWith('/') || path.startsWith('\\\\') || DRIVE_LETTER.test(path)) {
    throw new RlmError('PATH_OUTSIDE_ROOTS', `${argument} must be relative to the repository's root.`);
  }
  if (path.includes('\\')) {
    throw new RlmError('INVALID_ARGUMENT', `${argument} holds a backslash; separate folders with "/".`);
  }
  return collapse(path, argument);
}

function collapse(path: string, argument: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') {
      kept.push(segment);
    } else if (kept.pop() === undefined) {
      throw new RlmError('PATH_OUTSIDE_ROOTS', `${argument} leaves the repository's root with "..".`);
    }
  }
  if (kept.length > MAX_PATH_DEPTH) {
    throw new RlmError('LIMIT_EXCEEDED', `${argument} has more than ${MAX_PATH_DEPTH} folders.`);
  }
  const collapsed = kept.length === 0 ? ROOT_PATH : kept.join('/');
  // `x/../C:/y` must not become the drive letter that was refused above.
  if (DRIVE_LETTER.test(collapsed)) {
    throw new RlmError('PATH_OUTSIDE_ROOTS', `${argument} must be relative to the repository's root.`);
  }
  return collapsed;
}

/** Whether `normaliseRepoPath` can ever return a path that ends in this name; other names are not listed. */
export function isAddressable(path: string): boolean {
  return !CONTROL_CHARACTER.test(path) && !path.includes('\\') && !DRIVE_LETTER.test(path);
}

/** Whether a normalised path is a normalised root or lies below it. */
export function isWithin(path: string, root: string): boolean {
  return root === ROOT_PATH || path === root || path.startsWith(`${root}/`);
}

export function joinPath(parent: string, name: string): string {
  return parent === ROOT_PATH ? name : `${parent}/${name}`;
}

/** Segments of a normalised path; none for the root. */
export function segmentsOf(path: string): string[] {
  return path === ROOT_PATH ? [] : path.split('/');
}

/**
 * The order of listings: a folder before what is in it, names by code unit. Comparing whole strings instead would
 * put `a-b` between `a` and `a/x`, and a cursor could then skip entries.
 */
export function comparePaths(left: string, right: string): number {
  const a = segmentsOf(left);
  const b = segmentsOf(right);
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const [x, y] = [a[i] ?? '', b[i] ?? ''];
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.length - b.length;
}
