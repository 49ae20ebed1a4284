/** The numbers of sandboxed runs that no tool's schema names. Those that it does are in shared/limits.ts. */

/** Milliseconds after the deadline at which a worker that has not ended by itself is killed. */
export const KILL_GRACE_MS = 50;
/** Milliseconds a worker may take to come up: a loaded machine takes seconds, a broken one for ever. */
export const WORKER_START_TIMEOUT_MS = 30_000;
/**
 * Bytes of one frame from a guest on Node: a piece of output of 96 Ki characters, where each is an escape of six bytes.
 * What is larger than it need be is parsed on the gateway's one thread. Calls and results have limits of their own below.
 */
export const MAX_GUEST_FRAME_BYTES = 640 * 1024;
/** Bytes of one message from a Monty worker, which prints a text of any length as one: more than a run may print. */
export const MAX_MONTY_MESSAGE_BYTES = 2 * 1024 * 1024;
/** Bytes a guest may send in one run, after which it is killed: ten times what an honest one can have to say. */
export const MAX_GUEST_BYTES = 64 * 1024 * 1024;
/** Bytes of the arguments of one host call, as JSON. */
export const MAX_HOST_CALL_BYTES = 64 * 1024;
/** Host calls of one run: enough to read every file of a large folder, too few to keep the gateway busy for long. */
export const MAX_HOST_CALLS = 5_000;
/** Bytes of a run's result as JSON; a larger one is replaced by a line that says so. */
export const MAX_RESULT_BYTES = 256 * 1024;
/** Nested arrays and objects of a result. */
export const MAX_RESULT_DEPTH = 100;
/** Characters of an error's message and of its traceback. */
export const MAX_ERROR_CHARS = 8_192;
/** Runs that wait for a place, of one key and of all: past that an answer would come too late to be of use. */
export const MAX_QUEUED_RUNS_PER_KEY = 16;
export const MAX_QUEUED_RUNS = 128;
/** Milliseconds without need after which the full Python tier's workers, of some 190 MB each, are ended. */
export const FULL_TIER_IDLE_MS = 300_000;
/** Paths that one `list_files` may give: a large repository's worth; more would fill the sandbox before it could count. */
export const MAX_LISTED_FILES = 50_000;
