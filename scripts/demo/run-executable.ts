import { spawn } from 'node:child_process';
import { bundlePath } from '../bundle.ts';
import { expectThat } from './expect-that.ts';

const RUN_TIMEOUT_MS = 30_000;

export interface ExecutableRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Given on standard input, where secrets arrive. */
  readonly input?: string;
}

/**
 * Runs one of the built executables to its end.
 * @returns what it printed, which with `--json` is one JSON object
 * @throws `NotAsItMustBe` with its own message where it failed
 */
export async function runExecutable(name: string, run: ExecutableRun): Promise<Record<string, unknown>> {
  const child = spawn(process.execPath, [bundlePath(name), ...run.args], {
    env: run.env,
    cwd: run.cwd,
    timeout: RUN_TIMEOUT_MS,
    signal: run.signal,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // It may end before it has read what it was given.
  child.stdin.on('error', () => undefined);
  child.stdin.end(run.input ?? '');
  const [stdout, stderr, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
  ]);
  const command = `${name} ${run.args[0] ?? ''}`;
  expectThat(code === 0, `${command} ended with ${code ?? 'a signal'}: ${stderr.trim() || stdout.trim()}`);
  return parseObject(stdout, command);
}

export function parseObject(text: string, source: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  expectThat(isObject(value), `${source} printed no JSON object`);
  return value;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws `NotAsItMustBe` where the field is missing or empty */
export function textField(object: Record<string, unknown>, name: string): string {
  const value = object[name];
  expectThat(typeof value === 'string' && value !== '', `the field ${name} is missing`);
  return value;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}
