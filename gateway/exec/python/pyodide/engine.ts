/**
 * The full Python tier: all of CPython, in a guest on Node that starts from a memory snapshot.
 *
 * CPython in WebAssembly is no wall: its programs have walked out of it before. A jail with a kernel behind it is what
 * confines one, so the caller offers this tier only where there is such a jail.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAX_EXEC_MEMORY_MB } from '../../../../shared/limits.ts';
import type { Engine } from '../../engine.ts';
import { guestBundle } from '../../guests/guest-bundle.ts';
import { startGuest } from '../../guests/guest-process.ts';
import { nodeGuestProgram } from '../../guests/node-program.ts';
import type { JailedProgram } from '../../jail/jail.ts';
import { SnapshotFolder, snapshotVersion } from './snapshot.ts';

/** What a program may hold where it does not say: then nothing is left to be set when it comes. */
const IDLE_MEMORY_BYTES = MAX_EXEC_MEMORY_MB * 1024 * 1024;

/**
 * Kilobytes of stack: Python's own limit of recursion is to be reached before V8's, from which an interpreter in WebAssembly
 * does not recover. Half of what Linux gives a process; the default is an eighth.
 */
const STACK_SIZE = '--stack-size=4096';

/** Of the package's files, what the interpreter is made of. */
const PYODIDE_FILES = [
  'pyodide.mjs',
  'pyodide.asm.mjs',
  'pyodide.asm.wasm',
  'python_stdlib.zip',
  'pyodide-lock.json',
  'package.json',
];

export function pyodideEngine({ snapshotFolder }: { readonly snapshotFolder: string }): Engine {
  const snapshots = new SnapshotFolder(snapshotFolder);
  return {
    name: 'pyodide',
    start: async (jail) => {
      const folder = dirname(fileURLToPath(import.meta.resolve('pyodide/package.json')));
      const version = await snapshotVersion(folder, guestBundle('rlm-exec-python'));
      await using snapshot = await snapshots.open({ jail, version, program: guestProgram(folder) });
      return await startGuest(jail, guestProgram(folder, snapshot.fd), IDLE_MEMORY_BYTES);
    },
  };
}

/** @param snapshotFd open for reading; without, it is a guest that makes one instead of running a program */
function guestProgram(folder: string, snapshotFd?: number): Omit<JailedProgram, 'stdio'> {
  const program = nodeGuestProgram({
    script: guestBundle('rlm-exec-python'),
    readable: PYODIDE_FILES.map((name) => join(folder, name)),
    flags: [STACK_SIZE, '--expose-gc'],
  });
  return snapshotFd === undefined
    ? { ...program, args: [...program.args, 'make', folder] }
    : { ...program, args: [...program.args, 'run', folder], handedOver: [snapshotFd] };
}
