/**
 * Walks what a session may see below a folder, in listing order, from any point on. Links are reported and not
 * descended into, so a walk can't loop and meets every file once.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfCancelled } from './cancelled.ts';
import type { PathGuard } from './path-guard.ts';
import { type FolderEntry, readFolder } from './read-folder.ts';
import { unlessRefused } from './refused.ts';
import { WALK_SLICE_MS } from './repo-limits.ts';
import { comparePaths, isWithin, joinPath, segmentsOf } from './repo-path.ts';
import { scopesOf } from './scopes.ts';

export interface TreeEntry {
  readonly path: string;
  readonly kind: FolderEntry['kind'];
  /** What is in a folder, read when first asked for; nothing for a file, a link, or a folder that can't be opened. */
  folder(): Promise<readonly FolderEntry[] | undefined>;
}

export interface WalkOptions {
  readonly guard: PathGuard;
  readonly roots: readonly string[];
  /** The folder to walk. Wider than the roots, it stands for the roots below it. */
  readonly root: string;
  /** Levels below `root`; 1 is its own entries. */
  readonly depth: number;
  /** Entries up to and including this path are left out. */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws what `PathGuard.open` throws for `root` itself; below it what is refused is left out; `CANCELLED` */
export async function* walkTree(options: WalkOptions): AsyncGenerator<TreeEntry, void, undefined> {
  const walk = new Walk(options);
  const scopes = scopesOf(options.root, options.roots);
  const isRoot = scopes.length === 1 && scopes[0] === options.root;
  if (isRoot) {
    const { path, entries } = await walk.openFolder(options.root);
    yield* walk.below(path, entries, options.depth);
    return;
  }
  for (const scope of scopes) {
    const levels = options.depth - (segmentsOf(scope).length - segmentsOf(options.root).length);
    yield* walk.entry(scope, 'directory', levels);
  }
}

class Walk {
  readonly #guard: PathGuard;
  readonly #roots: readonly string[];
  readonly #after: string | undefined;
  readonly #signal: AbortSignal | undefined;
  #sliceStartedMs = performance.now();

  constructor(options: WalkOptions) {
    this.#guard = options.guard;
    this.#roots = options.roots;
    this.#after = options.after;
    this.#signal = options.signal;
  }

  async openFolder(path: string): Promise<{ path: string; entries: FolderEntry[] }> {
    await using opened = await this.#guard.open(path, this.#roots, 'directory');
    return { path: opened.path, entries: await readFolder(opened, this.#guard.restricted) };
  }

  async *below(
    folder: string,
    entries: readonly FolderEntry[],
    levels: number,
  ): AsyncGenerator<TreeEntry, void, undefined> {
    if (levels <= 0) return;
    for (const { name, kind } of entries) {
      yield* this.entry(joinPath(folder, name), kind, levels - 1);
    }
  }

  /** One entry and, for a folder, so many levels below it. */
  async *entry(
    path: string,
    kind: FolderEntry['kind'],
    levels: number,
  ): AsyncGenerator<TreeEntry, void, undefined> {
    const isAfter = this.#after === undefined || comparePaths(path, this.#after) > 0;
    const leadsOn = this.#after !== undefined && isWithin(this.#after, path);
    if (!isAfter && !leadsOn) return;
    await this.#letOthersRun();
    throwIfCancelled(this.#signal);
    let reading: Promise<readonly FolderEntry[] | undefined> | undefined;
    const folder = (): Promise<readonly FolderEntry[] | undefined> => {
      reading ??= kind === 'directory' ? this.#readBelow(path) : Promise.resolve(undefined);
      return reading;
    };
    if (isAfter) yield { path, kind, folder };
    if (levels <= 0) return;
    const entries = await folder();
    if (entries !== undefined) yield* this.below(path, entries, levels);
  }

  async #readBelow(path: string): Promise<readonly FolderEntry[] | undefined> {
    const opened = await unlessRefused(this.openFolder(path));
    // A folder that became a link meanwhile leads elsewhere; listing that under this name could loop.
    return opened?.path === path ? opened.entries : undefined;
  }

  /** Patterns and sorting are computed on the thread that all requests share. */
  async #letOthersRun(): Promise<void> {
    if (performance.now() - this.#sliceStartedMs < WALK_SLICE_MS) return;
    await nextTurn();
    this.#sliceStartedMs = performance.now();
  }
}
