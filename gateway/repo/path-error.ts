/**
 * The one border between the operating system's errors and the contract's. Sentences name the path as the caller gave
 * it, never a path of this host.
 */
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { ROOT_PATH } from './repo-path.ts';

const shown = (path: string): string => (path === ROOT_PATH ? 'the repository’s root' : `"${path}"`);

export const outsideRoots = (path: string): RlmError =>
  new RlmError('PATH_OUTSIDE_ROOTS', `${shown(path)} is not inside the session's roots.`);

/** Says nothing about whether the path exists: it is refused for its name, before anything is looked up. */
export const restricted = (path: string): RlmError =>
  new RlmError('PATH_RESTRICTED', `${shown(path)} is closed by policy, whether it exists or not.`);

export const notFound = (path: string): RlmError => new RlmError('NOT_FOUND', `There is no ${shown(path)}.`);

export const notAFile = (path: string): RlmError =>
  new RlmError('NOT_A_FILE', `${shown(path)} is not a regular file.`);

export const notADirectory = (path: string): RlmError =>
  new RlmError('NOT_A_DIRECTORY', `${shown(path)} is not a directory.`);

export const changedWhileRead = (path: string): RlmError =>
  new RlmError('STALE_HANDLE', `${shown(path)} changed while it was read.`);

/** Absent, and present but not ours to read, are one answer: a caller can do nothing about either. */
const ABSENT = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'ELOOP',
  'ENAMETOOLONG',
  'ESTALE',
  'ENXIO',
  'ENODEV',
]);

export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns a failed system call on `path` into an error of ours. What is not about the path (no descriptors left, a bad
 * disk) is `INTERNAL`: the caller is not to be blamed for it.
 */
export function fromSystem(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (error instanceof RlmError || errno === undefined) return error;
  if (ABSENT.has(errno)) return notFound(path);
  return new RlmError('INTERNAL', `The gateway could not read ${shown(path)} (${errno}).`);
}
