/**
 * Numbers that only this room enforces. What both ends or a schema must know is in shared/limits.ts.
 */

/** Components of one path, links followed: one descriptor is held for each while a path is walked. */
export const MAX_PATH_DEPTH = 255;
/** Names read from one directory. More would fill memory while they are sorted; the rest is not listed. */
export const MAX_DIRECTORY_NAMES = 50_000;
/** Entries one page looks at before it ends early: bounds a listing whose patterns match nothing. */
export const MAX_WALK_ENTRIES = 100_000;
/** Milliseconds one page may take before it ends early, for slow disks and costly patterns. */
export const MAX_WALK_MS = 10_000;
/** Milliseconds a walk computes before it lets other requests have the thread. */
export const WALK_SLICE_MS = 10;
/** Bytes of a file that `fs.list` still hashes; larger ones are listed without `hash`. */
export const MAX_LISTED_HASH_BYTES = 1024 * 1024;
/** Bytes that one page of `fs.list` hashes in all: about a tenth of a second of one core. */
export const MAX_LIST_PAGE_HASH_BYTES = 64 * 1024 * 1024;
/** Bytes after which a page of `fs.manifest` ends; a single larger file still gets its own page. */
export const MAX_MANIFEST_PAGE_BYTES = 256 * 1024 * 1024;
/** Characters of a cursor: a path of MAX_PATH_BYTES, escaped and in base64, and its frame. */
export const MAX_CURSOR_CHARS = 12_288;

/** Bytes read at once from a file. */
export const READ_BLOCK_BYTES = 256 * 1024;
/** Bytes that one span may ask for: whatever a tool allows, no caller makes us allocate more. */
export const MAX_SPAN_READ_BYTES = 1024 * 1024;
/** Bytes of a file that is read whole, for its outline. */
export const MAX_WHOLE_FILE_BYTES = 4 * 1024 * 1024;
/** First bytes in which a NUL makes a file binary: git's rule. */
export const BINARY_PROBE_BYTES = 8192;
/** Bytes between two points of the line index, doubled while a file would need more points than allowed. */
export const LINE_INDEX_STRIDE_BYTES = 64 * 1024;
export const MAX_LINE_INDEX_POINTS = 2048;
/** Files whose facts are kept, and the line index points of all of them together (16 bytes a point). */
export const MAX_CACHED_FACTS = 20_000;
export const MAX_CACHED_INDEX_POINTS = 1_000_000;
/** Milliseconds a file must have been quiet before it is read: four ticks of the slowest kernel clock. */
export const QUIET_MS = 40;
/** Milliseconds a file must have been quiet before its facts are kept: some file systems count in two seconds. */
export const CACHEABLE_AGE_MS = 2_000;
/** Times a file that changes while it is read is read again. */
export const MAX_READ_ATTEMPTS = 3;

/** Alternatives that all braces of one set of globs may make together. */
export const MAX_GLOB_ALTERNATIVES = 256;

/**
 * Bytes of a file that search still looks at. ripgrep keeps every match of a line in memory (measured: 290 MB for
 * `.` on one line of 16 MB), so this bounds what a hostile pattern can make it take.
 */
export const MAX_SEARCHED_FILE_BYTES = 10 * 1024 * 1024;
/** Bytes of a line that search can return a hit in; hits in longer ones are dropped and `truncated` says so. */
export const MAX_SEARCHED_LINE_BYTES = 64 * 1024;
/** Hits gathered before they are ranked, of one file and of all: a common word's definition is seldom in the first files. */
export const MAX_HITS_PER_FILE = 20;
export const MAX_GATHERED_HITS = 2_000;
/** Bytes of hits gathered before they are ranked. */
export const MAX_GATHERED_BYTES = 4 * 1024 * 1024;
/** Bytes of globs on the engine's command line; Linux allows 2 MB for all of it. */
export const MAX_ENGINE_GLOB_BYTES = 256 * 1024;
/** Bytes of the engine's complaints that are kept. */
export const MAX_ENGINE_STDERR_BYTES = 16 * 1024;

/** Milliseconds one ranked search may take before it answers with what it has. */
export const QUERY_SEARCH_TIMEOUT_MS = 10_000;

/** Lines of one file that the outline looks at, and the characters of each that it looks at. */
export const MAX_OUTLINE_LINES = 100_000;
export const MAX_OUTLINE_LINE_CHARS = 400;
