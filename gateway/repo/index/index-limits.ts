/**
 * Numbers of the index alone.
 */

/** Bytes of a file that is indexed: larger ones are data, or generated, and would be most of the index. */
export const MAX_INDEXED_FILE_BYTES = 1024 * 1024;
/** Files of one repository that are indexed; the rest is found by `search.regex` only. */
export const MAX_INDEXED_FILES = 500_000;
/** Chunks of one file: a chunk's id is its file's and a number below this. */
export const MAX_FILE_CHUNKS = 4096;
/** Lines of a chunk; a longer definition becomes several. What an answer names can then be read as one span. */
export const MAX_CHUNK_LINES_INDEXED = 200;
/** Lines of a chunk where no definition tells where to cut, as measured: shorter loses context, longer blurs. */
export const WINDOW_LINES = 40;
/** Characters of a line that are looked at. Minified code has lines of a megabyte, and nothing to find in them. */
export const MAX_INDEXED_LINE_CHARS = 1_000;
/** Terms of one chunk's body that are indexed. */
export const MAX_BODY_TERMS = 4_000;

/** Characters of text in one commit: its time is how long a question may wait for it, about 100 ms. */
export const BATCH_CHARS = 256 * 1024;
/** Files that have gone and are forgotten in one commit: a question may wait for it as for a batch. */
export const GONE_BATCH_FILES = 200;
/** Milliseconds after a sweep ended before a question starts another one. */
export const SWEEP_FRESH_MS = 2_000;
/** Milliseconds a question waits for a sweep; a larger tree is answered from what is known, and verified. */
export const SWEEP_WAIT_MS = 150;
/** Milliseconds a search waits for the index before it goes without: the kernel's slowest question takes a quarter. */
export const MAX_INDEX_WAIT_MS = 2_000;
/** Questions that wait for one index; more could not be answered within MAX_INDEX_WAIT_MS if all of them were slow. */
export const MAX_WAITING_FINDS = 16;
/** Milliseconds until an index that another gateway has open is tried again: during a restart two of them run. */
export const BUSY_RETRY_MS = 2_000;
/** Milliseconds between sweeps that nobody asked for. */
export const SWEEP_IDLE_MS = 60_000;

/** Terms of a question that are used, the rarest: longer ones are pasted text. */
export const MAX_QUERY_TERMS = 32;
/** Postings that choose the candidates, read rarest term first; the other terms only rank what was chosen. */
export const MAX_QUERY_POSTINGS = 60_000;
/** Chunks that the index hands to the ranking. */
export const MAX_CANDIDATES = 300;
/** Candidates that may be read again to find `k` that still hold. */
export const MAX_VERIFIED = 40;
/** Results of one file: with more, a large file crowds out all others. */
export const MAX_RESULTS_PER_FILE = 3;

/** Files that are read and ranked where there is no index yet. */
export const MAX_FALLBACK_FILES = 40;
/** Words that the engine is asked for where there is no index yet, and milliseconds for all of them. */
export const MAX_FALLBACK_WORDS = 4;
export const FALLBACK_ENGINE_MS = 4_000;

/** Milliseconds the thread may take to end by itself. */
export const STOP_DEADLINE_MS = 5_000;
