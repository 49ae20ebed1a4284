import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { DataFolder } from '../serve/data-folder.ts';

/** What a running gateway leaves for the other commands: how it is reached. */
export interface RunningFacts {
  readonly pid: number;
  readonly url: string;
  readonly public_url: string;
}

export async function writeRunning(folder: DataFolder, facts: RunningFacts): Promise<void> {
  const draft = `${folder.running}.${facts.pid}`;
  await writeFile(draft, `${JSON.stringify(facts)}\n`, { mode: 0o600 });
  await rename(draft, folder.running);
}

export const removeRunning = (folder: DataFolder): Promise<void> => rm(folder.running, { force: true });

/** @returns `null` where no gateway has said how it is reached */
export async function readRunning(folder: DataFolder): Promise<RunningFacts | null> {
  try {
    const value: unknown = JSON.parse(await readFile(folder.running, 'utf8'));
    const isFacts =
      typeof value === 'object' &&
      value !== null &&
      'public_url' in value &&
      typeof value.public_url === 'string' &&
      'url' in value &&
      typeof value.url === 'string' &&
      'pid' in value &&
      typeof value.pid === 'number';
    return isFacts
      ? { pid: Number(value.pid), url: String(value.url), public_url: String(value.public_url) }
      : null;
  } catch {
    return null;
  }
}
