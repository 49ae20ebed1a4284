import { realpathSync } from 'node:fs';
import { startConfined } from './confined-process.ts';
import { SETPRIV, UNSHARE } from './host-tools.ts';
import type { Jail, JailedProcess, JailedProgram } from './jail.ts';
import { MAX_TASKS } from './jail-limits.ts';
import { limitsInFrontOf } from './kernel-limits.ts';
import { refuseRoot, SETPRIV_OPTIONS } from './limits-jail.ts';
import { droppedIdentity, NOBODY } from './worker-identity.ts';

/**
 * Namespaces of its own by unshare(1): a network without a single interface, no process but its own, also in `/proc`,
 * and a number of processes that counts its own alone. The host's files are all there, behind their modes: it may write no
 * byte to any of them, but where their modes allow it, it can make, empty, move and delete some. Of an ordinary user's
 * gateway, those are all of that user's own.
 *
 * Where the program was killed, unshare itself ends with 1: it has no word for SIGKILL.
 */
const NAMESPACES: readonly string[] = [
  '--user',
  // As nobody in it, so that the rights over the new namespaces end before the program begins.
  `--map-user=${NOBODY}`,
  `--map-group=${NOBODY}`,
  '--net',
  '--ipc',
  '--uts',
  '--cgroup',
  '--mount-proc',
  '--pid',
  '--fork',
  '--kill-child=KILL',
];

export class NamespacesJail implements Jail {
  readonly level = 'namespaces';

  /** @throws where the gateway is root and these files are not open to the user it would become */
  spawn(program: JailedProgram): JailedProcess {
    const executable = realpathSync(program.executable);
    refuseRoot([executable, ...program.readable]);
    return startConfined({
      command: SETPRIV,
      args: [
        // unshare ends with the gateway, and the program with unshare.
        ...SETPRIV_OPTIONS,
        '--',
        UNSHARE,
        ...NAMESPACES,
        '--',
        // Inside, where the kernel counts the namespace's processes only.
        ...limitsInFrontOf(program, [`--nproc=${MAX_TASKS}`]),
        executable,
        ...program.args,
      ],
      env: program.env,
      stdio: [...program.stdio, ...(program.handedOver ?? [])],
      identity: droppedIdentity(),
      program: 'grandchild',
    });
  }
}
