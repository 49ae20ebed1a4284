/**
 * A stand-in for a gateway that has no descriptors left: a process of its own, so that its limit of open files can be low
 * and that it can be seen to end. It tries everything that starts a sandbox with none to two dozen descriptors left, says on its
 * stdout how each attempt ended, and then, with descriptors again, whether a sandbox starts.
 */
import { once } from 'node:events';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BubblewrapJail } from '../../../../gateway/exec/jail/bubblewrap-jail.ts';
import type { Jail, JailedProgram } from '../../../../gateway/exec/jail/jail.ts';
import { LimitsJail } from '../../../../gateway/exec/jail/limits-jail.ts';
import { NamespacesJail } from '../../../../gateway/exec/jail/namespaces-jail.ts';
import { probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';
import { SnapshotFolder } from '../../../../gateway/exec/python/pyodide/snapshot.ts';

export interface StarvedReport {
  /** What was tried, and how many descriptors were left for it, to how it ended. */
  readonly ends: Readonly<Record<string, string>>;
  /** Descriptors that were open before all this and after. */
  readonly open: readonly [number, number];
  /** Exit codes of the sandboxes started at the end. */
  readonly codes: readonly (number | null)[];
  /** What keeps the process from ending once all is done, as Node names it. */
  readonly pending: readonly string[];
}

/** None, each number at which something may be opened and the next thing not, and plenty. */
const LEFT: readonly number[] = [...Array(24).keys(), 40];
const JAILS: readonly Jail[] = [new BubblewrapJail(), new NamespacesJail(), new LimitsJail()];

const program = (code: string): Omit<JailedProgram, 'stdio'> => ({
  executable: process.execPath,
  args: ['-e', code],
  readable: [],
  env: {},
});

async function start(jail: Jail): Promise<number | null> {
  const { child, kill } = jail.spawn({ ...program(''), stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  try {
    // A listener of `error` beside it, as all who start a sandbox have.
    const [code] = await once(child, 'exit');
    return code;
  } finally {
    kill();
  }
}

/** Runs with that many descriptors left. */
async function starved<Result>(left: number, attempt: () => Promise<Result>): Promise<string> {
  const held: number[] = [];
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch {
    // None left.
  }
  // The highest: in the place of an inherited one the child needs a copy whose number is above.
  for (const fd of held.splice(held.length - left)) closeSync(fd);
  try {
    const result = await attempt();
    return `it came up: ${result}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    // What was told of only later would come now.
    await nextTurn();
    for (const fd of held) closeSync(fd);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'rlm-starved-'));
const countOpen = (): number => readdirSync('/proc/self/fd').length;
// Once each, with plenty: what is opened for good is open.
await Promise.all(JAILS.map(start));
const before = countOpen();
const ends: Record<string, string> = {};
for (const left of LEFT) {
  for (const jail of JAILS) ends[`${jail.level} ${left}`] = await starved(left, () => start(jail));
  ends[`probe ${left}`] = await starved(left, async () => (await probeJail()).jail.level);
  // The one that is there is found from some number on; with none there, one is to be made.
  const snapshots = new SnapshotFolder(join(folder, String(left)));
  ends[`snapshot ${left}`] = await starved(left, async () => {
    const maker = { jail: new LimitsJail(), version: 'python-0', program: program('fs.writeSync(3, "x")') };
    await using file = await snapshots.open(maker);
    return await file.readFile('utf8');
  });
}
const after = countOpen();
const codes = await Promise.all(JAILS.map(start));
await rm(folder, { recursive: true });
await nextTurn();
const pending = process
  .getActiveResourcesInfo()
  .filter((name) => name === 'Timeout' || name === 'ProcessWrap');
const report: StarvedReport = { ends, open: [before, after], codes, pending };
process.stdout.write(JSON.stringify(report));
