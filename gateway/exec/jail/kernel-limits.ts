/**
 * Limits that the kernel keeps (getrlimit(2)), set with prlimit(1) of util-linux, as Node has no call for them.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { CHOOM, PRLIMIT } from './host-tools.ts';
import type { JailedProgram } from './jail.ts';
import {
  MAX_CPU_S,
  MAX_DESCRIPTORS,
  MAX_MEMORY_BYTES,
  MEMORY_SLACK_BYTES,
  OOM_SCORE,
  PRLIMIT_TIMEOUT_MS,
  STACK_BYTES,
} from './jail-limits.ts';
import { requireDescriptorsFor } from './spare-descriptors.ts';
import type { WorkerIdentity } from './worker-identity.ts';

const run = promisify(execFile);

/**
 * Two programs and their options, in front of the next: prlimit(1), soft and hard limit alike, and choom(1), by which
 * the kernel ends a worker before anything else when the host runs out of memory.
 */
export const limitsInFrontOf = (program: JailedProgram, more: readonly string[] = []): readonly string[] => [
  PRLIMIT,
  ...more,
  `--cpu=${MAX_CPU_S}`,
  `--nofile=${MAX_DESCRIPTORS}`,
  // Not a byte into any file. Pipes, sockets and what the kernel shows as files are not files to this limit.
  '--fsize=0',
  // A crash would write the program's memory, host replies and all, to a disk.
  '--core=0',
  '--memlock=0',
  '--msgqueue=0',
  '--nice=0',
  '--rtprio=0',
  `--stack=${STACK_BYTES}`,
  ...(program.addressSpaceBytes === undefined ? [] : [`--as=${program.addressSpaceBytes}`]),
  '--',
  CHOOM,
  `--adjust=${OOM_SCORE}`,
  '--',
];

/**
 * What a process may hold. RLIMIT_DATA rather than RLIMIT_AS: a WebAssembly memory reserves gigabytes of address space
 * that it never touches. Node holds some 600 MB of data at its start, most of it reserved for machine code, so that only
 * a limit on top of what it holds says anything.
 *
 * The hard limit is set once, for the largest run there is: not even root can lift one again in most containers. A
 * program that breaks out may lift its own limit as far, where no filter of system calls keeps it from that.
 */
export class MemoryLimit {
  readonly #identity: WorkerIdentity;
  #hardBytes: number | null = null;

  /** @param identity the process's: whoever has its name may set its limits, which root without all its rights may not */
  constructor(identity: WorkerIdentity) {
    this.#identity = identity;
  }

  /**
   * @param pid of our own child, or of one of its children, still there
   * @param more options of prlimit(1), to be set along the way
   * @throws where it is gone, or the host does not let us
   */
  async set(pid: number, bytes: number, more: readonly string[] = []): Promise<void> {
    const dataBytes = await dataBytesOf(pid);
    this.#hardBytes ??= dataBytes + MAX_MEMORY_BYTES + MEMORY_SLACK_BYTES;
    const softBytes = Math.min(dataBytes + bytes + MEMORY_SLACK_BYTES, this.#hardBytes);
    requireDescriptorsFor(['pipe', 'pipe', 'pipe']);
    await run(PRLIMIT, [`--pid=${pid}`, `--data=${softBytes}:${this.#hardBytes}`, ...more], {
      cwd: '/',
      env: {},
      shell: false,
      timeout: PRLIMIT_TIMEOUT_MS,
      ...this.#identity,
    });
  }
}

async function dataBytesOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  const kibibytes = /^VmData:\s*(\d+) kB$/m.exec(status)?.[1];
  // A process that has ended and is not yet waited for has no memory left.
  if (kibibytes === undefined) throw new Error('a worker that is gone');
  return Number(kibibytes) * 1024;
}
