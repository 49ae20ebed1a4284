import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a run of `rlm-workspace` came to. */
export interface ClientRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ClientOptions {
  /** A private home folder. */
  readonly home: string;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const MAIN = fileURLToPath(new URL('../../client/main.ts', import.meta.url));

/** Runs the real command line by this Node, with a home of its own and nothing of the developer's environment. */
export async function runClient(args: readonly string[], options: ClientOptions): Promise<ClientRun> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? options.home,
    env: { HOME: options.home, PATH: '/usr/bin:/bin', TERM: 'dumb', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A command that refuses its arguments does not wait for its input.
  child.stdin.on('error', () => undefined).end(options.stdin ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** The one JSON value of a run with `--json`. */
export const jsonOf = <T>(run: ClientRun): T => JSON.parse(run.stdout) as T;

/** The code of the error that a run with `--json` has reported. */
export function errorCodeOf(run: ClientRun): string | undefined {
  const line = run.stderr.split('\n').find((text) => text.startsWith('{"error"'));
  return line === undefined ? undefined : (JSON.parse(line) as { error: { code: string } }).error.code;
}
