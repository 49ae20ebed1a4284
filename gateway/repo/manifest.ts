/**
 * `fs.manifest`: every regular file below a folder, once, where it really is (links are left out), with its hash.
 */
import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_FS_LIST_ITEMS } from '../../shared/limits.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { FileFacts } from './file-facts.ts';
import { PageBudget } from './page-budget.ts';
import type { PathGuard } from './path-guard.ts';
import { unlessRefused } from './refused.ts';
import { MAX_MANIFEST_PAGE_BYTES, MAX_PATH_DEPTH } from './repo-limits.ts';
import { shortHash } from './short-hash.ts';
import { walkTree } from './walk-tree.ts';

export interface ManifestFile {
  readonly path: string;
  readonly size: number;
  /** First 16 hex digits of the file's SHA-256. */
  readonly hash: string;
  readonly lines: number;
}

export interface ManifestOptions {
  readonly guard: PathGuard;
  readonly facts: FileFacts;
  readonly roots: readonly string[];
  readonly root: string;
  readonly cursor?: string | undefined;
  /** Ends the listing with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** Files of a page, at most MAX_FS_LIST_ITEMS. */
  readonly limit?: number | undefined;
}

export interface ManifestPage {
  readonly files: readonly ManifestFile[];
  /** Bytes of this page's files. */
  readonly total_size: number;
  /** Whether there may be more, with `nextCursor`. */
  readonly truncated: boolean;
  readonly nextCursor?: string;
}

/**
 * A page ends at `limit` files, once it has read MAX_MANIFEST_PAGE_BYTES, or when its walk has taken too long. A file
 * that is written to at every attempt to read it is left out: no hash of it would be true.
 *
 * @throws `NOT_A_DIRECTORY`, `NOT_FOUND`, `PATH_OUTSIDE_ROOTS`, `PATH_RESTRICTED` for `root`
 * @throws `INVALID_ARGUMENT` a limit below 1, a cursor of another listing
 */
export async function buildManifest(options: ManifestOptions): Promise<ManifestPage> {
  const { guard, facts, roots, root, limit = MAX_FS_LIST_ITEMS } = options;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new RlmError('INVALID_ARGUMENT', 'limit must be a whole number from 1.');
  }
  const listing = ['manifest', root];
  let last = options.cursor === undefined ? undefined : decodeCursor(listing, options.cursor);
  const files: ManifestFile[] = [];
  const budget = new PageBudget();
  let totalSize = 0;
  for await (const { path, kind } of walkTree({
    guard,
    roots,
    root,
    depth: MAX_PATH_DEPTH,
    after: last,
    signal: options.signal,
  })) {
    const isFull = files.length >= Math.min(limit, MAX_FS_LIST_ITEMS) || totalSize >= MAX_MANIFEST_PAGE_BYTES;
    if (last !== undefined && (budget.isSpent || (isFull && kind === 'file'))) {
      return { files, total_size: totalSize, truncated: true, nextCursor: encodeCursor(listing, last) };
    }
    const file = kind === 'file' ? await describe(guard, facts, roots, path) : undefined;
    if (file !== undefined) {
      files.push(file);
      totalSize += file.size;
    }
    last = path;
    budget.spendEntry();
  }
  return { files, total_size: totalSize, truncated: false };
}

async function describe(
  guard: PathGuard,
  facts: FileFacts,
  roots: readonly string[],
  path: string,
): Promise<ManifestFile | undefined> {
  const opened = await unlessRefused(guard.open(path, roots, 'file'));
  if (opened === undefined) return undefined;
  await using _ = opened;
  // It was a file when its folder was read; by now it may be a link to one that the manifest has already.
  if (opened.path !== path) return undefined;
  try {
    const { size, sha256, totalLines } = await facts.get(opened);
    return { path, size, hash: shortHash(sha256), lines: totalLines };
  } catch (error) {
    if (isRlmError(error) && error.code === 'STALE_HANDLE') return undefined;
    throw error;
  }
}
