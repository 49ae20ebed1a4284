/**
 * Every number that both ends, or both a tool's schema and its engine, enforce.
 * One constant, its unit in its name, and why it is not larger or smaller.
 */

/** Lines of one span. Larger spans would let an agent swallow files instead of exploring them. */
export const MAX_SPAN_LINES = 200;
/** UTF-8 bytes of one span's content. Longer content is cut at a character boundary. */
export const MAX_SPAN_BYTES = 8192;
/** Lines and bytes of one chunk: a chunk is read like a span. */
export const MAX_CHUNK_LINES = 200;
export const MAX_CHUNK_BYTES = 8192;
/** Chunks one `chunk.create` may make. */
export const MAX_CHUNKS_PER_CREATE = 50;
/** Entries of one page of `fs.list` and `fs.manifest`: about 200 kB of JSON at most. */
export const MAX_FS_LIST_ITEMS = 1000;
/** Results of one search; `k` is clamped to it. */
export const MAX_SEARCH_RESULTS = 10;
/** Characters of one search result's snippet. */
export const MAX_SNIPPET_CHARS = 200;
/** UTF-8 bytes of a regular expression or query; longer ones are no sign of an honest caller. */
export const MAX_PATTERN_BYTES = 4096;
/** Glob patterns one call may give, and the bytes of each. */
export const MAX_GLOBS = 50;
export const MAX_GLOB_BYTES = 512;
/** UTF-8 bytes of a path argument: Linux's own PATH_MAX. */
export const MAX_PATH_BYTES = 4096;
/** Symbolic links followed in one path, as Linux itself allows. */
export const MAX_SYMLINKS = 40;
/** Roots of one session. */
export const MAX_ROOTS = 100;
/** Directory levels `fs.list` descends at most. */
export const MAX_LIST_DEPTH = 64;
/** Milliseconds one regex search may take before it is ended with what was found. */
export const REGEX_SEARCH_TIMEOUT_MS = 10_000;
/** UTF-8 bytes of a program for `exec.run`: what a model writes to look at code, not a library. */
export const MAX_EXEC_CODE_SIZE = 10_240;
/** Milliseconds a program may run unless an administrator allows more: it holds a core, and an agent waits for it. */
export const MAX_EXEC_TIMEOUT_MS = 5_000;
/** Milliseconds an administrator may allow at most: IDEs give up a request at 60 s, and a program may have to wait for its turn. */
export const MAX_CONFIGURED_EXEC_TIMEOUT_MS = 30_000;
/** MiB a program may hold: a large repository's paths and hits many times over, and little enough for several at once. */
export const MAX_EXEC_MEMORY_MB = 256;
/** MiB a program may ask for at least: with less no interpreter works. */
export const MIN_EXEC_MEMORY_MB = 16;
/** UTF-8 bytes of a program's stdout and stderr together; past it they are cut, with a line that says so. */
export const MAX_EXEC_OUTPUT_BYTES = 1024 * 1024;
/** Bytes all answers of a session may sum up to, unless an administrator lowers it. */
export const MAX_SESSION_OUTPUT_BYTES = 10_485_760;

/** Bytes of one message to the gateway: room for any tool call, too little to fill its memory. */
export const MAX_MESSAGE_TO_GATEWAY_BYTES = 4 * 1024 * 1024;
/** Bytes of one message from the gateway: the MCP SDK's stdio reader gives up at 10 MiB. */
export const MAX_MESSAGE_FROM_GATEWAY_BYTES = 8 * 1024 * 1024;
/** Bytes that may wait to be written on one side before the other side is no longer read. */
export const MAX_WAITING_BYTES = 1024 * 1024;
/** Bytes of one control frame (`!ack`, `!bye`): a code and a sentence. */
export const MAX_CONTROL_FRAME_BYTES = 512;

/** An acknowledgement is sent after so many messages: fewer would cost a frame for each answer, more would keep more copies. */
export const ACK_EVERY_MESSAGES = 32;
/** Milliseconds after which a received message is acknowledged at the latest. */
export const ACK_WITHIN_MS = 250;
/** Milliseconds a call's stored answer waits for its acknowledgement. */
export const LEDGER_LIFETIME_MS = 900_000;

/** Milliseconds between WebSocket pings; two missed pongs end a connection. */
export const KEEP_ALIVE_INTERVAL_MS = 15_000;
export const KEEP_ALIVE_MISSED_PONGS = 2;
/** Milliseconds from connect to the verified `101`. Traffic does not extend it. */
export const UPGRADE_DEADLINE_MS = 4_000;
/** Seconds a signed upgrade may be valid; a longer life would lengthen the nonce memory. */
export const MAX_SIGNATURE_LIFETIME_S = 60;
/** Seconds the two clocks may differ before an upgrade is refused. */
export const MAX_CLOCK_SKEW_S = 30;

/** Milliseconds before a request that cannot be delivered is answered with an error: most IDEs give up at 60 s. */
export const OUTAGE_TIMEOUT_MS = 45_000;
/** The same for the opening exchange: some IDEs allow 10 s to start. */
export const OPENING_TIMEOUT_MS = 8_000;
/** Reconnect backoff, exponential with full jitter. */
export const BACKOFF_MIN_MS = 100;
export const BACKOFF_MAX_MS = 10_000;
/** Milliseconds between tries after a refusal that only a person can mend. */
export const REFUSED_RETRY_MS = 30_000;
/** Milliseconds a keychain call may take: a hidden prompt can wait for ever. */
export const KEYCHAIN_TIMEOUT_MS = 3_000;

/** Milliseconds a provenance record may take to become durable before its call fails. */
export const PROVENANCE_DEADLINE_MS = 5_000;
