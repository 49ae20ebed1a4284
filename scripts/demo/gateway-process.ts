import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { bundlePath } from '../bundle.ts';
import { NotAsItMustBe } from './expect-that.ts';
import { parseObject, textField } from './run-executable.ts';

const READY_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;

export interface GatewayOptions {
  readonly dataFolder: string;
  readonly repositoryPath: string;
  readonly repositoryName: string;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ends it while it is not ready yet. */
  readonly signal: AbortSignal;
}

/** A running `rlm-gateway serve`. */
export class GatewayProcess {
  readonly url: string;
  readonly fingerprint: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, fingerprint: string) {
    this.#child = child;
    this.url = url;
    this.fingerprint = fingerprint;
  }

  /** Resolves when it has said that it is ready, on a free port of the loopback interface. */
  static async start(options: GatewayOptions): Promise<GatewayProcess> {
    const repo = `${options.repositoryName}=${options.repositoryPath}`;
    const args = ['serve', '--repo', repo, '--data', options.dataFolder, '--listen', '127.0.0.1:0', '--json'];
    const child = spawn(process.execPath, [bundlePath('rlm-gateway'), ...args], {
      env: options.env,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.pipe(createWriteStream(options.logFile, { mode: 0o600 }));
    try {
      const ready = parseObject(await firstLine(child, options.signal), 'rlm-gateway serve');
      return new GatewayProcess(child, textField(ready, 'url'), textField(ready, 'fingerprint'));
    } catch (cause) {
      await stopProcess(child);
      const log = await readFile(options.logFile, 'utf8').catch(() => '');
      throw new NotAsItMustBe(`rlm-gateway serve did not become ready: ${log.trim().slice(-500)}`, { cause });
    }
  }

  /** Asks it to drain and end, as a service manager does. */
  stop(): Promise<void> {
    return stopProcess(this.#child);
  }
}

async function firstLine(child: ChildProcess, interrupted: AbortSignal): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error('no standard output');
  const lines = createInterface({ input: stdout });
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(READY_TIMEOUT_MS)]);
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('it ended');
  });
  const [line]: string[] = await Promise.race([once(lines, 'line', { signal }), ended]);
  return line ?? '';
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
