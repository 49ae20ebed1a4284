import type { Stats } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { isMissing } from './is-missing.ts';
import { readIfThere } from './write-atomically.ts';

/** Bytes: some IDEs keep much more than settings in their file. */
const MAX_SETTINGS_BYTES = 64 * 1024 * 1024;

/** An IDE's settings file as it lies on disk. */
export interface SettingsFile {
  /** Where it really lies: the end of the links that dotfile managers make. A write goes there. */
  readonly target: string;
  readonly bytes: Buffer | null;
  /** Null where it is not UTF-8. */
  readonly text: string | null;
  /** Permission bits; those of a new file where there is none. */
  readonly mode: number;
}

/**
 * @param path absolute; links are followed
 * @throws `FAILED` it can't be read, or is no regular file
 */
export async function readSettingsFile(path: string): Promise<SettingsFile> {
  try {
    const target = await linkedFile(path);
    const stats = await statIfThere(target);
    if (stats === null) return { target, bytes: null, text: '', mode: 0o600 };
    if (!stats.isFile() || stats.size > MAX_SETTINGS_BYTES) {
      throw new RlmError('FAILED', `${path} is not a settings file that can be edited.`);
    }
    const bytes = await readIfThere(target);
    return { target, bytes, text: decode(bytes ?? Buffer.alloc(0)), mode: stats.mode & 0o777 };
  } catch (cause) {
    if (cause instanceof RlmError) throw cause;
    throw new RlmError('FAILED', `Could not read ${path}.`, { cause });
  }
}

/** The file itself, also where a link leads to one that does not exist yet. */
async function linkedFile(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  try {
    const isLink = (await lstat(path)).isSymbolicLink();
    return isLink ? resolve(dirname(path), await readlink(path)) : path;
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}

async function statIfThere(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** The byte order mark is kept: it is part of the file that must not change. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
