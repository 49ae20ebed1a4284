import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { bundlePath } from '../../scripts/bundle.ts';

const run = promisify(execFile);

/** A gateway of its own: the built executable, in a temporary folder, on a free port of loopback. */
export interface E2eGateway {
  readonly folder: string;
  readonly data: string;
  readonly url: string;
  readonly fingerprint: string;
  /** PEM file of its private CA. */
  readonly ca: string;
  readonly adminKey: string;
  /** Runs one command of `rlm-gateway` on its data and gives its JSON. */
  command<T>(...args: string[]): Promise<T>;
  /** Everything it has logged. */
  log(): string;
  /** Its process, while it runs. */
  readonly pid: number;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Starts it again on the same data and, unless told otherwise, the same port. */
  start(options?: { readonly listen?: string; readonly args?: readonly string[] }): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

export interface E2eOptions {
  /** `[NAME=]PATH` of each repository. */
  readonly repos: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it runs code; its workers cost more than the rest of it. */
  readonly runsCode?: boolean;
}

const GATEWAY = bundlePath('rlm-gateway');

export async function startE2eGateway(options: E2eOptions): Promise<E2eGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'rlm-e2e-'));
  const data = join(folder, 'gateway');
  const json = async (args: readonly string[]): Promise<unknown> => {
    const { stdout } = await run(process.execPath, [GATEWAY, ...args, '--data', data, '--json'], {
      env: { ...minimalEnvironment(), ...options.env },
    });
    return JSON.parse(stdout);
  };
  const made = (await json(['init'])) as { fingerprint: string; ca: string; admin_key: string };

  const config = { exec: { enabled: options.runsCode ?? false } };
  await writeFile(join(data, 'config.json'), JSON.stringify(config));
  let child: ChildProcess | null = null;
  let url = '';
  let log = '';
  const start: E2eGateway['start'] = async (again = {}) => {
    const listen = again.listen ?? (url === '' ? '127.0.0.1:0' : new URL(url).host);
    const repos = options.repos.flatMap((repo) => ['--repo', repo]);
    const args = ['serve', ...repos, '--data', data, '--listen', listen, '--log-level', 'trace', '--json'];
    const started = spawn(
      process.execPath,
      [GATEWAY, ...args, ...(options.args ?? []), ...(again.args ?? [])],
      {
        env: { ...minimalEnvironment(), ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child = started;
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const lines = createInterface(started.stdout);
    const exited = once(started, 'close').then(() => Promise.reject(new Error(`the gateway ended: ${log}`)));
    exited.catch(() => undefined);
    const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), exited]);
    url = (JSON.parse(first) as { url: string }).url;
  };
  const stop: E2eGateway['stop'] = async (signal = 'SIGTERM') => {
    const running = child;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return null;
    const closed = once(running, 'close');
    running.kill(signal);
    await closed;
    return running.exitCode;
  };
  await start();
  return {
    folder,
    data,
    get url() {
      return url;
    },
    fingerprint: made.fingerprint,
    ca: made.ca,
    adminKey: made.admin_key,
    get pid() {
      return child?.pid ?? -1;
    },
    // The shape of each command's JSON is what the tests of it check.
    command: async <T>(...args: string[]) => (await json(args)) as T,
    log: () => log,
    stop,
    start,
    remove: async () => {
      await stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a service manager gives, and nothing of the test's own. */
const minimalEnvironment = (): Record<string, string> => ({ PATH: '/usr/bin:/bin', HOME: tmpdir() });
