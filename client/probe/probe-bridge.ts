import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../shared/errors/codes.ts';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import { VERSION } from '../../shared/version.ts';
import type { BridgeProgram } from './bridge-program.ts';
import { FirstLine } from './first-line.ts';

/**
 * Launches the bridge as an IDE would, opens an MCP conversation, and takes the answer as the verdict: a result
 * proves that the gateway is reached, is the pinned one, and accepts the key. Nothing here repeats what the
 * bridge does, so the two cannot disagree.
 */
export interface Probe {
  readonly bridge: BridgeProgram;
  readonly host: HostEnvironment;
  readonly args: readonly string[];
  /** Given to the child on top of the few variables that IDEs pass on. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProbeResult {
  readonly serverName: string;
  readonly serverVersion: string;
  /** From the start of the process to the answer. */
  readonly latencyMs: number;
}

/** Milliseconds: the bridge answers the opening exchange within 8 s, and a cold Node takes its time to start. */
const PROBE_TIMEOUT_MS = 15_000;
/** Milliseconds between the end of stdin and the signal; the bridge promises to leave within one second. */
const FAREWELL_MS = 2_000;

/**
 * What the strictest IDEs leave in the environment, and what decides where settings, proxy and keychain are: the
 * probe answers for the bridge as it would run in this session. `RLM_…` goes along too.
 */
const PASSED_ON = new Set([
  ...['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER', 'APPDATA', 'LOCALAPPDATA', 'SYSTEMROOT'],
  ...['XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'],
  ...['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'],
]);

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'rlm-workspace', version: VERSION },
  },
} as const;

const Answer = z.union([
  z.object({
    id: z.literal(INITIALIZE.id),
    result: z.object({ serverInfo: z.object({ name: z.string(), version: z.string() }) }),
  }),
  z.object({
    id: z.literal(INITIALIZE.id),
    error: z.object({ message: z.string(), data: z.object({ code: z.string() }).optional() }),
  }),
]);

/**
 * @throws the bridge's own code, where it answers with an error
 * @throws `FAILED` the bridge did not start, answered nothing that we understand, or nothing in time
 */
export async function probeBridge({ bridge, host, args, env = {} }: Probe): Promise<ProbeResult> {
  await mustExist(bridge.bridgePath);
  const startedAtMs = performance.now();
  const child = spawn(bridge.nodePath, [bridge.bridgePath, ...args], {
    // Several IDEs start it there; what works in `/` works everywhere.
    cwd: host.platform === 'win32' ? host.homeDir : '/',
    env: { ...passedOn(host.env), ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve()).once('error', () => resolve());
  });
  const line = new FirstLine(child.stdout);
  const deadline = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  try {
    // A child that fails to start or leaves early closes its pipe: the missing answer says so below.
    child.stdin.on('error', () => {}).write(`${JSON.stringify(INITIALIZE)}\n`);
    const text = await Promise.race([
      line.text,
      exited.then(() => line.text),
      once(deadline, 'abort').then(() => null),
    ]);
    return readAnswer(text, Math.round(performance.now() - startedAtMs));
  } finally {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), FAREWELL_MS);
    await exited;
    clearTimeout(timer);
  }
}

function readAnswer(text: string | null, latencyMs: number): ProbeResult {
  const answer = Answer.safeParse(parseJson(text));
  if (!answer.success) {
    const found = text === null ? 'did not answer' : 'answered with something that is not MCP';
    throw new RlmError('FAILED', `The bridge was started but ${found}.`);
  }
  if ('result' in answer.data) {
    const { name, version } = answer.data.result.serverInfo;
    return { serverName: name, serverVersion: version, latencyMs };
  }
  const { data, message } = answer.data.error;
  throw new RlmError(isErrorCode(data?.code) ? data.code : 'FAILED', message);
}

const isErrorCode = (text: string | undefined): text is ErrorCode =>
  text !== undefined && Object.hasOwn(ERROR_CODES, text);

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

async function mustExist(bridgePath: string): Promise<void> {
  try {
    await access(bridgePath);
  } catch (cause) {
    const fields = { next: 'Install the package again, or name the bridge with --bridge FILE.' };
    throw new RlmError('FAILED', `There is no bridge at ${bridgePath}.`, { cause, fields });
  }
}

const passedOn = (env: HostEnvironment['env']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && (PASSED_ON.has(name) || name.startsWith('RLM_')) ? [[name, value]] : [],
    ),
  );
