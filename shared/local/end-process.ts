import { isKeychainBusy } from './keychain.ts';

/**
 * `process.exit` that works while a keychain call hangs. Such a call holds one of libuv's threads, and Node's own exit
 * joins them all: the process would stay until a prompt that nobody sees is answered. Then the process is replaced by
 * a shell that ends with the exit code, or, where Node cannot do that (before 22.15, Windows), killed.
 *
 * Flush the streams first: nothing is written afterwards.
 */
export function endProcess(exitCode: number): never {
  if (isKeychainBusy()) {
    if (typeof process.execve === 'function' && process.platform !== 'win32') {
      process.execve('/bin/sh', ['sh', '-c', `exit ${exitCode}`], {});
    }
    process.kill(process.pid, 'SIGKILL');
  }
  process.exit(exitCode);
}
