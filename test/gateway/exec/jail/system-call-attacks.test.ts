import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BubblewrapJail } from '../../../../gateway/exec/jail/bubblewrap-jail.ts';
import { isKnownArchitecture } from '../../../../gateway/exec/jail/seccomp/system-call-filter.ts';
import { DEADLY_CALLS } from '../../../../gateway/exec/jail/seccomp/system-calls.ts';
import { useTemporaryFolder } from '../../../support/temporary-folder.ts';
import { type Call, elfProgram, resultsOf } from './elf-program.ts';

/** The filter as the kernel has it, under a program that calls the kernel by itself. */
const folder = useTemporaryFolder();
const architecture = isKnownArchitecture(process.arch) ? process.arch : 'x64';
const NUMBERS = {
  x64: {
    socket: 41,
    socketpair: 53,
    kill: 62,
    clone: 56,
    vfork: 58,
    clone3: 435,
    execveat: 322,
    memfdCreate: 319,
    shmget: 29,
    shmat: 30,
    remapFilePages: 216,
    ioUringSetup: 425,
    mmap: 9,
    mprotect: 10,
    prctl: 157,
    prlimit64: 302,
    tgkill: 234,
    ioctl: 16,
    openat: 257,
    getpid: 39,
    sendmsg: 46,
  },
  arm64: {
    socket: 198,
    socketpair: 199,
    kill: 129,
    clone: 220,
    vfork: 220,
    clone3: 435,
    execveat: 281,
    memfdCreate: 279,
    shmget: 194,
    shmat: 196,
    remapFilePages: 234,
    ioUringSetup: 425,
    mmap: 222,
    mprotect: 226,
    prctl: 167,
    prlimit64: 261,
    tgkill: 131,
    ioctl: 29,
    openat: 56,
    getpid: 172,
    sendmsg: 211,
  },
}[architecture];
const EPERM = -1;
const ENOENT = -2;
const ENOSYS = -38;
const AT_FDCWD = -100;
/** SIGSYS, as a shell counts a program's end by it. */
const KILLED_BY_FILTER = 128 + 31;

async function program(calls: readonly Call[]): Promise<string> {
  const path = join(folder(), 'program');
  await chmod(folder(), 0o755);
  await writeFile(path, elfProgram(architecture, calls), { mode: 0o755 });
  return path;
}

interface End {
  readonly results: readonly number[];
  readonly code: number | null;
}

async function endOf(child: ChildProcess): Promise<End> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  return { results: resultsOf(Buffer.concat(chunks)), code };
}

