import { spawn } from 'node:child_process';
import { RlmError } from '../errors/rlm-error.ts';
import { Secret } from '../keys/secret.ts';
import type { HostEnvironment } from './config-folders.ts';

/** Milliseconds a key command may take: `pass`, `op` and their like, with an agent already unlocked. */
export const KEY_COMMAND_TIMEOUT_MS = 5_000;
/** Bytes it may print: a key and a newline. */
export const MAX_KEY_COMMAND_BYTES = 4096;

/**
 * What a user's own command prints. It is run by `/bin/sh -c` (Windows: `cmd /d /s /c`) in the user's home folder,
 * never in the working directory, which may be a cloned repository; stdin is closed and stderr dropped, so nothing
 * it says can reach the protocol's streams or a log. It and its children are ended at the deadline.
 *
 * @throws `KEY_MISSING` it failed, printed too much, or took too long
 */
export async function runKeyCommand(
  command: string,
  host: HostEnvironment,
  signal?: AbortSignal,
): Promise<Secret<string>> {
  const isWindows = host.platform === 'win32';
  const [shell, args] = isWindows ? ['cmd.exe', ['/d', '/s', '/c', command]] : ['/bin/sh', ['-c', command]];
  const child = spawn(shell, args, {
    cwd: host.homeDir,
    env: { ...host.env },
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own, so that the shell's children can be ended with it.
    detached: !isWindows,
    windowsHide: true,
  });
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      if (isWindows) child.kill('SIGKILL');
      else process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  };
  let timer: NodeJS.Timeout | undefined;
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted === true) end();
  try {
    return await new Promise<Secret<string>>((resolve, reject) => {
      const chunks: Buffer[] = [];
      let length = 0;
      timer = setTimeout(() => reject(failed('did not finish in time')), KEY_COMMAND_TIMEOUT_MS);
      child.once('error', () => reject(failed('could not be started')));
      child.stdout.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_KEY_COMMAND_BYTES) reject(failed('printed more than a key'));
        else chunks.push(chunk);
      });
      child.once('close', (code) => {
        if (code === 0) resolve(new Secret(Buffer.concat(chunks).toString('utf8')));
        else reject(failed(code === null ? 'was ended by a signal' : `ended with exit code ${code}`));
      });
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    end();
  }
}

const failed = (what: string): RlmError =>
  new RlmError('KEY_MISSING', `The key command ${what}. Run it in a terminal to see why.`);
