/** What the kernel holds every worker to, whatever runs in it. Memory aside, which each program has its own number of. */

/** Seconds of processor time: the longest run, with all its threads busy, and its start on a loaded machine. */
export const MAX_CPU_S = 120;
/** Open descriptors. Node holds 21 of its own. */
export const MAX_DESCRIPTORS = 64;
/** Processes and threads. Node starts with 4, and with 4 more once it opens a file asynchronously. */
export const MAX_TASKS = 32;
/** Bytes of a stack: the usual number, whatever the gateway's own is. An unlimited one changes how memory is laid out. */
export const STACK_BYTES = 8 * 1024 * 1024;
/** Bytes on top of what a program may hold, for what its runtime needs to end a run in good order. */
export const MEMORY_SLACK_BYTES = 24 * 1024 * 1024;
/** The kernel takes those first that score high, up to 1000, when the host runs out of memory. */
export const OOM_SCORE = 1000;
/** The most a program may be given (`memory_limit_mb` of the contract): no worker's own limit can be lifted beyond. */
export const MAX_MEMORY_BYTES = 1024 * 1024 * 1024;
/** Milliseconds for one call of prlimit(1), which takes two: on a machine that swaps, or one that hangs. */
export const PRLIMIT_TIMEOUT_MS = 5_000;
