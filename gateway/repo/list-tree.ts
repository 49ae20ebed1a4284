/**
 * `fs.list`: the files and folders that a session may see below a folder, a page at a time.
 *
 * - A link is listed under its own name as what it leads to, and not descended into; one that leads outside, to a
 *   restricted name or nowhere is not listed.
 * - With patterns, only what matches is listed, folders too, as `fd` does; folders that don't match are still searched.
 * - `hash` is left out for files over MAX_LISTED_HASH_BYTES and once a page has hashed MAX_LIST_PAGE_HASH_BYTES:
 *   a listing must not cost the reading of a repository. Hashes that are known already are always given.
 */
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_FS_LIST_ITEMS, MAX_LIST_DEPTH } from '../../shared/limits.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { FileFacts } from './file-facts.ts';
import { GlobSet } from './glob-set.ts';
import type { OpenedPath } from './opened-path.ts';
import { PageBudget } from './page-budget.ts';
import type { PathGuard } from './path-guard.ts';
import { readFolder } from './read-folder.ts';
import { unlessRefused } from './refused.ts';
import { MAX_LIST_PAGE_HASH_BYTES, MAX_LISTED_HASH_BYTES } from './repo-limits.ts';
import { shortHash } from './short-hash.ts';
import { type TreeEntry, walkTree } from './walk-tree.ts';

/** As the contract has it. */
export interface ListEntry {
  readonly type: 'file' | 'directory' | 'truncated';
  readonly path: string;
  /** Bytes of a file. */
  readonly size?: number;
  /** First 16 hex digits of a file's SHA-256. */
  readonly hash?: string;
  /** A folder's own entries, restricted names not counted. */
  readonly item_count?: number;
  readonly message?: string;
}

export interface ListOptions {
  readonly guard: PathGuard;
  readonly facts: FileFacts;
  readonly roots: readonly string[];
  /** The folder to list. Wider than the roots, it stands for the roots below it. */
  readonly root: string;
  /** Levels, 1 to MAX_LIST_DEPTH. */
  readonly depth: number;
  readonly patterns?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  /** Ends the listing with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** Entries of a page; at most MAX_FS_LIST_ITEMS, one of which is kept for the `truncated` entry. */
  readonly limit?: number | undefined;
}

export interface ListPage {
  readonly entries: readonly ListEntry[];
  /** Set when there may be more. */
  readonly nextCursor?: string;
}

/**
 * @throws `NOT_A_DIRECTORY`, `NOT_FOUND`, `PATH_OUTSIDE_ROOTS`, `PATH_RESTRICTED` for `root`
 * @throws `INVALID_ARGUMENT` a depth or limit below 1, a bad pattern, a cursor of another listing
 * @throws `LIMIT_EXCEEDED` too deep, too many or too long patterns
 */
export async function listTree(options: ListOptions): Promise<ListPage> {
  const { guard, facts, roots, root, depth, patterns = [] } = options;
  checkDepth(depth);
  const limit = pageLimit(options.limit);
  const globs = GlobSet.parse(patterns, 'patterns');
  const listing = ['list', root, depth, patterns];
  let last = options.cursor === undefined ? undefined : decodeCursor(listing, options.cursor);
  const page = new ListPageBuilder(guard, facts, roots, root, globs);
  const budget = new PageBudget();
  for await (const found of walkTree({ guard, roots, root, depth, after: last, signal: options.signal })) {
    const entry = await page.describe(found);
    if (entry !== undefined && page.entries.length >= limit) return cut(page.entries, root, listing, last);
    if (entry !== undefined) page.entries.push(entry);
    last = found.path;
    budget.spendEntry();
    if (budget.isSpent) return cut(page.entries, root, listing, last);
  }
  return { entries: page.entries };
}

/** @param last the last path looked at; the next page starts after it */
function cut(entries: ListEntry[], root: string, listing: unknown[], last: string | undefined): ListPage {
  const message = `Cut after ${entries.length} entries. List with next_cursor, a smaller root or narrower patterns.`;
  const page: ListEntry[] = [...entries, { type: 'truncated', path: root, message }];
  return last === undefined ? { entries: page } : { entries: page, nextCursor: encodeCursor(listing, last) };
}

class ListPageBuilder {
  readonly entries: ListEntry[] = [];
  readonly #guard: PathGuard;
  readonly #facts: FileFacts;
  readonly #roots: readonly string[];
  readonly #base: string;
  readonly #globs: GlobSet;
  #hashedBytes = 0;

  constructor(guard: PathGuard, facts: FileFacts, roots: readonly string[], base: string, globs: GlobSet) {
    this.#guard = guard;
    this.#facts = facts;
    this.#roots = roots;
    this.#base = base;
    this.#globs = globs;
  }

  async describe(found: TreeEntry): Promise<ListEntry | undefined> {
    const { path, kind } = found;
    if (kind !== 'link' && !this.#globs.matches(path, kind === 'directory', this.#base)) return undefined;
    if (kind === 'directory') {
      const items = await found.folder();
      return items === undefined ? undefined : { type: 'directory', path, item_count: items.length };
    }
    const opened = await unlessRefused(this.#guard.open(path, this.#roots, 'either'));
    if (opened === undefined) return undefined;
    await using _ = opened;
    const isFolder = opened.stat.isDirectory();
    if (kind === 'link' && !this.#globs.matches(path, isFolder, this.#base)) return undefined;
    if (isFolder) {
      const items = await readFolder(opened, this.#guard.restricted);
      return { type: 'directory', path, item_count: items.length };
    }
    const hash = await this.#hash(opened);
    return { type: 'file', path, size: Number(opened.stat.size), ...(hash === undefined ? {} : { hash }) };
  }

  async #hash(opened: OpenedPath): Promise<string | undefined> {
    const known = await this.#facts.peek(opened);
    if (known !== undefined) return shortHash(known.sha256);
    const size = Number(opened.stat.size);
    if (size > MAX_LISTED_HASH_BYTES || this.#hashedBytes + size > MAX_LIST_PAGE_HASH_BYTES) return undefined;
    this.#hashedBytes += size;
    try {
      return shortHash((await this.#facts.get(opened)).sha256);
    } catch (error) {
      // A file that is being written has no hash worth giving.
      if (error instanceof RlmError && error.code === 'STALE_HANDLE') return undefined;
      throw error;
    }
  }
}

function checkDepth(depth: number): void {
  if (!Number.isSafeInteger(depth) || depth < 1) {
    throw new RlmError('INVALID_ARGUMENT', 'depth must be a whole number from 1.');
  }
  if (depth > MAX_LIST_DEPTH) {
    throw new RlmError('LIMIT_EXCEEDED', `depth is ${depth}; at most ${MAX_LIST_DEPTH}.`);
  }
}

function pageLimit(limit: number = MAX_FS_LIST_ITEMS): number {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new RlmError('INVALID_ARGUMENT', 'limit must be a whole number from 1.');
  }
  return Math.min(limit, MAX_FS_LIST_ITEMS - 1);
}
