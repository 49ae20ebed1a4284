import { createHash } from 'node:crypto';
import {
  type FileHandle,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Jail, JailedProgram } from '../../../../../gateway/exec/jail/jail.ts';
import { pyodideEngine } from '../../../../../gateway/exec/python/pyodide/engine.ts';
import { SnapshotFolder } from '../../../../../gateway/exec/python/pyodide/snapshot.ts';
import { strongestJail } from '../../../../support/full-python.ts';
import { useTemporaryFolder } from '../../../../support/temporary-folder.ts';

const folder = useTemporaryFolder();
const snapshots = (): string => join(folder(), 'snapshots');
const VERSION = 'python-1-2-3';

/** Makes its snapshot with a shell, to have many in a moment; the jail is the real one. */
const maker = async (script: string): Promise<Parameters<SnapshotFolder['open']>[0]> => ({
  jail: await strongestJail(),
  version: VERSION,
  program: {
    executable: process.execPath,
    args: ['-e', script],
    readable: [],
    env: {},
  },
});

const says = (text: string): string => `require('fs').writeSync(3, ${JSON.stringify(text)})`;

async function textOf(snapshot: Promise<FileHandle>): Promise<string> {
  await using file = await snapshot;
  return file.readFile('utf8');
}

const nameOf = (text: string): string =>
  `${VERSION}.${createHash('sha256').update(text).digest('hex')}.snapshot`;

describe('a snapshot', () => {
  test('of Python is made once, for its owner alone, and made anew where it is damaged', async () => {
    const jail = await strongestJail();
    const start = async (): Promise<void> =>
      (await pyodideEngine({ snapshotFolder: snapshots() }).start(jail)).kill();
    await Promise.all([start(), start()]);
    const names = await readdir(snapshots());
    for (const name of names) {
      expect(name).toMatch(/^python-314\.0\.7-\d+\.\d+\.\d+-[0-9a-f]{16}\.[0-9a-f]{64}\.snapshot$/);
      const { mode, size } = await stat(join(snapshots(), name));
      expect(mode & 0o777).toBe(0o600);
      expect(size).toBeGreaterThan(20_000_000);
    }
    expect((await stat(snapshots())).mode & 0o777).toBe(0o700);
    await start();
    expect(await readdir(snapshots())).toEqual(names);
    for (const name of names) {
      const path = join(snapshots(), name);
      const bytes = await readFile(path);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(path, bytes);
    }
    await start();
    for (const name of await readdir(snapshots())) {
      const sha256 = createHash('sha256')
        .update(await readFile(join(snapshots(), name)))
        .digest('hex');
      expect(name).toContain(sha256);
    }
  });

  test('is asked of one process for all who wait', async () => {
    let started = 0;
    const made = await maker(says('memory'));
    const jail: Jail = {
      level: made.jail.level,
      spawn: (program: JailedProgram) => {
        started += 1;
        return made.jail.spawn(program);
      },
    };
    const store = new SnapshotFolder(snapshots());
    const texts = await Promise.all([1, 2, 3].map(() => textOf(store.open({ ...made, jail }))));
    // Each has a descriptor of its own: one that reads does not move the others on.
    expect(texts).toEqual(['memory', 'memory', 'memory']);
    expect(await readdir(snapshots())).toEqual([nameOf('memory')]);
    expect(started).toBe(1);
  });

  test('of another gateway will do, and both may make one at once', async () => {
    const stores = [new SnapshotFolder(snapshots()), new SnapshotFolder(snapshots())] as const;
    const [one, other] = await Promise.all([
      textOf(stores[0].open(await maker(says('one')))),
      textOf(stores[1].open(await maker(says('other')))),
    ]);
    expect([one, other]).toEqual(['one', 'other']);
    const found = await textOf(new SnapshotFolder(snapshots()).open(await maker('process.exit(1)')));
    expect([one, other]).toContain(found);
    expect((await readdir(snapshots())).filter((name) => name.endsWith('.draft'))).toEqual([]);
  });

  test('that is not what its name says is not used, and does not stay', async () => {
    await mkdir(snapshots());
    const damaged = join(snapshots(), nameOf('what it was'));
    await writeFile(damaged, 'what it is');
    expect(await textOf(new SnapshotFolder(snapshots()).open(await maker(says('new'))))).toBe('new');
    expect(await readdir(snapshots())).toEqual([nameOf('new')]);
  });

  test('that can’t be read just now is not used, and stays for when it can', async () => {
    await mkdir(snapshots());
    // What the kernel answers with EIO, as it does for a failing disk.
    const unreadable = join(snapshots(), nameOf('what it is'));
    await symlink('/proc/self/mem', unreadable);
    expect(await textOf(new SnapshotFolder(snapshots()).open(await maker(says('new'))))).toBe('new');
    expect(await readlink(unreadable)).toBe('/proc/self/mem');
  });

  test('is not made anew where the folder of those there are can’t be read', async () => {
    await writeFile(snapshots(), 'a file in its place');
    const store = new SnapshotFolder(snapshots());
    await expect(store.open(await maker(says('new')))).rejects.toThrow('ENOTDIR');
  });

  test.each([
    ['a process that fails', `${says('half')}; process.exit(3)`, /ended \(3\)/],
    ['nothing', '', /empty/],
    ['too much', 'const b = Buffer.alloc(1 << 20); for (;;) require("fs").writeSync(3, b)', /too large/],
  ])('is not made of %s', async (_, script, reason) => {
    await expect(new SnapshotFolder(snapshots()).open(await maker(script))).rejects.toThrow(reason);
    expect(await readdir(snapshots()).catch(() => [])).toEqual([]);
  });

  test('of a version that is no more goes after a week, and what others keep there stays', async () => {
    await mkdir(snapshots());
    const longAgo = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);
    for (const name of ['python-0-0-0.aa.snapshot', 'python-0-0-0.bb.snapshot.x.draft', 'notes.txt']) {
      await writeFile(join(snapshots(), name), '');
      await utimes(join(snapshots(), name), longAgo, longAgo);
    }
    await writeFile(join(snapshots(), 'python-9-9-9.cc.snapshot'), '');
    await textOf(new SnapshotFolder(snapshots()).open(await maker(says('new'))));
    expect(await readdir(snapshots())).toEqual(
      ['notes.txt', nameOf('new'), 'python-9-9-9.cc.snapshot'].sort(),
    );
  });
});
