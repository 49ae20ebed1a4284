import { lstat, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { isMissing } from './is-missing.ts';
import { readIfThere, writeAtomically } from './write-atomically.ts';

/** Bytes of a file of ours: each is less than a screen. */
const MAX_OWN_FILE_BYTES = 1_048_576;

/**
 * The folder of a thin workspace. Follows no symbolic link inside it: a workspace may be a cloned repository, and
 * a link in it could lead a write, or a removal, to any file of the user.
 */
export class WorkspaceFolder {
  /** Absolute. */
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  async exists(): Promise<boolean> {
    return (await kindOf(this.dir)) !== 'missing';
  }

  /**
   * @param path relative, `/`-separated
   * @returns null where there is no such file
   * @throws `FAILED` a link or something else than a file is in the way
   */
  async read(path: string): Promise<string | null> {
    await this.#mustBePlain(path);
    const bytes = await readIfThere(this.pathOf(path));
    return bytes === null ? null : bytes.toString('utf8');
  }

  async write(path: string, content: string): Promise<void> {
    await this.#mustBePlain(path);
    try {
      await mkdir(dirname(this.pathOf(path)), { recursive: true });
    } catch (cause) {
      throw new RlmError('FAILED', `Could not make the folder for ${path}.`, { cause });
    }
    await writeAtomically({ path: this.pathOf(path), content, mode: 0o644 });
  }

  /** Removes a file, and the folders above it that are empty then, up to the workspace itself. */
  async remove(path: string): Promise<void> {
    await this.#mustBePlain(path);
    await rm(this.pathOf(path), { force: true });
    const segments = path.split('/');
    for (let depth = segments.length - 1; depth > 0; depth--) {
      if (!(await removeIfEmpty(this.pathOf(segments.slice(0, depth).join('/'))))) return;
    }
  }

  /** Removes the workspace itself if nothing is left in it. @returns whether it did */
  async removeIfEmpty(): Promise<boolean> {
    return removeIfEmpty(this.dir);
  }

  pathOf(path: string): string {
    return join(this.dir, ...path.split('/'));
  }

  async #mustBePlain(path: string): Promise<void> {
    const segments = path.split('/');
    for (const [index] of segments.entries()) {
      const part = segments.slice(0, index + 1).join('/');
      const kind = await kindOf(this.pathOf(part));
      if (kind === 'missing') return;
      const wanted = index === segments.length - 1 ? 'file' : 'folder';
      if (kind !== wanted) {
        const fields = { next: 'Move it away, then run the command again.' };
        throw new RlmError('FAILED', `${part} in ${this.dir} is ${ARTICLE[kind]}, not a ${wanted}.`, {
          fields,
        });
      }
    }
  }
}

type Kind = 'missing' | 'file' | 'folder' | 'link' | 'large' | 'other';

const ARTICLE: Record<Kind, string> = {
  missing: 'missing',
  file: 'a file',
  folder: 'a folder',
  link: 'a symbolic link, which is not followed here',
  large: 'far larger than any file of ours',
  other: 'a special file',
};

async function kindOf(path: string): Promise<Kind> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) return 'link';
    if (stats.isDirectory()) return 'folder';
    if (!stats.isFile()) return 'other';
    return stats.size > MAX_OWN_FILE_BYTES ? 'large' : 'file';
  } catch (cause) {
    if (isMissing(cause)) return 'missing';
    throw new RlmError('FAILED', `Could not look at ${path}.`, { cause });
  }
}

/** @returns whether it was empty, and so was removed */
export async function removeIfEmpty(dir: string): Promise<boolean> {
  try {
    if ((await readdir(dir)).length > 0) return false;
    await rmdir(dir);
    return true;
  } catch {
    // Gone already, not ours to remove, or no longer empty: all mean that it stays as it is.
    return false;
  }
}
