import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatApiKey } from '../../shared/keys/api-key.ts';
import type { FakeGateway } from './fake-gateway.ts';

/** One answer of the bridge, as a test looks at it. */
export interface Answer {
  readonly jsonrpc: '2.0';
  readonly id?: unknown;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: { code: string; retry: boolean };
  };
}

/** The real bridge, started as an IDE starts it: nearly no environment, `/` as working directory. */
export interface BridgeProcess {
  readonly child: ChildProcess;
  /** A private home folder; removed by {@link stop}. */
  readonly home: string;
  write(bytes: string | Buffer): void;
  request(id: unknown, method: string, params?: unknown): void;
  /** Resolves with the first message, past or future, that fits. */
  waitFor(predicate: (message: Answer) => boolean): Promise<Answer>;
  answerTo(id: unknown): Promise<Answer>;
  /** Every message so far. Lines that are not JSON-RPC make it throw. */
  messages(): readonly Answer[];
  stderr(): string;
  exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  stop(): Promise<void>;
}

export interface BridgeOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly home?: string;
  /** What runs: default the source's main file by this node. */
  readonly script?: string;
  readonly cwd?: string;
}

const MAIN = fileURLToPath(new URL('../../bridge/main.ts', import.meta.url));

/** Arguments and key file for a bridge of this gateway. */
export async function gatewayArguments(gateway: FakeGateway, folder: string): Promise<string[]> {
  const [ca, key] = [join(folder, 'ca.pem'), join(folder, 'key')];
  await writeFile(ca, gateway.ca);
  await writeFile(key, `${formatApiKey(gateway.key).unwrap()}\n`, { mode: 0o600 });
  await chmod(key, 0o600);
  return [
    '--gateway',
    gateway.origin,
    '--gateway-key',
    gateway.pin,
    '--ca',
    ca,
    '--key-source',
    `file:${key}`,
  ];
}

export async function startBridgeProcess(options: BridgeOptions = {}): Promise<BridgeProcess> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'rlm-bridge-')));
  const child = spawn(process.execPath, [options.script ?? MAIN, ...(options.args ?? [])], {
    cwd: options.cwd ?? '/',
    env: {
      HOME: home,
      LOGNAME: 'dev',
      PATH: '/usr/bin:/bin',
      SHELL: '/bin/sh',
      TERM: 'dumb',
      USER: 'dev',
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const seen: Answer[] = [];
  let faulty: Error | undefined;
  let rest: string[] = [];
  let err = '';
  const waiters = new Set<() => void>();
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      try {
        seen.push(...parseLine(rest.join('') + line));
      } catch (error) {
        faulty ??= error as Error;
      }
      rest = [];
    }
    rest.push(last);
    if (lines.length > 0) for (const waiter of [...waiters]) waiter();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const exited = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const messages = (): readonly Answer[] => {
    if (faulty !== undefined) throw faulty;
    return seen;
  };
  const waitFor = (predicate: (message: Answer) => boolean): Promise<Answer> =>
    new Promise((resolve, reject) => {
      let next = 0;
      const look = (): void => {
        if (faulty !== undefined) reject(faulty);
        while (next < seen.length) {
          const message = seen[next++];
          if (message === undefined || !predicate(message)) continue;
          waiters.delete(look);
          resolve(message);
        }
      };
      waiters.add(look);
      look();
      exited.then(() => reject(new Error(`the bridge ended first; stderr: ${err}`)));
    });
  return {
    child,
    home,
    write: (bytes) => void child.stdin.write(bytes),
    request: (id, method, params) =>
      void child.stdin.write(
        `${JSON.stringify({ jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) })}\n`,
      ),
    waitFor,
    answerTo: (id) => waitFor((message) => message.id === id && message.method === undefined),
    messages,
    stderr: () => err,
    exited,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

/** stdout is JSON-RPC and nothing else: anything else fails the test that reads it. */
function parseLine(line: string): Answer[] {
  const value = JSON.parse(line) as Answer | Answer[];
  const parts = Array.isArray(value) ? value : [value];
  for (const part of parts) {
    if (part.jsonrpc !== '2.0')
      throw new Error(`stdout held something else than JSON-RPC: ${line.slice(0, 200)}`);
  }
  return parts;
}
