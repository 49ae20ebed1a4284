import { describe, expect, test } from 'vitest';
import {
  ALLOW,
  ARCHITECTURES,
  type Architecture,
  KILL,
  type ProgramKind,
  REFUSE,
  systemCallFilter,
  UNKNOWN,
} from '../../../../../gateway/exec/jail/seccomp/system-call-filter.ts';
import {
  CHECKED_CALLS,
  DEADLY_CALLS,
  FREE_CALLS,
} from '../../../../../gateway/exec/jail/seccomp/system-calls.ts';
import { runFilter } from './bpf-interpreter.ts';

const KINDS: readonly ProgramKind[] = ['node', 'native'];
// Typed here again, as literals: a slip in the product's table must not be a slip in the test's as well.
const THREAD = 0x3d0f00n;
const SAMPLES = {
  x64: {
    read: 0,
    mmap: 9,
    ptrace: 101,
    clone: 56,
    clone3: 435,
    socket: 41,
    fork: 57,
    prlimit64: 302,
    tgkill: 234,
  },
  arm64: {
    read: 63,
    mmap: 222,
    ptrace: 117,
    clone: 220,
    clone3: 435,
    socket: 198,
    prlimit64: 261,
    tgkill: 131,
  },
} as const;
/** What the lists of the world's sandboxes have in common, by the numbers of both processors. */
const NEVER_ALLOWED = {
  x64: [
    41, 42, 43, 46, 47, 49, 50, 53, 57, 58, 62, 101, 105, 106, 135, 155, 161, 165, 175, 200, 246, 248, 250,
    272, 288, 298, 303, 304, 308, 310, 311, 313, 319, 321, 322, 323, 424, 425, 426, 427, 428, 434, 435, 438,
    440, 447,
  ],
  arm64: [
    40, 41, 51, 91, 92, 97, 104, 105, 117, 129, 130, 144, 146, 198, 199, 200, 201, 202, 203, 206, 211, 212,
    217, 219, 241, 242, 264, 265, 268, 270, 271, 273, 279, 280, 281, 282, 424, 425, 426, 427, 428, 434, 435,
    438, 440, 447,
  ],
} as const;

