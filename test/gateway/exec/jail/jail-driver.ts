/**
 * A stand-in for the gateway: a process of its own, so that it can be another user or be killed. Its one argument is a
 * request; it starts a program in a jail, does as it is told, and answers in lines on its stdout.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BubblewrapJail } from '../../../../gateway/exec/jail/bubblewrap-jail.ts';
import type {
  IsolationLevel,
  Jail,
  JailedProcess,
  JailedProgram,
} from '../../../../gateway/exec/jail/jail.ts';
import { LimitsJail } from '../../../../gateway/exec/jail/limits-jail.ts';
import { NamespacesJail } from '../../../../gateway/exec/jail/namespaces-jail.ts';

export interface DriverRequest {
  readonly level: IsolationLevel;
  readonly program: Omit<JailedProgram, 'stdio'>;
  /** Given once the program has said that it waits for it; then it goes on. */
  readonly memoryBytes?: number;
  /** Seconds of processor time, instead of the minutes that the jail gives. */
  readonly cpuS?: number;
  /** What is done once the program has said what it got. */
  readonly ending: 'kill' | 'wait for its end' | 'stay';
}

export interface DriverReport {
  /** The lines of the program's stdout. */
  readonly said: readonly string[];
  readonly programPid: number;
  readonly code: number | null;
  readonly signal: string | null;
  /** What `/proc/<pid>/limits` shows, by the kernel's names: soft and hard. */
  readonly limits: Readonly<Record<string, readonly string[]>>;
  readonly oomScore: string;
  readonly uid: string;
  readonly fault?: string;
}

const JAILS: Readonly<Record<IsolationLevel, new () => Jail>> = {
  bubblewrap: BubblewrapJail,
  namespaces: NamespacesJail,
  limits: LimitsJail,
};

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

const programOf = (child: ChildProcess, level: IsolationLevel): number =>
  level === 'limits'
    ? (child.pid ?? 0)
    : Number(read(`/proc/${child.pid}/task/${child.pid}/children`).trim());

const fieldOf = (status: string, name: string): string =>
  new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';

function limitsOf(pid: number): DriverReport['limits'] {
  const rows = read(`/proc/${pid}/limits`).split('\n').slice(1);
  return Object.fromEntries(
    rows.map((row) => [row.slice(0, 26).trim(), row.slice(26).trim().split(/\s+/).slice(0, 2)]),
  );
}

async function drive(request: DriverRequest): Promise<void> {
  const process = new JAILS[request.level]().spawn({ ...request.program, stdio: ['pipe', 'pipe', 'pipe'] });
  const { child } = process;
  const end = new Promise<readonly [number | null, string | null]>((resolve) => {
    child.once('close', (code, signal) => resolve([code, signal]));
  });
  const said = lines(process);
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk}`.slice(0, 2000);
  });
  child.stdin?.on('error', () => {});
  const first = await Promise.race([said.next(), end]);
  const programPid = programOf(child, request.level);
  const isWaiting = typeof first === 'string' && first.includes('"ready"');
  if (isWaiting) {
    if (request.memoryBytes !== undefined) await process.limitMemory(request.memoryBytes);
    if (request.cpuS !== undefined) {
      spawnSync('/usr/bin/prlimit', [`--pid=${programPid}`, `--cpu=${request.cpuS}:${request.cpuS + 1}`], {
        ...(globalThis.process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
      });
    }
  }
  const limits = limitsOf(programPid);
  const oomScore = read(`/proc/${programPid}/oom_score_adj`).trim();
  if (isWaiting) {
    child.stdin?.write('x');
    if (request.ending !== 'wait for its end') await Promise.race([said.next(), end]);
  }
  const status = read(`/proc/${programPid}/status`);
  const answer = {
    said: said.all,
    programPid,
    limits,
    oomScore,
    uid: fieldOf(status, 'Uid'),
    ...(complaint === '' ? {} : { fault: complaint }),
  };
  if (request.ending === 'stay') {
    tell({ ...answer, code: null, signal: null });
    return;
  }
  if (request.ending === 'kill') process.kill();
  const [code, signal] = await end;
  tell({ ...answer, code, signal });
  globalThis.process.exit(0);
}

const tell = (report: DriverReport): void => {
  globalThis.process.stdout.write(`${JSON.stringify(report)}\n`);
};

function lines({ child }: JailedProcess): { readonly all: string[]; next(): Promise<string> } {
  const all: string[] = [];
  let rest = '';
  let asked = 0;
  let waiting: (() => void) | undefined;
  child.stdout?.on('data', (chunk: Buffer) => {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    all.push(...parts);
    waiting?.();
  });
  return {
    all,
    next: async () => {
      const index = asked++;
      while (all.length <= index) {
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
      return all[index] ?? '';
    },
  };
}

if (import.meta.main) await drive(JSON.parse(globalThis.process.argv[2] ?? ''));
