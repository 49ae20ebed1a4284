/**
 * The memory that a program really holds, looked at from outside. The kernel's own limit (RLIMIT_DATA) counts what is mapped as
 * data, and that is exact for an interpreter; but whoever has a worker's machine code can hold more than is counted: memory
 * that is made read-only once it is written, what the runtime had mapped and not used before the limit was set, and where
 * no filter of system calls forbids it, shared memory. Whatever holds too much is ended.
 *
 * Between two looks a program can take some more: what a processor can write in that time.
 */
import { readFileSync } from 'node:fs';

/** Milliseconds between two looks of a few hundredths of one each: in them a program writes 150 MB at most. */
const LOOK_EVERY_MS = 50;
/** Bytes that an honest program may touch of what was mapped and counted before: machine code, stacks of threads. */
const TOUCHED_LATER_BYTES = 64 * 1024 * 1024;

export class ResidentMemoryWatch {
  #timer: NodeJS.Timeout | undefined;

  /**
   * In place of an earlier limit, until `stop`.
   * @param bytes which the program may hold on top of `heldBytes`
   */
  start(pid: number, heldBytes: number, bytes: number, onExcess: () => void): void {
    this.stop();
    const maxBytes = heldBytes + bytes + TOUCHED_LATER_BYTES;
    this.#timer = setInterval(() => {
      if ((residentBytesOf(pid) ?? 0) <= maxBytes) return;
      this.stop();
      onExcess();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Its own pages, shared memory, what is swapped out, and the tables by which the kernel finds all that. */
const OWN_MEMORY = /^(?:RssAnon|RssShmem|VmSwap|VmPTE):\s*(\d+) kB$/gm;

/** `undefined` where it can't be told now: it is gone, or no descriptor is left to look with. */
export function residentBytesOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const kibibytes = [...status.matchAll(OWN_MEMORY)].map(([, number]) => Number(number));
    return 1024 * kibibytes.reduce((sum, one) => sum + one, 0);
  } catch {
    return undefined;
  }
}
