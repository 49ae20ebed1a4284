/**
 * What a process of any level is, once the jail's own programs and their options are known: a child with nothing of
 * ours but its descriptors, which ends as a whole.
 */
import { type ChildProcess, type IOType, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inheritedDescriptors, stdioWithoutOurs } from './inherited-descriptors.ts';
import type { JailedProcess } from './jail.ts';
import { MEMORY_SLACK_BYTES } from './jail-limits.ts';
import { MemoryLimit } from './kernel-limits.ts';
import { ResidentMemoryWatch, residentBytesOf } from './resident-memory.ts';
import { requireDescriptorsFor, TooFewDescriptorsError } from './spare-descriptors.ts';
import type { WorkerIdentity } from './worker-identity.ts';

export interface Confinement {
  /** The jail's first program, and its arguments down to the confined program's. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A number is an open descriptor of ours. */
  readonly stdio: readonly (Extract<IOType, 'pipe' | 'ignore'> | number)[];
  readonly identity: WorkerIdentity;
  /** Whether the program is the child itself or the only child of the one we start, which stays and waits for it. */
  readonly program: 'child' | 'grandchild';
  /** Options of prlimit(1) to set with the limit of memory. */
  readonly lateLimits?: readonly string[];
}

let inherited: readonly number[] | undefined;

/** @throws where too few descriptors are left for its pipes; other errors of starting come as the child's `error` event */
export function startConfined(confinement: Confinement): JailedProcess {
  inherited ??= inheritedDescriptors();
  const stdio = stdioWithoutOurs(confinement.stdio, inherited);
  requireDescriptorsFor(stdio);
  const child = spawn(confinement.command, confinement.args, {
    cwd: '/',
    env: { ...confinement.env },
    stdio,
    shell: false,
    // A session of its own: no terminal to write to, and a Ctrl-C meant for the gateway does not end its workers first.
    detached: true,
    ...confinement.identity,
  });
  // Before anything that may throw: an `error` that nobody hears ends the gateway.
  child.on('error', () => {});
  // Against its types, a child without descriptors has no `stdio`. Looked for above, but others may have opened some since:
  // our own threads, and where it is the host that has none left, everybody.
  if (child.stdio === undefined) throw new TooFewDescriptorsError();
  const { pid } = child;
  if (pid !== undefined && confinement.program === 'child') {
    // What the program started may have stayed in its group, whose number the kernel gives to nobody else as long as it
    // has members. Where a namespace was the program's own, all in it has ended, and the number may be somebody else's.
    child.once('exit', () => killGroup(pid));
  }
  const kill = (): void => {
    if (pid === undefined || !isRunning(child)) return;
    if (confinement.program === 'child') killGroup(pid);
    else killThrough(pid);
  };
  const memory = new MemoryLimit(confinement.identity);
  const watch = new ResidentMemoryWatch();
  child.once('exit', () => watch.stop());
  return {
    child,
    limitMemory: async (bytes) => {
      const program = programPid(child, confinement.program);
      const heldBytes = residentBytesOf(program);
      if (heldBytes === undefined) throw new Error('a worker whose memory can’t be looked at');
      await memory.set(program, bytes, confinement.lateLimits);
      if (isRunning(child)) watch.start(program, heldBytes, bytes + MEMORY_SLACK_BYTES, kill);
    },
    kill,
  };
}

/**
 * Ends the program behind the jail's process. That one goes on until it has seen the end, so that the child's `exit`
 * says that the memory is free again; and a program that told the kernel not to end it with its parent ends all the same.
 */
function killThrough(pid: number): void {
  // Standing still, it starts no program between our look and the signal, which would then wait for it for ever.
  signal(-pid, 'SIGSTOP');
  const programs = childrenOf(pid);
  for (const one of programs) signal(one, 'SIGKILL');
  if (programs.length === 0) killGroup(pid);
  else signal(-pid, 'SIGCONT');
}

/** Until then, the kernel gives its pid to nobody else. */
const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

function programPid(child: ChildProcess, program: Confinement['program']): number {
  if (child.pid === undefined || !isRunning(child)) throw new Error('a worker that is gone');
  if (program === 'child') return child.pid;
  const [only, ...others] = childrenOf(child.pid);
  if (only === undefined || others.length > 0) throw new Error('a worker that is not where it should be');
  return only;
}

/** As the kernel knows them, so that no pid is taken on anybody's word. */
function childrenOf(pid: number): readonly number[] {
  try {
    const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    return pids.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

const killGroup = (pid: number): void => signal(-pid, 'SIGKILL');

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}
