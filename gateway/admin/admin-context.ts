import type { Terminal } from '../../shared/terminal/streams.ts';

/** What a command of `rlm-gateway` is given; tests give it other streams and another environment. */
export interface AdminContext {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Module that becomes the SQLite thread: the executable itself. */
  readonly threadUrl: URL;
  /** Resolves with the reason when the process is asked to end. */
  readonly untilStopped: () => Promise<string>;
}
