import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BubblewrapJail } from '../../../../gateway/exec/jail/bubblewrap-jail.ts';
import { ISOLATION_LEVELS } from '../../../../gateway/exec/jail/jail.ts';
import { LimitsJail } from '../../../../gateway/exec/jail/limits-jail.ts';
import { NamespacesJail } from '../../../../gateway/exec/jail/namespaces-jail.ts';
import { drive, HOSTILE, hostile, lastSaid, USERS } from './drive.ts';
import type { DriverReport } from './jail-driver.ts';

/**
 * Each wall alone, with a program inside that its interpreter no longer holds: Node with all its functions and no
 * permission model. Every test says what an attacker would have gained.
 */
const MiB = 1024 * 1024;
const JAILS = {
  bubblewrap: new BubblewrapJail(),
  namespaces: new NamespacesJail(),
  limits: new LimitsJail(),
};
const REPOSITORY_FILE = fileURLToPath(new URL('../../../../package.json', import.meta.url));
const MAX_WAIT_MS = 20_000;

interface Survey {
  readonly files: Readonly<Record<string, { readonly got?: number; readonly refused?: string }>>;
  readonly folders: Readonly<Record<string, { readonly got?: readonly string[]; readonly refused?: string }>>;
  readonly writes: readonly { readonly refused?: string }[];
  readonly network: string;
  readonly socket: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly hostname: string;
  readonly descriptors: readonly { readonly fd: number; readonly kind: string }[];
  readonly victim: { readonly refused?: string };
  readonly everybody: { readonly refused?: string } | null;
  readonly status: string | null;
}

let folder = '';
let listener: Server;
let pathListener: Server;
let port = 0;
let connections = 0;
let secretFile = '';
/** Of the program's copies, each of them all that bubblewrap shows of it. */
let programFolder = '';
/** In a folder that everybody knows, under a name that nobody has. */
const planted = `/planted-${randomUUID()}`;

beforeAll(async () => {
  // Open to everybody, as a shared machine's /tmp is: file modes are not what keeps the program out.
  folder = await mkdtemp('/tmp/rlm-jail-');
  await chmod(folder, 0o777);
  programFolder = await mkdtemp('/tmp/rlm-jailed-');
  await chmod(programFolder, 0o755);
  secretFile = join(folder, 'secret');
  await writeFile(secretFile, 'a secret');
  await chmod(secretFile, 0o666);
  const accept = (): Server =>
    createServer((socket) => {
      connections++;
      socket.destroy();
    });
  listener = accept();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  pathListener = accept();
  await new Promise<void>((resolve) => pathListener.listen(join(folder, 'socket'), resolve));
  await chmod(join(folder, 'socket'), 0o777);
});

afterAll(async () => {
  listener.close();
  pathListener.close();
  for (const path of [folder, programFolder]) await rm(path, { recursive: true, force: true });
});

const isGone = (pid: number): boolean => {
  try {
    // Ended and not yet waited for is gone too: it holds nothing and does nothing.
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return true;
  }
};

