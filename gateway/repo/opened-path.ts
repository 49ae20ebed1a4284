import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { procPathOf } from './proc-fd.ts';

/** What a caller may ask the guard for. `either` is for a search scope: a file or a folder. */
export type Wanted = 'file' | 'directory' | 'either';

/** A file or folder that the guard let through. Whoever opened it closes it. */
export interface OpenedPath extends AsyncDisposable {
  /** Where it really is, after all links: relative to the repository's root, NFC. */
  readonly path: string;
  /** The same in the disk's own spelling, for another process that has to find it by name. */
  readonly diskPath: string;
  /** As it was when it was opened; ask `handle.stat` for how it is now. */
  readonly stat: BigIntStats;
  /** Open for reading. Reads give a position and never use the handle's own. */
  readonly handle: FileHandle;
  /** A path to the open object itself, whatever its name leads to by now. For this process only. */
  readonly procPath: string;
  close(): Promise<void>;
}

export class GuardedHandle implements OpenedPath {
  readonly path: string;
  readonly diskPath: string;
  readonly stat: BigIntStats;
  readonly handle: FileHandle;
  #closing: Promise<void> | undefined;

  constructor(facts: { path: string; diskPath: string; stat: BigIntStats; handle: FileHandle }) {
    this.path = facts.path;
    this.diskPath = facts.diskPath;
    this.stat = facts.stat;
    this.handle = facts.handle;
  }

  get procPath(): string {
    return procPathOf(this.handle.fd);
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.handle.close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
