import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { isMissing } from './is-missing.ts';

export interface AtomicWrite {
  /** Absolute; not a symbolic link. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Permission bits of the new file. */
  readonly mode: number;
  /**
   * What the change was made from, null for no file. Where something else lies there by the time of the rename,
   * nothing is written, so that another program's edit is never lost. Undefined: whatever is there is replaced.
   */
  readonly expected?: Uint8Array | null;
}

/**
 * Writes a file whole or not at all: into a new file beside it, made durable, then renamed over it.
 *
 * @throws `FAILED` it can't be written, or has changed in between
 */
export async function writeAtomically({ path, content, mode, expected }: AtomicWrite): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    // `wx`: a link that somebody put there beforehand is not followed.
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(content);
      // The process's umask may have taken bits away that the old file had.
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    if (expected !== undefined) await mustStillBe(path, expected);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    if (cause instanceof RlmError) throw cause;
    throw new RlmError('FAILED', `Could not write ${path}.`, { cause });
  }
}

async function mustStillBe(path: string, expected: Uint8Array | null): Promise<void> {
  const now = await readIfThere(path);
  const isSame = now === null || expected === null ? now === expected : now.equals(expected);
  if (!isSame) {
    const fields = { next: 'Run the command again.' };
    throw new RlmError('FAILED', `${path} was changed by another program just now; it is left alone.`, {
      fields,
    });
  }
}

/** The file's bytes, or null where there is none. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