async function untilGone(pid: number): Promise<void> {
  const deadline = performance.now() + MAX_WAIT_MS;
  while (!isGone(pid)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} is still there`);
    await delay(10);
  }
}

describe.each(USERS)('by a gateway run as $name', (user) => {
  describe.each(ISOLATION_LEVELS)('%s', (level) => {
    let report: DriverReport;
    let survey: Survey;
    let victim: ChildProcess;
    let ownProgram = '';

    beforeAll(async () => {
      // A copy, since the program's user may be the one that owns it: the attack on it would end all other tests.
      ownProgram = join(programFolder, `program-${level}.mjs`);
      await copyFile(HOSTILE, ownProgram);
      await chmod(ownProgram, 0o644);
      victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
        stdio: 'ignore',
        ...user.ids,
      });
      const attack = {
        attack: 'survey',
        files: ['/etc/passwd', REPOSITORY_FILE, secretFile, ownProgram, `/proc/${victim.pid}/environ`],
        folders: ['/', '/proc', '/dev', '/etc', folder],
        writes: [planted, join(folder, `planted-${level}`), secretFile, ownProgram],
        port,
        socket: join(folder, 'socket'),
        victim: victim.pid,
        // Where it is not alone, this would end the test as well.
        killsAll: level !== 'limits',
      };
      report = await drive(user, { ...hostile(level, attack, ownProgram), ending: 'kill' }).report;
      // The program's own words about itself, which the tests below compare with what is so.
      survey = lastSaid(report) as unknown as Survey;
    });
    afterAll(() => victim.kill('SIGKILL'));

    test('no environment, no folder of ours', () => {
      // Bubblewrap tells its program where it is.
      expect(survey.environment).toEqual(level === 'bubblewrap' ? { PWD: '/' } : {});
      expect(survey.folder).toBe('/');
      expect(survey.hostname === 'sandbox').toBe(level === 'bubblewrap');
    });

    test('not root, in no group, with no way to become anybody', () => {
      expect(survey.uid).not.toBe(0);
      expect(survey.groups.filter((group) => group === 0)).toEqual([]);
      expect(report.uid.split(/\s+/)).not.toContain('0');
      if (level === 'bubblewrap') return;
      expect(survey.status).toMatch(/^CapEff:\s+0+$/m);
      expect(survey.status).toMatch(/^CapPrm:\s+0+$/m);
      expect(survey.status).toMatch(/^NoNewPrivs:\s+1$/m);
    });

    test('its three descriptors and none of the gateway’s', () => {
      expect(survey.descriptors).toEqual([0, 1, 2].map((fd) => ({ fd, kind: 'socket' })));
    });

    test('nothing is written anywhere', async () => {
      // Files may be made at the lower levels, where modes allow it, but not a byte goes into any.
      expect(survey.writes.filter(({ refused }) => refused === undefined)).toEqual([]);
      expect(existsSync(planted)).toBe(false);
      // Opened to be written, a file is emptied first.
      if (level === 'bubblewrap') expect(readFileSync(secretFile, 'utf8')).toBe('a secret');
      await writeFile(secretFile, 'a secret');
      // At the lower levels, the worker of an ordinary user's gateway owns its program.
      const canEmptyIts = level !== 'bubblewrap' && process.getuid?.() !== 0;
      expect(readFileSync(ownProgram, 'utf8')).toBe(canEmptyIts ? '' : readFileSync(HOSTILE, 'utf8'));
      for (const name of await readdir(folder)) {
        if (name.startsWith('planted')) expect(readFileSync(join(folder, name), 'utf8')).toBe('');
      }
    });

    test('limits of the kernel on all that can be counted', () => {
      expect(report.limits['Max cpu time']).toEqual(['120', '120']);
      expect(report.limits['Max file size']).toEqual(['0', '0']);
      expect(report.limits['Max core file size']).toEqual(['0', '0']);
      expect(report.limits['Max open files']).toEqual(['64', '64']);
      expect(report.limits['Max locked memory']).toEqual(['0', '0']);
      expect(report.limits['Max stack size']).toEqual([String(8 * MiB), String(8 * MiB)]);
      expect(report.oomScore).toBe('1000');
    });

    test('kill ends it', async () => {
      expect(report.code === 0).toBe(false);
      // The child's end says that the program, and not only the jail's process, is gone.
      expect(isGone(report.programPid)).toBe(true);
    });

    test('it ends with a gateway that is killed', async () => {
      const { driver, report } = drive(user, { ...hostile(level, { attack: 'wait' }), ending: 'stay' });
      const { programPid } = await report;
      expect(isGone(programPid)).toBe(false);
      driver.kill('SIGKILL');
      await untilGone(programPid);
    });

    test('it holds no more than it is given', async () => {
      const attack = { attack: 'hoard', waitsForInput: true, most: 600_000_000 };
      const request = {
        ...hostile(level, attack),
        memoryBytes: 64 * MiB,
        ending: 'wait for its end',
      } as const;
      const report = await drive(user, request).report;
      // Told that there is no more, or broken down for want of it: it did not come to what it wanted.
      expect(report.code === 0).toBe(false);
      const { bytes } = lastSaid(report);
      expect(bytes).toBeGreaterThan(16 * MiB);
      expect(bytes).toBeLessThan((64 + 64) * MiB);
      expect(report.limits['Max data size']?.[0]).not.toBe('unlimited');
    });

    test('it ends when its processor time is used up', async () => {
      const attack = { attack: 'spin', waitsForInput: true };
      const request = { ...hostile(level, attack), cpuS: 1, ending: 'wait for its end' } as const;
      const report = await drive(user, request).report;
      // It would go on for ever, and nobody killed it.
      expect(report.code === 0).toBe(false);
    });

    test('one that breaks down ends, also where it is the first process and most signals pass it by', async () => {
      const request = { ...hostile(level, { attack: 'abort' }), ending: 'wait for its end' } as const;
      const report = await drive(user, request).report;
      expect(report.said).toEqual([]);
      expect(report.code === 0).toBe(false);
    });

    test('a real program runs in it: threads and WebAssembly', async () => {
      const report = await drive(user, { ...hostile(level, { attack: 'compile' }), ending: 'kill' }).report;
      expect(lastSaid(report)).toEqual({ isModule: true, answer: 7 });
    });

    if (level !== 'limits') {
      test('no network: neither loopback, nor a socket in a folder', () => {
        expect(survey.network).not.toBe('connected');
        if (level === 'bubblewrap') expect(survey.socket).not.toBe('connected');
      });

      test('no other process: none to see, none to signal, not even all at once', () => {
        expect(survey.victim.refused).toBeDefined();
        expect(survey.everybody?.refused).toBeDefined();
        expect(isGone(victim.pid ?? 0)).toBe(false);
        const processes = survey.folders['/proc']?.got?.filter((name) => /^\d+$/.test(name)) ?? [];
        expect(processes).toEqual(level === 'bubblewrap' ? [] : ['1']);
        expect(survey.files[`/proc/${victim.pid}/environ`]?.got).toBeUndefined();
      });

      test('processes are few, and all end with it', async () => {
        const attack = { attack: 'fork', waitsForInput: true, times: 60 };
        const request = { ...hostile(level, attack), memoryBytes: 256 * MiB, ending: 'kill' } as const;
        const report = await drive(user, request).report;
        const started = Number(lastSaid(report)['started']);
        if (level === 'bubblewrap') expect(started).toBe(0);
        else expect(started).toBeLessThan(32);
        expect(report.limits['Max processes']).toEqual(['32', '32']);
      });

      test('a process that left its session does not outlive it', async () => {
        const mark = randomUUID();
        const request = { ...hostile(level, { attack: 'orphan', mark }), ending: 'kill' } as const;
        const report = await drive(user, request).report;
        expect(lastSaid(report)).toEqual({ hasStarted: level === 'namespaces' });
        // As its own command line has it, not the request for it.
        expect(await countOf(`'${mark}'`)).toBe(0);
      });
    }

    if (level === 'bubblewrap') {
      test('no file of the host but its own', () => {
        expect(survey.files[ownProgram]?.got).toBeGreaterThan(0);
        for (const path of ['/etc/passwd', REPOSITORY_FILE, secretFile]) {
          expect(survey.files[path]).toEqual({ refused: 'ENOENT' });
        }
        for (const path of ['/proc', '/dev', '/etc', folder]) {
          expect(survey.folders[path]).toEqual({ refused: 'ENOENT' });
        }
        expect(survey.writes.map(({ refused }) => refused)).toEqual(['EROFS', 'ENOENT', 'ENOENT', 'EROFS']);
      });

      test('it starts no program, not even itself', async () => {
        const report = await drive(user, { ...hostile(level, { attack: 'shell' }), ending: 'kill' }).report;
        expect(lastSaid(report)).toEqual({ output: '' });
      });
    }
  });
});

test.each(ISOLATION_LEVELS)('%s: killed while it starts, it leaves nothing behind', async (level) => {
  const mark = randomUUID();
  const { program } = hostile(level, { attack: 'wait', mark });
  // From before the jail's process has begun until after the program has.
  const ends = Array.from({ length: 40 }, async (_, index) => {
    const { child, kill } = JAILS[level].spawn({ ...program, stdio: ['ignore', 'ignore', 'ignore'] });
    const end = once(child, 'exit');
    await delay(index);
    kill();
    await end;
  });
  await Promise.all(ends);
  expect(await countOf(mark)).toBe(0);
});

test('nobody connected, at the levels that have a network of their own', () => {
  // Three attempts a user reach it: by both doors at the lowest level, by the folder's at the one above.
  expect(connections).toBeLessThanOrEqual(3 * USERS.length);
});

/** Processes with this in their command line. */
async function countOf(mark: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(mark) && !isGone(Number(pid));
    } catch {
      return false;
    }
  }).length;
}
