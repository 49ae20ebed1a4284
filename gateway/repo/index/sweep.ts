/**
 * Brings the index up to what the repository is now: looks at every file's stamp, reads what changed, forgets what
 * has gone. Reads by the same rules as the tools: through the guard, no restricted names, links not followed.
 */
import { type BigIntStats, lstatSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfCancelled } from '../cancelled.ts';
import { stampOf } from '../file-stamp.ts';
import type { PathGuard } from '../path-guard.ts';
import { unlessRefused } from '../refused.ts';
import { MAX_PATH_DEPTH } from '../repo-limits.ts';
import { ROOT_PATH } from '../repo-path.ts';
import { walkTree } from '../walk-tree.ts';
import type { IndexDatabase, IndexedFile } from './index-database.ts';
import { BATCH_CHARS, GONE_BATCH_FILES, MAX_INDEXED_FILE_BYTES, MAX_INDEXED_FILES } from './index-limits.ts';
import { chunksWithTerms, linesOf, readIndexedText } from './indexed-text.ts';

/** @throws `CANCELLED` once `signal` aborts; what was committed until then stays */
export async function sweep(index: IndexDatabase, guard: PathGuard, signal: AbortSignal): Promise<void> {
  const gone = new Set(index.paths);
  const batch = new Batch(index);
  let files = 0;
  for await (const { path, kind } of walkTree({
    guard,
    roots: [ROOT_PATH],
    root: ROOT_PATH,
    depth: MAX_PATH_DEPTH,
    signal,
  })) {
    if (kind !== 'file' || files >= MAX_INDEXED_FILES) continue;
    files += 1;
    const known = index.stampOf(path);
    const seen = lookAt(guard, path);
    if (seen === 'unreadable') continue;
    if (known === undefined || known === '' || known !== seen) {
      const file = await unlessRefused(readFile(guard, path));
      if (file === undefined) continue;
      batch.add(file);
      if (batch.isFull) await batch.write();
    }
    gone.delete(path);
  }
  await batch.write();
  const forgotten = [...gone];
  for (let from = 0; from < forgotten.length; from += GONE_BATCH_FILES) {
    throwIfCancelled(signal);
    index.update([], forgotten.slice(from, from + GONE_BATCH_FILES));
    await nextTurn();
  }
}

class Batch {
  readonly #index: IndexDatabase;
  #files: IndexedFile[] = [];
  #chars = 0;

  constructor(index: IndexDatabase) {
    this.#index = index;
  }

  add({ file, chars }: ReadFile): void {
    this.#files.push(file);
    // An empty file costs its rows.
    this.#chars += chars + 1_000;
  }

  get isFull(): boolean {
    return this.#chars >= BATCH_CHARS;
  }

  async write(): Promise<void> {
    if (this.#files.length === 0) return;
    this.#index.update(this.#files, []);
    this.#files = [];
    this.#chars = 0;
    // Questions wait for as long as one batch takes.
    await nextTurn();
  }
}

/**
 * A file's stamp by its name, which costs a twentieth of opening it. Only for comparing: somebody may swap a folder for
 * a link under us, and then the stamp is a stranger's and the file is read again, through the guard.
 */
function lookAt(guard: PathGuard, path: string): string | 'unreadable' | undefined {
  const stat = lstatOf(`${guard.rootProcPath}/${path}`);
  // A name in another Unicode spelling on disk, perhaps: only the guard finds it.
  if (stat === undefined) return undefined;
  if (!stat.isFile() || stat.size > MAX_INDEXED_FILE_BYTES) return 'unreadable';
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

function lstatOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

interface ReadFile {
  readonly file: IndexedFile;
  readonly chars: number;
}

/** @returns nothing for what is not indexed by what it is; a file of no chunks for what is by what it holds */
async function readFile(guard: PathGuard, path: string): Promise<ReadFile | undefined> {
  await using opened = await guard.open(path, [ROOT_PATH], 'file');
  // The walk follows no links: what lies elsewhere is met there.
  if (opened.path !== path) return undefined;
  const before = await stampOf(opened.handle);
  const text = await readIndexedText(opened);
  const after = await stampOf(opened.handle);
  const isSettled = before.id === after.id && before.isOld;
  const stamp = isSettled ? before.id : '';
  // Binary and too large: remembered by its stamp, so that it is not read at every sweep.
  const chunks = text === undefined ? [] : chunksWithTerms(linesOf(text), path);
  return { file: { path, stamp, chunks }, chars: text?.length ?? 0 };
}
