/**
 * Which system calls a program in the jail may make (seccomp, linux/seccomp.h). Namespaces hide what the host has; this
 * hides the host's kernel, of which a program that broke out of its interpreter would try the rarely used parts next.
 *
 * A list of what is allowed. All else is answered as by a kernel that does not have it (ENOSYS), for which every
 * library has a way around: newer versions of Node or of the C library don't break. What only an attacker would call
 * ends the process at the first try.
 *
 * Bubblewrap installs the filter before it starts the program, so `execve` stays allowed. What that leaves: to start
 * again one of the few executables in the jail, under the same filter, limits and root.
 */
import {
  and,
  assemble,
  type Instruction,
  loadWord,
  returns,
  unlessEqual,
  whenEqual,
  whenNotLess,
} from './bpf-assembler.ts';
import { CHECKED_CALLS, DEADLY_CALLS, FREE_CALLS } from './system-calls.ts';

export const ALLOW = 0x7fff0000;
export const KILL = 0x80000000; // SECCOMP_RET_KILL_PROCESS
const ERRNO = 0x00050000;
export const REFUSE = ERRNO | 1; // EPERM
export const UNKNOWN = ERRNO | 38; // ENOSYS

/** The processors whose calls we know, as the kernel names them to a filter (linux/audit.h). */
export const ARCHITECTURES = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
export type Architecture = keyof typeof ARCHITECTURES;

export const isKnownArchitecture = (arch: string): arch is Architecture => Object.hasOwn(ARCHITECTURES, arch);

/**
 * What a program is made of:
 * - `node`: starts threads, and makes machine code as it runs
 * - `native`: has one thread, and no code but that of its files
 */
export type ProgramKind = 'node' | 'native';

// struct seccomp_data { int nr; u32 arch; u64 instruction_pointer; u64 args[6]; }, the low half of an argument first.
const NUMBER = 0;
const ARCHITECTURE = 4;
const argument = (index: number): number => 16 + 8 * index;
const argumentHigh = (index: number): number => argument(index) + 4;

/** Calls of the 32-bit numbers' ABI of x86-64: the same kernel functions by other numbers, past any list of ours. */
const X32_BIT = 0x40000000;

/** CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID: a thread, and nothing new. */
const THREAD_FLAGS = 0x003d0f00;
/** CLONE_DETACHED, which does nothing and which musl still sets. */
const DETACHED_FLAG = 0x00400000;

const PROTECT_WRITE = 2;
const PROTECT_EXECUTE = 4;
const MAP_ANONYMOUS = 0x20;
const MAP_PRIVATE = 0x02;
/** MAP_TYPE, which holds MAP_SHARED, MAP_PRIVATE or MAP_SHARED_VALIDATE. */
const MAP_TYPES = 0x0f;
const MAP_GROWSDOWN = 0x100;

// F_DUPFD to F_SETFL, F_DUPFD_CLOEXEC. Not F_SETOWN or F_SETSIG, which send signals to others.
const FCNTL_COMMANDS = [0, 1, 2, 3, 4, 1030];
// TCGETS (is it a terminal?), TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. Not TIOCSTI, which types into it.
const IOCTL_COMMANDS = [0x5401, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451];
// PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA (names of memory). Not PR_SET_PDEATHSIG, which would let it
// outlive the gateway.
const PRCTL_OPTIONS = [3, 15, 16, 0x53564d41];
/** Of its own process, bubblewrap's first: there is no other in the jail, and no need to rely on that. */
const OWN_PROCESS = 1;
const ARCH_SET_FS = 0x1002;

/** Allowed where this argument is one of these. */
const oneOf = (index: number, values: readonly number[]): readonly Instruction[] => [
  loadWord(argument(index)),
  ...values.flatMap((value) => whenEqual(value, [returns(ALLOW)])),
  returns(REFUSE),
];

const threadsOnly: readonly Instruction[] = [
  loadWord(argument(0)),
  and(~DETACHED_FLAG),
  ...whenEqual(THREAD_FLAGS, [returns(ALLOW)]),
  returns(REFUSE),
];

