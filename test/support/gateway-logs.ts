import { createLogger, type Logger, type LogLevel } from '../../gateway/telemetry/logger.ts';

export interface LogRecord {
  readonly event: string;
  readonly level: string;
  readonly [field: string]: unknown;
}

/** What a gateway logs, and a way to wait for it. */
export class CapturedLogs {
  readonly lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  logger(level: LogLevel = 'trace'): Logger {
    return createLogger({ level, destination: { write: (line: string) => this.#add(line) } });
  }

  get records(): readonly LogRecord[] {
    return this.lines.map((line) => JSON.parse(line) as LogRecord);
  }

  of(event: string): readonly LogRecord[] {
    return this.records.filter((record) => record.event === event);
  }

  /** Resolves with the first record, past or future, of this event that fits. */
  async waitFor(event: string, fits: (record: LogRecord) => boolean = () => true): Promise<LogRecord> {
    for (;;) {
      const found = this.of(event).find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #add(line: string): void {
    this.lines.push(line);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
