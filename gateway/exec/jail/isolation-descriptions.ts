import type { IsolationLevel } from './jail.ts';

/**
 * What each level keeps sandboxed code from, once it has broken out of its interpreter: a line for logs and documents.
 *
 * Of memory the kernel counts data only, and whoever has the process's machine code knows ways to hold more: at every level by
 * making it read-only once it is written, and at the lower two, where no filter of system calls forbids it, by sharing it.
 * Only the gateway's own look at what it holds ends that, a moment late; and there each process it starts has a limit of its own.
 */
export const ISOLATION_DESCRIPTIONS: Readonly<Record<IsolationLevel, string>> = {
  bubblewrap:
    'no file but its own program, no network, no other process, no new process, few system calls, no rights; processor time and threads limited by the kernel, memory by the kernel and, where that does not count it, by the gateway',
  namespaces:
    'no network, no other process, no byte written to any file; processor time and processes limited by the kernel, memory by the kernel and, where that does not count it, by the gateway; files that the worker’s user may read stay readable, and those it may change can be emptied, moved and deleted',
  limits:
    'memory, processor time and descriptors limited by the kernel (on Linux), an empty environment, and Node’s permission model: a seat belt, for code that does not try to break out',
};
