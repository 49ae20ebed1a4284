import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFile } from './check-file.ts';
import { type Finding, offence } from './finding.ts';
import { MAX_FINDINGS, MAX_SCAN_DEPTH, MAX_SCANNED_ENTRIES } from './scan-limits.ts';

export interface Scan {
  readonly findings: readonly Finding[];
  readonly fileCount: number;
}

/** Folders (and the file `.git` of a submodule) that are a repository's own. */
const REPOSITORY_NAMES = new Set(['.git', '.hg', '.svn', '.bzr', '.jj', '.pijul', 'CVS', '_darcs']);
const DEPENDENCY_NAMES = new Set(['node_modules', '.venv', 'venv', 'site-packages', '__pycache__', 'vendor']);
/** What lies in a bare repository, which has any name. */
const BARE_REPOSITORY = ['HEAD', 'objects', 'refs'];

/**
 * Looks at everything in a folder, by allow-list. Follows no link, enters no repository and no other file system,
 * and reads no file before its name and size are allowed. Folders that can't be read are findings: what was not
 * seen is not proved.
 *
 * @param root absolute
 */
export async function scan(root: string): Promise<Scan> {
  const walk = new Walk(root, (await lstat(root)).dev);
  await walk.folder('', 0);
  return { findings: walk.findings, fileCount: walk.fileCount };
}

class Walk {
  readonly findings: Finding[] = [];
  fileCount = 0;
  readonly #root: string;
  readonly #device: number;
  #entryCount = 0;

  constructor(root: string, device: number) {
    this.#root = root;
    this.#device = device;
  }

  /** @param path in the workspace; empty for the workspace itself */
  async folder(path: string, depth: number): Promise<void> {
    const names = await this.#list(path);
    if (names === null) return;
    if (BARE_REPOSITORY.every((name) => names.includes(name)))
      return this.#report(offence(path, 'repository'));
    for (const name of names.sort()) {
      if (this.#isFull) return;
      await this.#entry(path === '' ? name : `${path}/${name}`, name, depth);
    }
  }

  async #entry(path: string, name: string, depth: number): Promise<void> {
    if (REPOSITORY_NAMES.has(name)) return this.#report(offence(path, 'repository'));
    if (DEPENDENCY_NAMES.has(name)) return this.#report(offence(path, 'dependencies'));
    const stats = await statsOf(this.#absolute(path));
    if (stats === null) return this.#report(offence(path, 'unreadable'));
    if (stats.isSymbolicLink()) return this.#report(offence(path, 'link'));
    if (stats.dev !== this.#device) return this.#report(offence(path, 'mount'));
    if (stats.isDirectory()) {
      if (depth + 1 >= MAX_SCAN_DEPTH) return this.#report(offence(path, 'too-deep'));
      return this.folder(path, depth + 1);
    }
    if (!stats.isFile()) return this.#report(offence(path, 'special'));
    this.fileCount++;
    this.#report(...(await checkFile(path, this.#absolute(path))));
  }

  /** The names in a folder, or null where it can't be listed or there are more than are looked at. */
  async #list(path: string): Promise<string[] | null> {
    const names: string[] = [];
    try {
      // Entry by entry: a folder of millions must not fill the memory before the bound is reached.
      for await (const { name } of await opendir(this.#absolute(path))) {
        if (++this.#entryCount > MAX_SCANNED_ENTRIES) {
          this.findings.push(offence(path === '' ? '.' : path, 'too-many'));
          return null;
        }
        names.push(name);
      }
      return names;
    } catch {
      this.#report(offence(path === '' ? '.' : path, 'unreadable'));
      return null;
    }
  }

  get #isFull(): boolean {
    return this.#entryCount > MAX_SCANNED_ENTRIES || this.findings.length > MAX_FINDINGS;
  }

  #report(...findings: readonly Finding[]): void {
    this.findings.push(...findings);
    if (this.findings.length === MAX_FINDINGS) this.findings.push(offence('.', 'too-many'));
  }

  #absolute(path: string): string {
    return join(this.#root, path);
  }
}

async function statsOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch {
    return null;
  }
}