async function inJail(calls: readonly Call[]): Promise<End> {
  const { child } = new BubblewrapJail().spawn({
    executable: await program(calls),
    args: [],
    readable: [],
    env: {},
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return endOf(child);
}

/** In place of a Node that somebody has taken over: another program behind the same filter, the one that Node gets. */
async function inNodesJail(calls: readonly Call[]): Promise<End> {
  const path = await program(calls);
  const { child } = new BubblewrapJail().spawn({
    executable: process.execPath,
    args: ['-e', `process.execve(${JSON.stringify(path)}, ['program'], {})`],
    readable: [path],
    env: {},
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return endOf(child);
}

const outside = async (calls: readonly Call[]): Promise<End> =>
  endOf(spawn(await program(calls), { stdio: ['ignore', 'pipe', 'ignore'] }));

const OPEN_PASSWORDS = { number: NUMBERS.openat, args: [AT_FDCWD, '/etc/passwd', 0] };
const MAKE_SOCKET = { number: NUMBERS.socket, args: [2, 1, 0] };
const CODE_PAGE = { number: NUMBERS.mmap, args: [0, 4096, 7, 0x22, -1, 0] };

test('what the attempts below would give without a jail', async () => {
  const { results, code } = await outside([OPEN_PASSWORDS, MAKE_SOCKET, CODE_PAGE]);
  expect(code).toBe(0);
  expect(results.filter((result) => result > 0)).toHaveLength(3);
});

test('no socket, no process, no memory file, no way to hand a descriptor over', async () => {
  const calls = [
    OPEN_PASSWORDS,
    MAKE_SOCKET,
    { number: NUMBERS.socketpair, args: [1, 1, 0, 0] },
    { number: NUMBERS.sendmsg, args: [1, 0, 0] },
    { number: NUMBERS.clone, args: [17, 0, 0, 0, 0] },
    { number: NUMBERS.clone3, args: [0, 0] },
    { number: NUMBERS.execveat, args: [AT_FDCWD, '/proc/self/exe', 0, 0, 0] },
    { number: NUMBERS.memfdCreate, args: ['name', 0] },
    { number: NUMBERS.ioUringSetup, args: [8, 0] },
    { number: NUMBERS.kill, args: [-1, 9] },
  ];
  const { results, code } = await inJail(calls);
  expect(code).toBe(0);
  expect(results).toEqual([ENOENT, ENOSYS, ENOSYS, ENOSYS, EPERM, ENOSYS, ENOSYS, ENOSYS, ENOSYS, ENOSYS]);
});

test('no code but its own, no limit lifted, no end of its own choosing, nobody signalled', async () => {
  const page = 0x400000;
  const calls = [
    CODE_PAGE,
    { number: NUMBERS.mprotect, args: [page, 4096, 7] },
    { number: NUMBERS.prlimit64, args: [0, 2, page, 0] },
    { number: NUMBERS.prctl, args: [1, 0] },
    { number: NUMBERS.tgkill, args: [2, 2, 9] },
    { number: NUMBERS.ioctl, args: [0, 0x5412, page] },
    { number: NUMBERS.getpid },
  ];
  const { results } = await inJail(calls);
  expect(results).toEqual([EPERM, EPERM, EPERM, EPERM, EPERM, EPERM, 1]);
});

describe('memory that no limit counts', () => {
  const mapped = (flags: number): Call => ({ number: NUMBERS.mmap, args: [0, 65_536, 3, flags, -1, 0] });
  const [counted, shared, stack] = [0x22, 0x21, 0x122];
  const attempts = [
    mapped(counted),
    mapped(shared),
    // Shared, and checked for flags that the kernel does not know: of a file only, which makes no difference here.
    mapped(0x23),
    // A type that is none.
    mapped(0x20),
    mapped(stack),
    { number: NUMBERS.shmget, args: [0, 65_536, 0o1600] },
    { number: NUMBERS.shmat, args: [0, 0, 0] },
    { number: NUMBERS.memfdCreate, args: ['name', 0] },
    { number: NUMBERS.remapFilePages, args: [0, 4096, 0, 0, 0] },
  ];

  test('is there without a jail', async () => {
    const { results } = await outside([mapped(counted), mapped(shared), mapped(stack)]);
    expect(results.filter((result) => result > 0)).toHaveLength(3);
  });

  test.each([
    { kind: 'a program', run: inJail },
    { kind: 'Node', run: inNodesJail },
  ])('$kind is refused it', async ({ run }) => {
    const { results, code } = await run(attempts);
    expect(code).toBe(0);
    expect(results[0]).toBeGreaterThan(0);
    expect(results.slice(1)).toEqual([EPERM, EPERM, EPERM, EPERM, ENOSYS, ENOSYS, ENOSYS, ENOSYS]);
  });
});

describe('what ends it at the first try', () => {
  const deadly = Object.entries(DEADLY_CALLS).flatMap(([name, numbers]) => {
    const number = numbers[architecture];
    return number === null ? [] : [{ name, number }];
  });

  test.each(deadly)('$name', async ({ number }) => {
    const { results, code } = await inJail([{ number, args: [0, 0, 0, 0, 0] }]);
    expect({ results, code }).toEqual({ results: [], code: KILLED_BY_FILTER });
  });

  test('the second set of numbers of x86-64, and with it all that the first forbids', async () => {
    const calls = [{ number: 0x40000000 + NUMBERS.getpid }];
    const { results, code } = await inJail(calls);
    expect({ results, code }).toEqual(
      architecture === 'x64' ? { results: [], code: KILLED_BY_FILTER } : { results: [ENOSYS], code: 0 },
    );
  });
});