describe.each(['x64', 'arm64'] as const)('on %s', (architecture: Architecture) => {
  const own = ARCHITECTURES[architecture];
  const numbers = SAMPLES[architecture];
  const filters = new Map(KINDS.map((kind) => [kind, systemCallFilter(kind, architecture)]));
  const answer = (kind: ProgramKind, number: number, args: readonly bigint[] = []): number =>
    runFilter(filters.get(kind) ?? Buffer.alloc(0), { number, architecture: own, args });

  test.each(KINDS)('%s: each call of the tables has its answer, and any other number none', (kind) => {
    const of = (table: Readonly<Record<string, Record<Architecture, number | null>>>): number[] =>
      Object.values(table).flatMap((row) => row[architecture] ?? []);
    for (const number of of(FREE_CALLS)) expect(answer(kind, number), `${number}`).toBe(ALLOW);
    for (const number of of(DEADLY_CALLS)) expect(answer(kind, number), `${number}`).toBe(KILL);
    const named = [...of(FREE_CALLS), ...of(DEADLY_CALLS), ...of(CHECKED_CALLS)];
    expect(new Set(named).size).toBe(named.length);
    const others = Array.from({ length: 1000 }, (_, number) => number).filter((one) => !named.includes(one));
    for (const number of others) expect(answer(kind, number), `${number}`).toBe(UNKNOWN);
  });

  test.each(KINDS)(
    '%s: nothing that reaches other processes, files, networks or the kernel’s rare parts',
    (kind) => {
      for (const number of NEVER_ALLOWED[architecture]) {
        expect([KILL, UNKNOWN, REFUSE], `${number}`).toContain(answer(kind, number));
      }
      expect(answer(kind, numbers.read)).toBe(ALLOW);
      expect(answer(kind, numbers.ptrace)).toBe(KILL);
      expect(answer(kind, numbers.clone3)).toBe(UNKNOWN);
    },
  );

  test('a number of another processor is no number', () => {
    const filter = systemCallFilter('node', architecture);
    for (const other of [...Object.values(ARCHITECTURES), 0x40000003, 0x40000028, 0, 0xffffffff]) {
      const said = runFilter(filter, { number: numbers.read, architecture: other });
      expect(said).toBe(other === own ? ALLOW : KILL);
    }
  });

  test('threads and nothing else for Node, not even those for a program without', () => {
    expect(answer('node', numbers.clone, [THREAD])).toBe(ALLOW);
    expect(answer('native', numbers.clone, [THREAD])).toBe(REFUSE);
    // SIGCHLD: a fork. Then a thread in new namespaces, one bit at a time.
    expect(answer('node', numbers.clone, [17n])).toBe(REFUSE);
    for (const bit of [
      0x80n,
      0x20000n,
      0x2000000n,
      0x4000000n,
      0x8000000n,
      0x10000000n,
      0x20000000n,
      0x40000000n,
    ]) {
      expect(answer('node', numbers.clone, [THREAD | bit]), bit.toString(16)).toBe(REFUSE);
    }
    for (const bit of [0x100n, 0x800n, 0x10000n]) {
      expect(answer('node', numbers.clone, [THREAD & ~bit]), bit.toString(16)).toBe(REFUSE);
    }
  });

  test('memory that was written is run by Node alone', () => {
    const [readWrite, all] = [3n, 7n];
    const [privately, anonymously] = [2n, 0x22n];
    expect(answer('node', numbers.mmap, [0n, 4096n, all, anonymously])).toBe(ALLOW);
    expect(answer('native', numbers.mmap, [0n, 4096n, all, anonymously])).toBe(REFUSE);
    expect(answer('native', numbers.mmap, [0n, 4096n, readWrite, anonymously])).toBe(ALLOW);
    // A library's code.
    expect(answer('native', numbers.mmap, [0n, 4096n, 5n, privately, 3n])).toBe(ALLOW);
    // A file's, which it could then write over.
    expect(answer('native', numbers.mmap, [0n, 4096n, all, privately, 3n])).toBe(REFUSE);
  });

  test.each(KINDS)('%s: memory is mapped as the limit of memory counts it, or not at all', (kind) => {
    const mapped = (flags: bigint): number => answer(kind, numbers.mmap, [0n, 4096n, 3n, flags, -1n, 0n]);
    // MAP_PRIVATE, alone and with ANONYMOUS, FIXED, NORESERVE, STACK: what Node and the C library ask for.
    for (const flags of [0x2n, 0x22n, 0x32n, 0x4022n, 0x20022n]) expect(mapped(flags)).toBe(ALLOW);
    // MAP_SHARED, MAP_SHARED_VALIDATE, MAP_DROPPABLE, no type, and a stack that grows, each with and without ANONYMOUS.
    for (const flags of [0x1n, 0x3n, 0x8n, 0x0n, 0x102n]) {
      expect(mapped(flags), flags.toString(16)).toBe(REFUSE);
      expect(mapped(flags | 0x20n), flags.toString(16)).toBe(REFUSE);
    }
  });

  test('its limits can be read, not lifted', () => {
    expect(answer('node', numbers.prlimit64, [0n, 2n, 0n, 0x7fff0000n])).toBe(ALLOW);
    expect(answer('node', numbers.prlimit64, [0n, 2n, 0x7fff0000n, 0n])).toBe(REFUSE);
    // An address whose lower half is nought.
    expect(answer('node', numbers.prlimit64, [0n, 2n, 0x7fff00000000n, 0n])).toBe(REFUSE);
  });

  test('it signals itself alone', () => {
    expect(answer('node', numbers.tgkill, [1n, 1n, 6n])).toBe(ALLOW);
    expect(answer('node', numbers.tgkill, [4242n, 4242n, 9n])).toBe(REFUSE);
    expect(answer('node', numbers.tgkill, [-1n, 1n, 9n])).toBe(REFUSE);
  });
});

test('the second set of numbers of x86-64 kernels is closed', () => {
  const filter = systemCallFilter('node', 'x64');
  for (const number of [0x40000000, 0x40000000 + 520, 0xffffffff]) {
    expect(runFilter(filter, { number, architecture: ARCHITECTURES.x64 })).toBe(KILL);
  }
});

test('no terminal is typed into, and no signal tied to the gateway is let go', () => {
  const filter = systemCallFilter('node', 'x64');
  const answer = (number: number, args: readonly bigint[]): number =>
    runFilter(filter, { number, architecture: ARCHITECTURES.x64, args });
  expect(answer(16, [0n, 0x5412n])).toBe(REFUSE); // TIOCSTI
  expect(answer(16, [0n, 0x541cn])).toBe(REFUSE); // TIOCLINUX
  expect(answer(16, [0n, 0x5421n])).toBe(ALLOW); // FIONBIO
  expect(answer(157, [1n, 0n])).toBe(REFUSE); // PR_SET_PDEATHSIG
  expect(answer(157, [22n, 0n])).toBe(REFUSE); // PR_SET_SECCOMP
  expect(answer(157, [15n, 0n])).toBe(ALLOW); // PR_SET_NAME
  expect(answer(72, [0n, 8n])).toBe(REFUSE); // F_SETOWN
  expect(answer(72, [0n, 1030n])).toBe(ALLOW); // F_DUPFD_CLOEXEC
});
