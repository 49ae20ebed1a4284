import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, copyFile, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { BubblewrapJail } from '../../../../gateway/exec/jail/bubblewrap-jail.ts';
import type { Jail } from '../../../../gateway/exec/jail/jail.ts';
import { MAX_MEMORY_BYTES, MAX_TASKS } from '../../../../gateway/exec/jail/jail-limits.ts';
import { LimitsJail } from '../../../../gateway/exec/jail/limits-jail.ts';
import { NamespacesJail } from '../../../../gateway/exec/jail/namespaces-jail.ts';
import { areOpenToAll, isRoot, NOBODY } from '../../../../gateway/exec/jail/worker-identity.ts';
import { pyodideEngine } from '../../../../gateway/exec/python/pyodide/engine.ts';
import { useTemporaryFolder } from '../../../support/temporary-folder.ts';
import { hostile } from './drive.ts';

const folder = useTemporaryFolder();

test('a file is open to all where it is, and every folder on the way', async () => {
  await chmod(folder(), 0o755);
  const inner = join(folder(), 'inner');
  const file = join(inner, 'file');
  await mkdir(inner);
  await writeFile(file, '');
  await chmod(inner, 0o711);
  await chmod(file, 0o644);
  expect(areOpenToAll([file])).toBe(true);
  // A folder to be read is more than one to pass through.
  expect(areOpenToAll([inner])).toBe(false);
  await chmod(file, 0o640);
  expect(areOpenToAll([file])).toBe(false);
  await chmod(file, 0o644);
  await chmod(inner, 0o700);
  expect(areOpenToAll([file])).toBe(false);
});

interface Threads {
  /** What the program said before it started them. */
  readonly inherited: readonly { readonly fd: number; readonly kind: string; readonly bytes?: string }[];
  /** Of the program outside: real, effective, saved, of files. */
  readonly uids: readonly string[];
  /** `null` where the program did not get them all. */
  readonly tasks: number | null;
}

/** A program with a file handed over that only the gateway can open, which starts threads once its limits are set. */
async function threadsOf(jail: Jail, times: number): Promise<Threads> {
  await chmod(folder(), 0o700);
  await writeFile(join(folder(), 'closed'), 'of the gateway', { mode: 0o600 });
  await using file = await open(join(folder(), 'closed'));
  const { program } = hostile(jail.level, { attack: 'threads', waitsForInput: true, times });
  const process = jail.spawn({ ...program, stdio: ['pipe', 'pipe', 'ignore'], handedOver: [file.fd] });
  try {
    const { stdin, stdout } = process.child;
    if (stdin === null || stdout === null) throw new TypeError('started without its pipes');
    const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    // The hostile program's own lines.
    const { inherited } = JSON.parse((await lines.next()).value ?? '') as Pick<Threads, 'inherited'>;
    await process.limitMemory(MAX_MEMORY_BYTES);
    const pid = readFileSync(
      `/proc/${process.child.pid}/task/${process.child.pid}/children`,
      'latin1',
    ).trim();
    const uids = /^Uid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]?.split('\t') ?? [];
    stdin.write('x');
    const { done } = await lines.next();
    return { inherited, uids, tasks: done === true ? null : readdirSync(`/proc/${pid}/task`).length };
  } finally {
    process.kill();
  }
}

// The lowest level numbers no processes.
test.each([new BubblewrapJail(), new NamespacesJail()])(
  '$level: with a file handed over that only the gateway can open, the worker is nobody and its threads are few',
  async (jail) => {
    const { inherited, uids, tasks } = await threadsOf(jail, 8);
    const pipes = [0, 1].map((fd) => ({ fd, kind: 'socket' }));
    expect(inherited).toEqual([...pipes, { fd: 3, kind: 'file', bytes: 'of the gateway' }]);
    if (isRoot()) expect(uids).toEqual(Array(4).fill(String(NOBODY)));
    expect(tasks).toBeGreaterThan(8);
    expect((await threadsOf(jail, 2 * MAX_TASKS)).tasks).toBeNull();
  },
);

// Only root has files that the user it would become can't open.
if (isRoot()) {
  test('the full Python tier’s worker is nobody, though its snapshot is root’s alone', async () => {
    await chmod(folder(), 0o700);
    const worker = await pyodideEngine({ snapshotFolder: join(folder(), 'snapshots') }).start(
      new BubblewrapJail(),
    );
    try {
      const pid = readFileSync(`/proc/${worker.pid}/task/${worker.pid}/children`, 'latin1').trim();
      expect(readFileSync(`/proc/${pid}/status`, 'latin1')).toMatch(
        /^Uid:\s+65534\s+65534\s+65534\s+65534$/m,
      );
      expect(readFileSync(`/proc/${pid}/limits`, 'latin1')).toMatch(/^Max processes\s+32\s+32/m);
      // It holds nothing of the gateway's by the time it has a program.
      const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      expect(open.filter((target) => target.includes('snapshot'))).toEqual([]);
    } finally {
      worker.kill();
    }
  });

  const program = async (): Promise<Parameters<Jail['spawn']>[0]> => {
    const executable = join(folder(), 'cat');
    await copyFile('/usr/bin/cat', executable);
    await chmod(folder(), 0o700);
    return { executable, args: [], readable: [], env: {}, stdio: ['pipe', 'pipe', 'ignore'] };
  };

  test.each([new NamespacesJail(), new LimitsJail()])(
    '$level: root’s own files are not run as root',
    async (jail) => {
      const closed = await program();
      expect(() => jail.spawn(closed)).toThrow('run it as an ordinary user');
    },
  );

  test('bubblewrap: they are, since no others are there to be read', async () => {
    const { child } = new BubblewrapJail().spawn(await program());
    const answer = new Promise((resolve) =>
      child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk))),
    );
    child.stdin?.end('it runs');
    expect(await answer).toBe('it runs');
  });
}
