import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test, vi } from 'vitest';
import { BubblewrapJail } from '../../../../gateway/exec/jail/bubblewrap-jail.ts';
import type { Jail } from '../../../../gateway/exec/jail/jail.ts';
import { LimitsJail } from '../../../../gateway/exec/jail/limits-jail.ts';
import { NamespacesJail } from '../../../../gateway/exec/jail/namespaces-jail.ts';
import { ResidentMemoryWatch, residentBytesOf } from '../../../../gateway/exec/jail/resident-memory.ts';
import { isKnownArchitecture } from '../../../../gateway/exec/jail/seccomp/system-call-filter.ts';
import { useTemporaryFolder } from '../../../support/temporary-folder.ts';
import { type Call, elfProgram } from './elf-program.ts';

const folder = useTemporaryFolder();
afterEach(() => void vi.useRealTimers());
const architecture = isKnownArchitecture(process.arch) ? process.arch : 'x64';
const NUMBERS = {
  x64: { read: 0, write: 1, mmap: 9, mprotect: 10 },
  arm64: { read: 63, write: 64, mmap: 222, mprotect: 226 },
}[architecture];

const MiB = 1024 * 1024;
const PIECE_BYTES = 32 * MiB;
/** Far from where the kernel puts anything. */
const FIRST = 0x10_0000_0000;
const [READ_WRITE, READ] = [3, 1];
/** MAP_FIXED, MAP_ANONYMOUS and MAP_POPULATE: it is written to at once. */
const THERE = 0x8030;
const [PRIVATE, SHARED] = [0x02, 0x01];

const map = (piece: number, kind: number): Call => ({
  number: NUMBERS.mmap,
  args: [FIRST + piece * PIECE_BYTES, PIECE_BYTES, READ_WRITE, THERE | kind, -1, 0],
});
const pieces = Array.from({ length: 8 }, (_, piece) => piece);
const WAYS: Readonly<Record<string, readonly Call[]>> = {
  // Memory that can't be written is no data.
  'made read-only': pieces.flatMap((piece) => [
    map(piece, PRIVATE),
    { number: NUMBERS.mprotect, args: [FIRST + piece * PIECE_BYTES, PIECE_BYTES, READ] },
  ]),
  shared: pieces.map((piece) => map(piece, SHARED)),
};

const says = (line: string): Call => ({ number: NUMBERS.write, args: [1, `${line}\n`, line.length + 1] });
const waits: Call = { number: NUMBERS.read, args: [0, ' ', 1] };

/** Says when it is ready for its limit, takes the memory, says so, and stays. */
async function start(jail: Jail, calls: readonly Call[], memoryBytes: number) {
  const executable = join(folder(), 'program');
  await chmod(folder(), 0o755);
  await writeFile(
    executable,
    elfProgram(architecture, [says('ready'), waits, ...calls, says('held'), waits]),
    {
      mode: 0o755,
    },
  );
  const started = jail.spawn({
    executable,
    args: [],
    readable: [],
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const { stdin, stdout } = started.child;
  if (stdin === null || stdout === null) throw new TypeError('started without its pipes');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  await lines.next();
  await started.limitMemory(memoryBytes);
  stdin.write('x');
  return started;
}

/** The kernel's limit does not count it: 256 MB where 64 are allowed. */
test.each([
  { jail: new BubblewrapJail(), way: 'made read-only' },
  { jail: new NamespacesJail(), way: 'made read-only' },
  { jail: new NamespacesJail(), way: 'shared' },
  { jail: new LimitsJail(), way: 'made read-only' },
  { jail: new LimitsJail(), way: 'shared' },
])('$jail.level: memory that is $way ends the program', async ({ jail, way }) => {
  const { child } = await start(jail, WAYS[way] ?? [], 64 * MiB);
  // It would stay for ever, and nobody else ends it.
  const [code] = await once(child, 'exit');
  expect(code === 0).toBe(false);
});

test('what a program is allowed to hold ends nothing, however often it is looked at', async () => {
  vi.useFakeTimers();
  const watch = new ResidentMemoryWatch();
  const onExcess = vi.fn();
  const heldBytes = residentBytesOf(process.pid) ?? 0;
  expect(heldBytes).toBeGreaterThan(0);
  watch.start(process.pid, heldBytes, 256 * MiB, onExcess);
  vi.advanceTimersByTime(10_000);
  expect(onExcess).not.toHaveBeenCalled();
  // Another limit, in place of the first, and one that it has passed long since.
  watch.start(process.pid, 0, heldBytes - 128 * MiB, onExcess);
  vi.advanceTimersByTime(10_000);
  expect(onExcess).toHaveBeenCalledTimes(1);
});

test('one that is gone ends nothing', () => {
  vi.useFakeTimers();
  const onExcess = vi.fn();
  new ResidentMemoryWatch().start(2 ** 30, 0, 0, onExcess);
  vi.advanceTimersByTime(10_000);
  expect(onExcess).not.toHaveBeenCalled();
});
