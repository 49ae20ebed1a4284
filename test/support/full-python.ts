import { join } from 'node:path';
import type { EngineEnd, EngineJob, EngineWorker, HostCall, HostReply } from '../../gateway/exec/engine.ts';
import type { Jail } from '../../gateway/exec/jail/jail.ts';
import { probeJail } from '../../gateway/exec/jail/probe-jail.ts';
import { pyodideEngine } from '../../gateway/exec/python/pyodide/engine.ts';
import { ROOT } from '../../scripts/bundle.ts';

/** Kept from one test run to the next: its files' names say which build they belong to, and each use checks them. */
export const SNAPSHOT_FOLDER = join(ROOT, 'node_modules', '.cache', 'rlm-python-snapshots');

const MEGABYTE = 1024 * 1024;

let probed: Promise<Jail> | undefined;

/** The strongest jail of this host. */
export const strongestJail = (): Promise<Jail> => {
  probed ??= probeJail().then(({ jail }) => jail);
  return probed;
};

export interface FullRun {
  readonly end: EngineEnd;
  readonly stdout: string;
  readonly stderr: string;
  /** Pieces of output, in order. */
  readonly pieces: readonly { readonly stream: string; readonly text: string }[];
  readonly calls: readonly HostCall[];
}

export interface FullRunOptions {
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  readonly onHostCall?: (call: HostCall) => HostReply;
}

const engine = pyodideEngine({ snapshotFolder: SNAPSHOT_FOLDER });

export const startFullPython = async (): Promise<EngineWorker> => engine.start(await strongestJail());

/** A program in a worker of the full tier of its own, behind the strongest wall there is here. */
export async function runFullPython(code: string, options: FullRunOptions = {}): Promise<FullRun> {
  const { timeoutMs = 20_000, memoryMb = 256, onHostCall = () => ({ ok: true, value: null }) } = options;
  const pieces: { stream: string; text: string }[] = [];
  const calls: HostCall[] = [];
  const job: EngineJob = {
    code,
    timeoutMs,
    memoryBytes: memoryMb * MEGABYTE,
    signal: new AbortController().signal,
    onOutput: (stream, text) => pieces.push({ stream, text }),
    onHostCall: async (call) => {
      calls.push(call);
      return onHostCall(call);
    },
  };
  const worker = await startFullPython();
  const end = await worker.run(job);
  await worker.gone;
  const said = (wanted: string): string =>
    pieces
      .filter(({ stream }) => stream === wanted)
      .map(({ text }) => text)
      .join('');
  return { end, stdout: said('stdout'), stderr: said('stderr'), pieces, calls };
}
