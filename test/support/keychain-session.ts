import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * A desktop session's keychain, for tests and demonstrations on Linux: a D-Bus session bus of its own and GNOME's
 * keyring behind it, in a private home folder. The machine's own keychain is neither seen nor touched.
 *
 * Needs `dbus-daemon`, `dbus-send`, `gdbus` and `gnome-keyring-daemon` (Debian: dbus-daemon, dbus-bin, libglib2.0-bin,
 * gnome-keyring).
 */
export interface KeychainSession {
  readonly home: string;
  /** For processes that are to use this keychain. The bus lies where a stripped environment finds it too. */
  readonly env: Readonly<Record<string, string>>;
  /** As when a desktop session is locked: entries stay, nothing can be read or added. */
  lock(): Promise<void>;
  stop(): Promise<void>;
}

export interface KeychainSessionOptions {
  /** `none`: a bus with no keychain on it, as on a server. `silent`: one that takes calls and never answers. */
  readonly keyring?: 'gnome' | 'none' | 'silent';
}

const run = promisify(execFile);

/** Milliseconds for each of the programs to come up; a person would have given up. */
const START_TIMEOUT_MS = 20_000;

export async function startKeychainSession(options: KeychainSessionOptions = {}): Promise<KeychainSession> {
  const home = await mkdtemp(join(tmpdir(), 'rlm-keychain-'));
  const runtime = join(home, 'run');
  await mkdir(runtime, { mode: 0o700 });
  const address = `unix:path=${join(runtime, 'bus')}`;
  const env = {
    HOME: home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    DBUS_SESSION_BUS_ADDRESS: address,
  };
  const started: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of started.reverse()) await end(child);
    await rm(home, { recursive: true, force: true });
  };
  try {
    const config = join(home, 'bus.conf');
    await writeFile(config, busConfig(address));
    started.push(await startBus(config, env));
    if (options.keyring === 'silent') started.push(await startSilentKeyring(env));
    else if (options.keyring !== 'none') started.push(await startKeyring(env));
  } catch (error) {
    await stop();
    throw error;
  }
  return { home, env, lock: () => lock(env), stop };
}

/** No folders of services: a bus that starts a keyring by itself would never be without one. */
const busConfig = (
  address: string,
): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

type Environment = Readonly<Record<string, string>>;

async function startBus(config: string, env: Environment): Promise<ChildProcess> {
  const bus = spawn(
    'dbus-daemon',
    ['--nofork', '--nopidfile', '--print-address=1', `--config-file=${config}`],
    {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  await whenReady(bus, once(bus.stdout, 'data'), 'dbus-daemon');
  return bus;
}

async function startKeyring(env: Environment): Promise<ChildProcess> {
  const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // The password of the collection that it makes, up to the end of input.
  keyring.stdin.end('a test password');
  await whenReady(keyring, serviceAppears(env), 'gnome-keyring-daemon');
  return keyring;
}

/** A daemon that is stopped in its tracks owns its name and takes calls, as one that waits for a prompt nobody sees. */
async function startSilentKeyring(env: Environment): Promise<ChildProcess> {
  const keyring = await startKeyring(env);
  keyring.kill('SIGSTOP');
  return keyring;
}

const serviceAppears = (env: Environment): Promise<unknown> =>
  run(
    'gdbus',
    ['wait', '--session', '--timeout', String(START_TIMEOUT_MS / 1000), 'org.freedesktop.secrets'],
    { env },
  );

const lock = async (env: Environment): Promise<void> => {
  await run(
    'dbus-send',
    [
      '--session',
      '--print-reply',
      '--dest=org.freedesktop.secrets',
      '/org/freedesktop/secrets',
      'org.freedesktop.Secret.Service.Lock',
      'array:objpath:/org/freedesktop/secrets/collection/login',
    ],
    { env },
  );
};

async function whenReady(child: ChildProcess, ready: Promise<unknown>, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not come up in time`)), START_TIMEOUT_MS);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with exit code ${code}`)));
  });
  try {
    await Promise.race([ready, failed]);
  } finally {
    clearTimeout(timer);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
