import { realpathSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { startConfined } from './confined-process.ts';
import { librariesOf } from './elf-libraries.ts';
import { BUBBLEWRAP } from './host-tools.ts';
import type { Jail, JailedProcess, JailedProgram } from './jail.ts';
import { MAX_TASKS } from './jail-limits.ts';
import { limitsInFrontOf } from './kernel-limits.ts';
import { isKnownArchitecture, type ProgramKind, systemCallFilter } from './seccomp/system-call-filter.ts';
import { areOpenToAll, droppedIdentity, isRoot, NOBODY } from './worker-identity.ts';

const NAMESPACES: readonly string[] = [
  '--unshare-all',
  // Where the user namespace can't be had, `--unshare-all` goes on without one.
  '--unshare-user',
  '--uid',
  String(NOBODY),
  '--gid',
  String(NOBODY),
  '--hostname',
  'sandbox',
  '--cap-drop',
  'ALL',
  // No terminal whose input it could fake (TIOCSTI).
  '--new-session',
  // A gateway that is killed takes its workers with it. One in the few milliseconds of its start may have missed that;
  // it has run no one's code yet, and ends when it finds its channel closed.
  '--die-with-parent',
  // The program itself is the first process: when it ends, all it started ends, and nothing stands between it and a
  // signal. It costs nothing: it starts no process, so there is no child to wait for.
  '--as-pid-1',
];

/**
 * A root of its own with nothing in it but the program's files and libraries, all read-only: no `/proc`, no `/dev`, no
 * `/etc`; neither Node nor Monty misses them. Namespaces of its own for everything, no rights, a filter of system calls,
 * kernel limits.
 */
export class BubblewrapJail implements Jail {
  readonly level = 'bubblewrap';
  readonly #filters = new Map<ProgramKind, Buffer>();
  readonly #libraries = new Map<string, readonly string[]>();

  /** @throws where the executable's libraries are not found, or the processor is one we have no filter for */
  spawn(program: JailedProgram): JailedProcess {
    const executable = realpathSync(program.executable);
    const kind: ProgramKind = executable === realpathSync(process.execPath) ? 'node' : 'native';
    const filter = this.#filterFor(kind);
    const files = [executable, ...this.#librariesOf(executable), ...program.readable];
    const stdio = [...program.stdio, ...(program.handedOver ?? [])];
    const filterFd = stdio.length;
    const [command = BUBBLEWRAP, ...limits] = limitsInFrontOf(program);
    const confined = startConfined({
      command,
      args: [
        ...limits,
        BUBBLEWRAP,
        ...NAMESPACES,
        ...mounts(files),
        '--remount-ro',
        '/',
        '--chdir',
        '/',
        '--seccomp',
        String(filterFd),
        '--',
        executable,
        ...program.args,
      ],
      env: program.env,
      stdio: [...stdio, 'pipe'],
      // Root's name opens only what is in the jail, so that a program closed to others is no reason to do without one. But the
      // kernel does not count root's threads: files that can be handed over are, and only an executable or a guest that is
      // itself closed to others is run without that one limit.
      identity: isRoot() && !areOpenToAll(files) ? {} : droppedIdentity(),
      program: 'grandchild',
      // Only now: the number is counted from the user namespace upwards, and one set before that namespace is made
      // would count all the user's processes on the host. What the filter leaves of processes are threads.
      lateLimits: [`--nproc=${MAX_TASKS}`],
    });
    // Spawned with `pipe`. Bubblewrap reads it to its end and closes it; one that could not start breaks it.
    const filterPipe = confined.child.stdio[filterFd] as Writable | null | undefined;
    filterPipe?.on('error', () => {});
    filterPipe?.end(filter);
    return confined;
  }

  #filterFor(kind: ProgramKind): Buffer {
    const { arch } = process;
    if (!isKnownArchitecture(arch)) throw new Error(`no filter of system calls for ${arch}`);
    const filter = this.#filters.get(kind) ?? systemCallFilter(kind, arch);
    this.#filters.set(kind, filter);
    return filter;
  }

  #librariesOf(executable: string): readonly string[] {
    const libraries = this.#libraries.get(executable) ?? librariesOf(executable);
    this.#libraries.set(executable, libraries);
    return libraries;
  }
}

/** In order of their paths, so that a folder does not cover what was mounted below it. */
const mounts = (files: readonly string[]): readonly string[] =>
  [...new Set(files)].sort().flatMap((path) => ['--ro-bind', path, path]);