/** Only asks: with a new limit, a program could lift its own up to the hard one. */
const readsLimit: readonly Instruction[] = [
  loadWord(argument(2)),
  ...unlessEqual(0, [returns(REFUSE)]),
  loadWord(argumentHigh(2)),
  ...unlessEqual(0, [returns(REFUSE)]),
  returns(ALLOW),
];

/**
 * Only memory of the kind that the limit of memory counts: to RLIMIT_DATA, neither shared memory nor a stack is data, and
 * with either a program would hold as much as the host has. Node shares memory with nobody but io_uring, which is not here.
 */
const mapsNothingUncounted: readonly Instruction[] = [
  loadWord(argument(3)),
  and(MAP_TYPES | MAP_GROWSDOWN),
  ...unlessEqual(MAP_PRIVATE, [returns(REFUSE)]),
];

/** Memory that a program without a compiler wrote, or could write, is never run. */
const mapsNoNewCode: readonly Instruction[] = [
  loadWord(argument(2)),
  and(PROTECT_EXECUTE),
  ...whenEqual(0, [returns(ALLOW)]),
  loadWord(argument(2)),
  and(PROTECT_WRITE),
  ...unlessEqual(0, [returns(REFUSE)]),
  loadWord(argument(3)),
  and(MAP_ANONYMOUS),
  ...unlessEqual(0, [returns(REFUSE)]),
  returns(ALLOW),
];
const protectsNoNewCode: readonly Instruction[] = [
  loadWord(argument(2)),
  and(PROTECT_EXECUTE),
  ...whenEqual(0, [returns(ALLOW)]),
  returns(REFUSE),
];

const always = (action: number): readonly Instruction[] => [returns(action)];

/** What each checked call is let do. */
const checks = (kind: ProgramKind): Record<keyof typeof CHECKED_CALLS, readonly Instruction[]> => ({
  clone: kind === 'node' ? threadsOnly : always(REFUSE),
  // Its flags are in memory, where a filter can't look. Told that there is none, libraries take `clone`.
  clone3: always(UNKNOWN),
  mmap: [...mapsNothingUncounted, ...(kind === 'node' ? always(ALLOW) : mapsNoNewCode)],
  mprotect: kind === 'node' ? always(ALLOW) : protectsNoNewCode,
  prlimit64: readsLimit,
  tgkill: oneOf(0, [OWN_PROCESS]),
  fcntl: oneOf(1, FCNTL_COMMANDS),
  ioctl: oneOf(1, IOCTL_COMMANDS),
  prctl: oneOf(0, PRCTL_OPTIONS),
  arch_prctl: oneOf(0, [ARCH_SET_FS]),
});

/** The filter as bubblewrap's `--seccomp` takes it. */
export function systemCallFilter(kind: ProgramKind, architecture: Architecture): Buffer {
  const checked = new Map(Object.entries(checks(kind)));
  const rules = [
    ...Object.values(FREE_CALLS).map((numbers) => ({ numbers, answer: always(ALLOW) })),
    ...Object.entries(CHECKED_CALLS).map(([call, numbers]) => ({
      numbers,
      answer: checked.get(call) ?? always(KILL),
    })),
    ...Object.values(DEADLY_CALLS).map((numbers) => ({ numbers, answer: always(KILL) })),
  ];
  return assemble([
    // First of all: a number means another call on another processor, and x86-64 kernels serve those of two more.
    loadWord(ARCHITECTURE),
    ...unlessEqual(ARCHITECTURES[architecture], [returns(KILL)]),
    loadWord(NUMBER),
    ...(architecture === 'x64' ? whenNotLess(X32_BIT, [returns(KILL)]) : []),
    ...rules.flatMap(({ numbers, answer }) => {
      const number = numbers[architecture];
      // Each answer ends the filter, so that the accumulator holds the number whenever the next rule is reached.
      return number === null ? [] : whenEqual(number, answer);
    }),
    returns(UNKNOWN),
  ]);
}
