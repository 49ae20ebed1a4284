import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Not ours: installed, built, or of the version control. */
const FOREIGN = new Set(['node_modules', 'dist', '.git']);

/** Every file of the repository, as paths relative to its root with `/`, sorted. */
export function repositoryFiles(): readonly string[] {
  return walk('').sort();
}

function walk(folder: string): string[] {
  const entries: Dirent[] = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return FOREIGN.has(entry.name) ? [] : walk(path);
    return entry.isFile() ? [path] : [];
  });
}

export const readSource = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
