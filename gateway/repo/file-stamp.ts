/**
 * Tells whether a file is the same, unchanged file: device, inode, size and both times. Linux sets the change time on
 * every write and it can't be set back, but its clock ticks every few milliseconds, so two writes in one tick look
 * alike. A stamp is therefore taken of quiet files only: any later write then gives another stamp.
 */
import type { BigIntStats } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { CACHEABLE_AGE_MS, MAX_READ_ATTEMPTS, QUIET_MS } from './repo-limits.ts';

/** What is asked of a `FileHandle`. */
export interface Statable {
  stat(options: { bigint: true }): Promise<BigIntStats>;
}

export interface FileStamp {
  /** Equal exactly when nothing was written in between. */
  readonly id: string;
  readonly size: number;
  /** Whether it has been quiet for so long that even a file system with a coarse clock would have shown a change. */
  readonly isOld: boolean;
}

/** The stamp of an open file as it is now. */
export async function stampOf(handle: Statable): Promise<FileStamp> {
  return toStamp(await handle.stat({ bigint: true }));
}

function toStamp(stat: BigIntStats): FileStamp {
  const id = `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
  return { id, size: Number(stat.size), isOld: ageMs(stat) >= CACHEABLE_AGE_MS };
}

/** A time in the future (another host's clock) counts as just now. */
const ageMs = (stat: BigIntStats): number => Date.now() - Number(stat.ctimeNs / 1_000_000n);

/**
 * Waits, if the file was written just now, until it was seen unchanged for QUIET_MS.
 *
 * @returns nothing when somebody keeps writing
 */
export async function quietStampOf(handle: Statable): Promise<FileStamp | undefined> {
  let before = await handle.stat({ bigint: true });
  for (let attempt = 0; attempt <= MAX_READ_ATTEMPTS; attempt += 1) {
    const stamp = toStamp(before);
    if (ageMs(before) >= QUIET_MS) return stamp;
    await delay(QUIET_MS);
    const after = await handle.stat({ bigint: true });
    if (toStamp(after).id === stamp.id) return stamp;
    before = after;
  }
  return undefined;
}
