/**
 * Classic BPF, as far as a system call filter needs it (linux/filter.h, linux/bpf_common.h): load a word, compare,
 * mask, return. Jumps lead forwards and nowhere else, so that a filter always ends.
 *
 * One instruction is 8 bytes, in the processor's order: code (16 bits), jump if true (8), jump if false (8), k (32).
 */
export interface Instruction {
  readonly code: number;
  /** Instructions to skip where the comparison holds. */
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly k: number;
}

export const LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
export const AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
export const JUMP_IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
export const JUMP_IF_NOT_LESS = 0x35; // BPF_JMP | BPF_JGE | BPF_K
export const RETURN = 0x06; // BPF_RET | BPF_K

const INSTRUCTION_BYTES = 8;
/** The kernel's own bound, BPF_MAXINSNS. */
const MAX_INSTRUCTIONS = 4096;
const MAX_JUMP = 255;

const plain = (code: number, k: number): Instruction => ({ code, ifTrue: 0, ifFalse: 0, k });

/** Puts the word at this offset of `struct seccomp_data` into the accumulator. */
export const loadWord = (offset: number): Instruction => plain(LOAD_WORD, offset);
export const and = (mask: number): Instruction => plain(AND, mask);
export const returns = (action: number): Instruction => plain(RETURN, action);

/** Runs `body` where the accumulator is `value`, and goes on behind it where it is not. */
export const whenEqual = (value: number, body: readonly Instruction[]): readonly Instruction[] => [
  { code: JUMP_IF_EQUAL, ifTrue: 0, ifFalse: jumpOver(body), k: value },
  ...body,
];

/** Runs `body` where the accumulator is not `value`. */
export const unlessEqual = (value: number, body: readonly Instruction[]): readonly Instruction[] => [
  { code: JUMP_IF_EQUAL, ifTrue: jumpOver(body), ifFalse: 0, k: value },
  ...body,
];

/** Runs `body` where the accumulator, unsigned, is `value` or more. */
export const whenNotLess = (value: number, body: readonly Instruction[]): readonly Instruction[] => [
  { code: JUMP_IF_NOT_LESS, ifTrue: 0, ifFalse: jumpOver(body), k: value },
  ...body,
];

function jumpOver(body: readonly Instruction[]): number {
  if (body.length > MAX_JUMP) throw new RangeError(`a jump over ${body.length} instructions`);
  return body.length;
}

/**
 * The bytes a kernel takes, in the order of bytes of x86-64 and of Linux on arm64.
 * @throws where it can run past its end, or is longer than the kernel takes
 */
export function assemble(program: readonly Instruction[]): Buffer {
  if (program.at(-1)?.code !== RETURN) throw new TypeError('a filter that does not end in an answer');
  if (program.length > MAX_INSTRUCTIONS) throw new RangeError(`a filter of ${program.length} instructions`);
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  for (const [index, { code, ifTrue, ifFalse, k }] of program.entries()) {
    const at = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(ifTrue, at + 2);
    bytes.writeUInt8(ifFalse, at + 3);
    bytes.writeUInt32LE(k >>> 0, at + 4);
  }
  return bytes;
}
