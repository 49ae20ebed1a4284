/**
 * Finds the strongest level that this host gives, by starting a program in it that tries what the level should stop.
 * What is installed, and which settings say what, does not tell: a container's own filter may forbid what all of
 * them allow.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { Readable } from 'node:stream';
import { BubblewrapJail } from './bubblewrap-jail.ts';
import { BUBBLEWRAP, CHOOM, PRLIMIT, SETPRIV, UNSHARE } from './host-tools.ts';
import { ISOLATION_LEVELS, type IsolationLevel, type Jail, type JailedProcess } from './jail.ts';
import { LimitsJail } from './limits-jail.ts';
import { NamespacesJail } from './namespaces-jail.ts';

export interface ProbeOptions {
  /** Levels below are not tried: then, where no level stands, it fails. All are, by default. */
  readonly minimumLevel?: IsolationLevel;
  /** What is tried, the strongest first; every level, by default. */
  readonly candidates?: readonly Jail[];
}

export interface RefusedLevel {
  readonly level: IsolationLevel;
  /** One line, for whoever runs the gateway. */
  readonly reason: string;
}

export interface ProbedJail {
  readonly jail: Jail;
  /** Why the stronger levels are not to be had, the strongest first. */
  readonly refused: readonly RefusedLevel[];
}

/** No level that was asked for stands. */
export class NoJailError extends Error {
  override readonly name = 'NoJailError';
  readonly refused: readonly RefusedLevel[];

  constructor(refused: readonly RefusedLevel[]) {
    super(refused.map(({ level, reason }) => `${level}: ${reason}`).join('; '));
    this.refused = refused;
  }
}

/** Milliseconds for one level, which takes some 50: on a machine that starts many things at once. */
const LEVEL_TIMEOUT_MS = 10_000;
const MAX_REASON_CHARS = 200;
/** Any number will do; what is asked is whether it can be set. */
const PROBED_MEMORY_BYTES = 64 * 1024 * 1024;

const TOOLS: Readonly<Record<IsolationLevel, readonly string[]>> = {
  bubblewrap: [BUBBLEWRAP, PRLIMIT, CHOOM],
  namespaces: [UNSHARE, SETPRIV, PRLIMIT, CHOOM],
  limits: [SETPRIV, PRLIMIT, CHOOM],
};

/** @throws `NoJailError` where none of the levels asked for stands */
export async function probeJail(options: ProbeOptions = {}): Promise<ProbedJail> {
  const candidates = options.candidates ?? [new BubblewrapJail(), new NamespacesJail(), new LimitsJail()];
  const lowest = ISOLATION_LEVELS.indexOf(options.minimumLevel ?? 'limits');
  const refused: RefusedLevel[] = [];
  for (const jail of candidates) {
    if (ISOLATION_LEVELS.indexOf(jail.level) > lowest) continue;
    const reason = await whyNot(jail);
    if (reason === undefined) return { jail, refused };
    refused.push({ level: jail.level, reason });
  }
  throw new NoJailError(refused);
}

async function whyNot(jail: Jail): Promise<string | undefined> {
  if (process.platform !== 'linux') return jail.level === 'limits' ? undefined : 'only Linux has it';
  const missing = TOOLS[jail.level].find((tool) => !existsSync(tool));
  if (missing !== undefined) return `${missing} is not installed`;
  const listener = createServer((socket) => socket.destroy());
  try {
    const port = await listen(listener);
    return await tryOut(jail, port);
  } catch (error) {
    return firstLine(error instanceof Error ? error.message : String(error));
  } finally {
    listener.close();
  }
}

const listen = (listener: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    // For good: an `accept` for which no descriptor is left is an `error` too, and one that nobody hears ends the gateway.
    listener.on('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      // A listener on an address and a port has both.
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

/** Says what it could do, and then stays, as a worker would that has to be killed. */
const attempt = (port: number): string => `
  const { readFileSync, writeSync } = require('node:fs');
  const can = (run) => { try { run(); return true; } catch { return false; } };
  const files = can(() => readFileSync('/etc/passwd'));
  const tell = (network) => {
    writeSync(1, JSON.stringify({ files, network, root: process.getuid() === 0 }) + '\\n');
    setInterval(() => {}, 1000);
  };
  try {
    require('node:net').connect(${port}, '127.0.0.1')
      .on('connect', () => tell(true)).on('error', () => tell(false));
  } catch { tell(false); }
`;

interface Attempted {
  readonly files: boolean;
  readonly network: boolean;
  readonly root: boolean;
}

async function tryOut(jail: Jail, port: number): Promise<string | undefined> {
  const process = jail.spawn({
    executable: globalThis.process.execPath,
    args: ['-e', attempt(port)],
    readable: [],
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => {
    // Not at `exit`, when the last of what it said may not have been read yet.
    process.child.once('close', () => resolve());
    process.child.once('error', () => resolve());
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('a program in it did not end in time'), LEVEL_TIMEOUT_MS);
  });
  try {
    return await Promise.race([late, judge(jail.level, process, gone)]);
  } finally {
    clearTimeout(timer);
    process.kill();
  }
}

async function judge(
  level: IsolationLevel,
  process: JailedProcess,
  gone: Promise<void>,
): Promise<string | undefined> {
  const said = await whatItSays(process, gone);
  if (typeof said === 'string') return said;
  if (said.network && level !== 'limits') return 'a program in it reached the network';
  if (said.files && level === 'bubblewrap') return 'a program in it read a file of the host';
  if (said.root) return 'a program in it ran as root';
  await process.limitMemory(PROBED_MEMORY_BYTES);
  process.kill();
  await gone;
  return undefined;
}

/** What the program could do, or why it never said. */
async function whatItSays(process: JailedProcess, gone: Promise<void>): Promise<Attempted | string> {
  const { stdout, stderr } = process.child;
  if (stdout === null || stderr === null) return 'a program in it can’t be heard';
  let complaint = '';
  stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < MAX_REASON_CHARS) complaint += chunk.toString('utf8');
  });
  const line = await Promise.race([firstLineOf(stdout), gone.then(() => undefined)]);
  if (line === undefined || line === '') {
    await gone;
    const hint = userNamespaceHint();
    return [firstLine(complaint) || 'a program in it did not start', hint].filter(Boolean).join('; ');
  }
  // Our own program's, and it has had nothing to read that could have made it say something else.
  return JSON.parse(line) as Attempted;
}

const firstLineOf = (stream: Readable): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end !== -1) resolve(text.slice(0, end));
    });
    stream.once('close', () => resolve(''));
  });

const firstLine = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, MAX_REASON_CHARS);

/** The settings by which distributions forbid what both stronger levels are made of. */
const USER_NAMESPACE_SETTINGS: readonly (readonly [string, string])[] = [
  ['kernel/unprivileged_userns_clone', '0'],
  ['kernel/apparmor_restrict_unprivileged_userns', '1'],
  ['user/max_user_namespaces', '0'],
];

function userNamespaceHint(): string {
  const forbidding = USER_NAMESPACE_SETTINGS.filter(([name, value]) => setting(name) === value);
  return forbidding.map(([name, value]) => `${name.replace('/', '.')} is ${value}`).join(', ');
}

function setting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, 'latin1').trim();
  } catch {
    return undefined;
  }
}
