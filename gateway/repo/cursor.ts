/**
 * Where a listing goes on: the last path it looked at, and a mark of the listing it belongs to. A forged cursor can
 * only choose where to start inside what the caller may see anyway, so it needs no signature.
 */
import { createHash } from 'node:crypto';
import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_CURSOR_CHARS } from './repo-limits.ts';
import { normaliseRepoPath } from './repo-path.ts';

export function encodeCursor(listing: readonly unknown[], path: string): string {
  return Buffer.from(JSON.stringify([markOf(listing), path])).toString('base64url');
}

/** @throws `INVALID_ARGUMENT` for whatever `encodeCursor` did not make for this listing */
export function decodeCursor(listing: readonly unknown[], cursor: string): string {
  const [mark, path] = parse(cursor);
  if (mark !== markOf(listing))
    throw invalid('belongs to another listing; give the same arguments as before');
  return path;
}

function parse(cursor: string): [string, string] {
  if (cursor.length > MAX_CURSOR_CHARS || !/^[\w-]+$/.test(cursor)) throw invalid('is not one of ours');
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(value) || value.length !== 2) throw invalid('is not one of ours');
    const [mark, path]: unknown[] = value;
    if (typeof mark === 'string' && typeof path === 'string' && normaliseRepoPath(path, 'cursor') === path) {
      return [mark, path];
    }
  } catch (error) {
    // Whatever is wrong inside a cursor, a caller can only leave it out.
    if (!(error instanceof SyntaxError) && !isRlmError(error)) throw error;
  }
  throw invalid('is not one of ours');
}

const markOf = (listing: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(listing)).digest('base64url').slice(0, 16);

const invalid = (reason: string): RlmError =>
  new RlmError('INVALID_ARGUMENT', `cursor ${reason}, or leave it out to begin anew.`);
