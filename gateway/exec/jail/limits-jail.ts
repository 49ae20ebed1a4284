import { realpathSync } from 'node:fs';
import { startConfined } from './confined-process.ts';
import { SETPRIV } from './host-tools.ts';
import type { Jail, JailedProcess, JailedProgram } from './jail.ts';
import { limitsInFrontOf } from './kernel-limits.ts';
import { areOpenToAll, droppedIdentity, isRoot } from './worker-identity.ts';

/**
 * What every Unix host can do: an empty environment, no descriptors, an ordinary user, and on Linux kernel limits, no new
 * privileges and an end with the gateway.
 *
 * It does not number processes (RLIMIT_NPROC): without a namespace, the kernel counts all that the user runs on
 * the host. One that breaks out can leave its session with a process of its own, which outlives `kill`.
 *
 * Elsewhere than on Linux memory has no limit but the interpreter's.
 */
export class LimitsJail implements Jail {
  readonly level = 'limits';

  /** @throws where the gateway is root and these files are not open to the user it would become */
  spawn(program: JailedProgram): JailedProcess {
    const executable = realpathSync(program.executable);
    refuseRoot([executable, ...program.readable]);
    const [command, ...args] =
      process.platform === 'linux'
        ? [SETPRIV, ...SETPRIV_OPTIONS, '--', ...limitsInFrontOf(program), executable, ...program.args]
        : [executable, ...program.args];
    const confined = startConfined({
      command: command ?? executable,
      args,
      env: program.env,
      stdio: [...program.stdio, ...(program.handedOver ?? [])],
      identity: droppedIdentity(),
      program: 'child',
    });
    return process.platform === 'linux' ? confined : { ...confined, limitMemory: async () => {} };
  }
}

/** A program that ends when the thread that started it does, and gains nothing by what it starts. */
export const SETPRIV_OPTIONS: readonly string[] = ['--no-new-privs', '--pdeathsig', 'KILL'];

/** Where the host's files stand behind file modes alone, root has the run of them. */
export function refuseRoot(paths: readonly string[]): void {
  if (isRoot() && !areOpenToAll(paths)) {
    throw new Error(
      'the gateway runs as root, and its own files are closed to other users: run it as an ordinary user',
    );
  }
}
