import { expect, test } from 'vitest';
import {
  and,
  assemble,
  loadWord,
  returns,
  unlessEqual,
  whenEqual,
  whenNotLess,
} from '../../../../../gateway/exec/jail/seccomp/bpf-assembler.ts';
import { runFilter } from './bpf-interpreter.ts';

test('writes each instruction as linux/filter.h lays it out', () => {
  const bytes = assemble([loadWord(4), ...whenEqual(0xc000003e, [returns(0x7fff0000)]), returns(0x80000000)]);
  expect(bytes.toString('hex').match(/.{16}/g)).toEqual([
    '2000000004000000',
    '150000013e0000c0',
    '060000000000ff7f',
    '0600000000000080',
  ]);
});

test('goes on behind what does not apply', () => {
  const filter = assemble([
    loadWord(0),
    ...whenEqual(1, [returns(11)]),
    ...whenNotLess(100, [...unlessEqual(200, [returns(12)]), returns(13)]),
    and(0xf0),
    ...whenEqual(0x20, [returns(14)]),
    returns(15),
  ]);
  const answer = (number: number): number => runFilter(filter, { number, architecture: 0 });
  expect([1, 99, 100, 200, 0x2f, 0x3f].map(answer)).toEqual([11, 15, 12, 13, 14, 15]);
  // Unsigned: a number with the highest bit set is a large one.
  expect(answer(-1)).toBe(12);
});

test('refuses a filter that could run past its end, or skip more than a jump can', () => {
  expect(() => assemble([])).toThrow('does not end');
  expect(() => assemble([returns(0), loadWord(0)])).toThrow('does not end');
  expect(() =>
    whenEqual(
      1,
      Array.from({ length: 256 }, () => returns(0)),
    ),
  ).toThrow(RangeError);
  expect(() => assemble(Array.from({ length: 4097 }, () => returns(0)))).toThrow(RangeError);
});
