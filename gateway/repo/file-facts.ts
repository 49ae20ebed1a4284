/**
 * What is known of a file's content without keeping it: hash, size, lines, whether it is text. Read once, in blocks,
 * and remembered for as long as the file's stamp stays the same.
 */
import { createHash } from 'node:crypto';
import { type FileStamp, quietStampOf, stampOf } from './file-stamp.ts';
import { type LineIndex, LineIndexBuilder } from './line-index.ts';
import type { OpenedPath } from './opened-path.ts';
import { changedWhileRead, fromSystem } from './path-error.ts';
import {
  BINARY_PROBE_BYTES,
  MAX_CACHED_FACTS,
  MAX_CACHED_INDEX_POINTS,
  MAX_READ_ATTEMPTS,
  READ_BLOCK_BYTES,
} from './repo-limits.ts';

export interface Facts {
  /** Of the file's bytes, whole and in hex. */
  readonly sha256: string;
  readonly size: number;
  /** Newlines, and one more when text follows the last; 0 for an empty file. */
  readonly totalLines: number;
  /** NUL among the first 8 KiB. */
  readonly isBinary: boolean;
  readonly lineIndex: LineIndex;
  /** Which state of which file these are about: `FileStamp.id`. */
  readonly stamp: string;
}

export class FileFacts {
  /** In order of use, the longest unused first. */
  readonly #kept = new Map<string, Facts>();
  /** One reading of a file at a time, whoever asks: many callers of a huge file cost as much as one. */
  readonly #running = new Map<string, Promise<Facts>>();
  #keptPoints = 0;

  /**
   * @throws `STALE_HANDLE` the file is being written to; nothing of a half-written file is reported
   */
  async get(opened: OpenedPath): Promise<Facts> {
    try {
      for (let attempt = 0; attempt < MAX_READ_ATTEMPTS; attempt += 1) {
        const known = this.#recall((await stampOf(opened.handle)).id);
        if (known !== undefined) return known;
        const stamp = await quietStampOf(opened.handle);
        if (stamp === undefined) break;
        const facts = await this.#readOnce(opened, stamp);
        // Shared with other readers, so it is this caller's own descriptor that must still agree.
        if ((await stampOf(opened.handle)).id === facts.stamp) return facts;
      }
    } catch (error) {
      throw fromSystem(error, opened.path);
    }
    throw changedWhileRead(opened.path);
  }

  /** What is already known, without reading. For callers that have to bound what they read. */
  async peek(opened: OpenedPath): Promise<Facts | undefined> {
    return this.#recall((await stampOf(opened.handle)).id);
  }

  #recall(id: string): Facts | undefined {
    const known = this.#kept.get(id);
    if (known === undefined) return undefined;
    this.#kept.delete(id);
    this.#kept.set(id, known);
    return known;
  }

  #readOnce(opened: OpenedPath, stamp: FileStamp): Promise<Facts> {
    const running = this.#running.get(stamp.id);
    if (running !== undefined) return running;
    const reading = readFacts(opened, stamp)
      .then((facts) => {
        if (stamp.isOld) this.#keep(facts);
        return facts;
      })
      .finally(() => this.#running.delete(stamp.id));
    this.#running.set(stamp.id, reading);
    return reading;
  }

  #keep(facts: Facts): void {
    this.#kept.set(facts.stamp, facts);
    this.#keptPoints += facts.lineIndex.points;
    for (const [id, oldest] of this.#kept) {
      if (this.#kept.size <= MAX_CACHED_FACTS && this.#keptPoints <= MAX_CACHED_INDEX_POINTS) return;
      this.#kept.delete(id);
      this.#keptPoints -= oldest.lineIndex.points;
    }
  }
}

/** Reads exactly the stamp's size: a file that grows while it is read can't make this endless. */
async function readFacts(opened: OpenedPath, stamp: FileStamp): Promise<Facts> {
  const hash = createHash('sha256');
  const lines = new LineIndexBuilder();
  const buffer = Buffer.allocUnsafe(Math.min(READ_BLOCK_BYTES, Math.max(stamp.size, 1)));
  let isBinary = false;
  let at = 0;
  while (at < stamp.size) {
    const length = Math.min(buffer.length, stamp.size - at);
    const { bytesRead } = await opened.handle.read(buffer, 0, length, at);
    if (bytesRead === 0) throw changedWhileRead(opened.path);
    const block = buffer.subarray(0, bytesRead);
    if (at < BINARY_PROBE_BYTES) isBinary ||= block.subarray(0, BINARY_PROBE_BYTES - at).includes(0);
    hash.update(block);
    lines.add(block);
    at += bytesRead;
  }
  const lineIndex = lines.finish();
  const { totalLines } = lineIndex;
  return { sha256: hash.digest('hex'), size: stamp.size, totalLines, isBinary, lineIndex, stamp: stamp.id };
}
