/**
 * The bridge's log: JSON lines on stderr, an event with fields a record. Written by hand because a logging library
 * costs more to load than the bridge's whole start.
 *
 * Quiet by default: some IDEs show each line of stderr as a warning, and some colour every line that holds the word
 * "error", so that word stands only in the level of records that are one. Fields are ids, counts, sizes, durations
 * and codes; never content, paths, keys or anything a peer wrote.
 */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
}

export const isLogLevel = (text: string): text is LogLevel =>
  (LOG_LEVELS as readonly string[]).includes(text);

/** @param write takes one whole line; called only for records at or above `level` */
export function createLog(level: LogLevel, write: (line: string) => void, nowMs: () => number): Log {
  const highest = LOG_LEVELS.indexOf(level);
  const record =
    (own: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(own) > highest) return;
      const time = new Date(nowMs()).toISOString();
      write(`${JSON.stringify({ time, level: own, event, ...fields })}\n`);
    };
  return { error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') };
}
