/**
 * The second wall: what confines a worker process, whatever runs in it.
 */
import type { ChildProcess, IOType } from 'node:child_process';

/**
 * How much of the operating system's help a host gives, the strongest first:
 * - `bubblewrap`: namespaces of its own for everything, a file system of its files only, a system call filter, kernel limits
 * - `namespaces`: no network, no other processes, kernel limits; the host's files stand behind file modes alone
 * - `limits`: kernel limits, an empty environment and Node's permission model: a seat belt
 */
export const ISOLATION_LEVELS = ['bubblewrap', 'namespaces', 'limits'] as const;
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

/** A program to be confined. */
export interface JailedProgram {
  /** Absolute. */
  readonly executable: string;
  readonly args: readonly string[];
  /** Files and folders it may read beside the executable and its libraries; absolute, seen under the same path inside. */
  readonly readable: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Its descriptors from 0 on, and no others but those handed over: `pipe` or `ignore`. */
  readonly stdio: readonly Extract<IOType, 'pipe' | 'ignore'>[];
  /**
   * Open descriptors of ours that it gets behind those of `stdio`, in this order: files to be read that the worker's
   * user can't reach by their path. Ours remain ours to close, once `spawn` has returned.
   */
  readonly handedOver?: readonly number[];
  /** Bytes of address space (RLIMIT_AS) from the start on; of no use for Node, whose memory is limited once it is up. */
  readonly addressSpaceBytes?: number;
}

/** A program inside its jail. */
export interface JailedProcess {
  /** The process we started, which may be the jail's own; its `stdio` is the program's. */
  readonly child: ChildProcess;
  /**
   * Limits what the program may hold on top of what it holds now, by the kernel (RLIMIT_DATA), for good or until it is
   * set again. One that holds much more all the same, by ways that the kernel does not count, is ended.
   * @throws where the program is gone, or the host does not let us
   */
  limitMemory(bytes: number): Promise<void>;
  /** Ends the program and whatever it may have started, at once. */
  kill(): void;
}

export interface Jail {
  readonly level: IsolationLevel;
  /**
   * Starts the program inside. Errors of starting come as the child's `error` event, as with `spawn`.
   * @throws where no child could be made at all: too few descriptors are left, or the level can't hold this program
   */
  spawn(program: JailedProgram): JailedProcess;
}
