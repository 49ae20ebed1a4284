import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { identityFromKey } from '../../gateway/access/identity.ts';
import { addInitCommand } from '../../gateway/admin/init.ts';
import { addKeysCommand } from '../../gateway/admin/keys.ts';
import { type ApiKey, parseApiKey } from '../../shared/keys/api-key.ts';
import { newProgram, runProgram } from '../../shared/terminal/program.ts';
import { openTerminal } from '../../shared/terminal/streams.ts';
import type { GatewayAddress } from './gateway-in-process.ts';
import { THREAD_URL } from './gateway-store.ts';

const MAIN = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

function start(args: readonly string[], options: RunOptions): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: '/usr/bin:/bin', ...options.env },
    cwd: options.cwd ?? tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs one command of `rlm-gateway` to its end. */
export async function runGatewayCommand(
  args: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const child = start(args, options);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString('utf8');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

/** The same in this process, for what is not about processes: a start costs more than most commands. */
export async function runGatewayCommandHere(
  args: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const output = { stdout: '', stderr: '' };
  const collect = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        output[name] += chunk.toString('utf8');
        done();
      },
    });
  const env = options.env ?? {};
  const terminal = openTerminal({
    stdin: Readable.from([]),
    stdout: collect('stdout'),
    stderr: collect('stderr'),
    env,
  });
  const program = newProgram({ name: 'rlm-gateway', description: '', examples: [] }, terminal);
  const untilStopped = (): Promise<string> => Promise.resolve('test');
  const context = { terminal, env, cwd: options.cwd ?? tmpdir(), threadUrl: THREAD_URL, untilStopped };
  addInitCommand(program, context);
  addKeysCommand(program, context);
  return { code: await runProgram(program, args, terminal), ...output };
}

/** `--json` output of a command that must succeed. */
export async function gatewayJson<T = Readonly<Record<string, unknown>>>(
  args: readonly string[],
  options: RunOptions = {},
): Promise<T> {
  const { code, stdout, stderr } = await runGatewayCommand([...args, '--json'], options);
  if (code !== 0) throw new Error(`rlm-gateway ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

export interface GatewayProcess extends GatewayAddress {
  readonly child: ChildProcess;
  readonly data: string;
  stdout(): string;
  stderr(): string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface InitialisedGateway {
  readonly data: string;
  readonly adminKey: ApiKey;
  readonly ca: string;
  readonly identityKey: Uint8Array;
}

/** What `rlm-gateway init` makes, in a folder of the test's own; it runs no code, whose workers cost more than the rest. */
export async function initGateway(): Promise<InitialisedGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'rlm-gateway-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  const { stdout } = await runGatewayCommandHere(['init', '--data', data, '--json']);
  const made = JSON.parse(stdout) as { admin_key: string; ca: string };
  await writeFile(join(data, 'config.json'), JSON.stringify({ exec: { enabled: false } }));
  const adminKey = parseApiKey(made.admin_key);
  if (adminKey === null) throw new Error('init gave no key');
  const pem = await readFile(join(data, 'identity.pem'));
  return {
    data,
    adminKey,
    ca: await readFile(made.ca, 'utf8'),
    identityKey: identityFromKey(createPrivateKey(pem)).publicKey,
  };
}

/** `rlm-gateway serve` as a process of its own; resolves with its ready line. */
export async function serveGateway(
  gateway: InitialisedGateway,
  args: readonly string[],
  options: RunOptions = {},
): Promise<GatewayProcess> {
  const child = start(
    ['serve', '--data', gateway.data, '--listen', '127.0.0.1:0', '--json', ...args],
    options,
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const output = { stdout: '', stderr: '' };
  child.stderr?.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString('utf8');
  });
  const exited = once(child, 'close').then(([code, signal]: unknown[]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output.stdout += chunk.toString('utf8');
      if (output.stdout.includes('\n')) resolve(output.stdout);
    });
  });
  const line = await Promise.race([ready, exited.then(() => null)]);
  if (line === null) throw new Error(`the gateway did not start: ${output.stderr}`);
  const { url } = JSON.parse(line.slice(0, line.indexOf('\n'))) as { url: string };
  return {
    child,
    data: gateway.data,
    host: '127.0.0.1',
    port: Number(new URL(url).port),
    ca: gateway.ca,
    identityKey: gateway.identityKey,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    exited,
  };
}
