import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A keychain of its own for a machine without a desktop, or beside the one the desktop has: a private D-Bus session
 * and a gnome-keyring on it, unlocked with a random password, with all their files in one folder. Nothing of the
 * user's own keychain is touched, and nothing is left once the folder is gone.
 */
export interface KeychainSession {
  /** Value of `DBUS_SESSION_BUS_ADDRESS`: what leads a program to this keychain. */
  readonly busAddress: string;
  /** Ends both daemons. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 10_000;
const ASK_AGAIN_MS = 20;
const KILL_AFTER_MS = 2_000;

/** D-Bus's own session configuration would let anyone on the bus start services of this machine; ours starts none. */
const busConfig = (socket: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/**
 * @param folder an existing, empty folder; its path must be short enough for a socket (about 80 characters)
 * @throws where dbus-daemon or gnome-keyring-daemon is missing, or either is not ready within 10 s
 */
export async function startKeychainSession(folder: string, signal?: AbortSignal): Promise<KeychainSession> {
  const socket = join(folder, 'bus');
  const busAddress = `unix:path=${socket}`;
  const config = join(folder, 'bus.conf');
  await writeFile(config, busConfig(socket));
  const home = join(folder, 'home');
  await mkdir(home, { mode: 0o700 });
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    XDG_RUNTIME_DIR: folder,
    XDG_DATA_HOME: join(home, 'share'),
    XDG_CACHE_HOME: join(home, 'cache'),
    DBUS_SESSION_BUS_ADDRESS: busAddress,
  };
  const running: Daemon[] = [];
  const stop = async (): Promise<void> => {
    for (const daemon of running.reverse()) await daemon.stop();
  };
  try {
    const bus = new Daemon('dbus-daemon', ['--nofork', '--print-address', `--config-file=${config}`], env);
    running.push(bus);
    await bus.firstLine();
    signal?.throwIfAborted();
    // In the foreground it reads the password up to the end of its input, and makes and unlocks the login keyring.
    const keyring = new Daemon(
      'gnome-keyring-daemon',
      ['--foreground', '--unlock', '--components=secrets'],
      env,
    );
    running.push(keyring);
    keyring.child.stdin?.end(randomBytes(24).toString('hex'));
    await keyring.until(() => isOnBus('org.freedesktop.secrets', env));
    signal?.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  return { busAddress, stop };
}

/** A background program that is ended with us, on every path. */
class Daemon {
  readonly child: ChildProcess;
  readonly #name: string;
  readonly #gone: Promise<string>;
  #errors = '';

  constructor(name: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#name = name;
    this.child = spawn(name, args, { env, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
    // A daemon that ends before it has read its input must not end us with EPIPE.
    this.child.stdin?.on('error', () => {});
    this.child.stdout?.setEncoding('utf8').resume();
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-2_000);
    });
    this.#gone = new Promise((resolve) => {
      this.child.once('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code === 'ENOENT' ? 'is not installed' : error.message),
      );
      this.child.once('exit', (code, signal) =>
        resolve(`ended with ${signal ?? code}: ${this.#errors.trim()}`),
      );
    });
  }

  async firstLine(): Promise<void> {
    const { stdout } = this.child;
    if (stdout !== null)
      await this.#orGone(once(stdout, 'data', { signal: AbortSignal.timeout(READY_TIMEOUT_MS) }));
  }

  async until(isReady: () => Promise<boolean>): Promise<void> {
    const deadline = AbortSignal.timeout(READY_TIMEOUT_MS);
    while (!(await this.#orGone(isReady()))) {
      if (deadline.aborted)
        throw new Error(`${this.#name} was not ready within ${READY_TIMEOUT_MS / 1000} s`);
      await this.#orGone(pause(ASK_AGAIN_MS));
    }
  }

  #orGone<T>(work: Promise<T>): Promise<T> {
    const gone = this.#gone.then((how): never => {
      throw new Error(`${this.#name} ${how}`);
    });
    return Promise.race([work, gone]);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined)
      return;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), KILL_AFTER_MS);
    await this.#gone;
    clearTimeout(timer);
  }
}

/** Whether somebody answers to this name; D-Bus has no other way to ask without a client library. */
async function isOnBus(name: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  const question = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
  const child = spawn('dbus-send', [...question, 'org.freedesktop.DBus.NameHasOwner', `string:${name}`], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  await once(child, 'close');
  return answer.includes('boolean true');
}
