/**
 * An executable made by hand, which makes system calls and writes what each gave to its stdout, eight bytes a call: no
 * interpreter, no library, and no compiler needed on the machine that tests. So it asks the kernel itself, as somebody
 * would who owns a worker's machine code.
 */
import type { Architecture } from '../../../../gateway/exec/jail/seccomp/system-call-filter.ts';

/** A string is passed as the address of its bytes with a NUL behind. */
export interface Call {
  readonly number: number;
  readonly args?: readonly (number | bigint | string)[];
}

const BASE = 0x400000n;
const HEADER_BYTES = 64 + 56;
/** Of all code, so that the data behind it is at a known place. */
const CODE_BYTES = 16_384;
const DATA = BASE + BigInt(HEADER_BYTES + CODE_BYTES);
const RESULTS_BYTES = 1024;
const TEXT = DATA + BigInt(RESULTS_BYTES);
const SEGMENT_BYTES = 65_536n;

const MACHINES = { x64: 62, arm64: 183 } as const;
const WRITE = { x64: 1, arm64: 64 } as const;
const EXIT_GROUP = { x64: 231, arm64: 94 } as const;

export function elfProgram(architecture: Architecture, calls: readonly Call[]): Buffer {
  const texts: Buffer[] = [];
  let textBytes = 0;
  const asWord = (value: number | bigint | string): bigint => {
    if (typeof value !== 'string') return BigInt.asUintN(64, BigInt(value));
    const address = TEXT + BigInt(textBytes);
    const bytes = Buffer.from(`${value}\0`);
    texts.push(bytes);
    textBytes += bytes.length;
    return address;
  };
  const emit = architecture === 'x64' ? codeForX64 : codeForArm64;
  const code = Buffer.concat([
    ...calls.map((call, index) => emit(call.number, (call.args ?? []).map(asWord), DATA + BigInt(8 * index))),
    emit(WRITE[architecture], [1n, DATA, BigInt(8 * calls.length)], null),
    emit(EXIT_GROUP[architecture], [0n], null),
  ]);
  const image = Buffer.alloc(HEADER_BYTES + CODE_BYTES + RESULTS_BYTES + textBytes);
  headers(image, MACHINES[architecture]);
  code.copy(image, HEADER_BYTES);
  Buffer.concat(texts).copy(image, HEADER_BYTES + CODE_BYTES + RESULTS_BYTES);
  return image;
}

/** What it wrote: a number below nought is an error's, as the kernel gives it. */
export const resultsOf = (bytes: Buffer): readonly number[] =>
  Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) => Number(bytes.readBigInt64LE(8 * index)));

/** One header and one segment with everything: what is there may be read, written and run. */
function headers(image: Buffer, machine: number): void {
  image.write('\x7fELF\x02\x01\x01', 'latin1');
  image.writeUInt16LE(2, 16);
  image.writeUInt16LE(machine, 18);
  image.writeUInt32LE(1, 20);
  image.writeBigUInt64LE(BASE + BigInt(HEADER_BYTES), 24);
  image.writeBigUInt64LE(64n, 32);
  image.writeUInt16LE(64, 52);
  image.writeUInt16LE(56, 54);
  image.writeUInt16LE(1, 56);
  image.writeUInt32LE(1, 64);
  image.writeUInt32LE(7, 68);
  image.writeBigUInt64LE(BASE, 80);
  image.writeBigUInt64LE(BASE, 88);
  image.writeBigUInt64LE(BigInt(image.length), 96);
  image.writeBigUInt64LE(SEGMENT_BYTES, 104);
  image.writeBigUInt64LE(4096n, 112);
}

const quad = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};

function codeForX64(number: number, args: readonly bigint[], result: bigint | null): Buffer {
  // mov into rdi, rsi, rdx, r10, r8, r9, rax; syscall; mov [result], rax
  const registers = ['48bf', '48be', '48ba', '49ba', '49b8', '49b9'];
  const loads = args.flatMap((value, index) => [Buffer.from(registers[index] ?? '', 'hex'), quad(value)]);
  const store = result === null ? [] : [Buffer.from('48a3', 'hex'), quad(result)];
  return Buffer.concat([
    ...loads,
    Buffer.from('48b8', 'hex'),
    quad(BigInt(number)),
    Buffer.from('0f05', 'hex'),
    ...store,
  ]);
}

function codeForArm64(number: number, args: readonly bigint[], result: bigint | null): Buffer {
  // movz and movk into x0 to x5 and x8; svc #0; str x0, [x9]
  const words: number[] = [];
  const load = (register: number, value: bigint): void => {
    for (let half = 0; half < 4; half++) {
      const bits = Number((value >> BigInt(16 * half)) & 0xffffn);
      words.push((half === 0 ? 0xd2800000 : 0xf2800000) | (half << 21) | (bits << 5) | register);
    }
  };
  for (const [index, value] of args.entries()) load(index, value);
  load(8, BigInt(number));
  words.push(0xd4000001);
  if (result !== null) {
    load(9, result);
    words.push(0xf9000120);
  }
  const bytes = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word >>> 0, 4 * index);
  return bytes;
}
