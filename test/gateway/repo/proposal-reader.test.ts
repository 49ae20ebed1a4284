import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProposalReader } from '../../../gateway/repo/proposal-reader.ts';

function read(chunks: readonly Buffer[]): ProposalReader {
  const reader = new ProposalReader(() => true);
  for (const chunk of chunks) reader.add(chunk);
  return reader;
}

describe('ProposalReader', () => {
  it('reads records in pieces of any size', () => {
    const whole = Buffer.from('./a.ts\0' + '1:3:xé y\r\n./b/c d\0' + '20:1:z:1:2\n');
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const reader = read(at.slice(1).map((end, i) => whole.subarray(at[i], end)));
        expect(reader.proposals).toEqual([
          { path: 'a.ts', line: 1, column: 2, text: Buffer.from('xé y') },
          { path: 'b/c d', line: 20, column: 0, text: Buffer.from('z:1:2') },
        ]);
      }),
    );
  });

  it.each([
    'no nul\n',
    './\0' + '1:1:x\n',
    '/etc/passwd\0' + '1:1:x\n',
    './a\0x:1:y\n',
    './a\0' + '1:\n',
    './a\0' + '99999999999:1:x\n',
    './\xff\0' + '1:1:x\n',
  ])('drops what is no record: %j', (text) => {
    expect(read([Buffer.from(text, 'latin1')]).proposals).toEqual([]);
  });

  it('holds no more than its bounds, however long a record is', () => {
    const reader = new ProposalReader(() => true);
    for (let i = 0; i < 100; i += 1) reader.add(Buffer.alloc(1024 * 1024, 'x'));
    reader.add(Buffer.from('\n./a\0' + '1:1:x\n'));
    expect(reader.proposals).toHaveLength(1);
    expect(reader.hasDropped).toBe(true);
  });

  it('keeps twenty hits of a file, and is full at two thousand', () => {
    const lines = (name: string, count: number): Buffer =>
      Buffer.from(Array.from({ length: count }, (_, i) => `./${name}\0${i + 1}:1:x\n`).join(''));
    const one = read([lines('a', 20)]);
    expect(one.hasDropped).toBe(false);
    one.add(lines('a', 1));
    expect(one.hasDropped).toBe(true);
    expect(one.proposals).toHaveLength(20);
    for (let i = 0; i < 150; i += 1) one.add(lines(`f${i}`, 20));
    expect(one.isFull).toBe(true);
    expect(one.proposals).toHaveLength(2000);
  });

  it('asks which files are wanted', () => {
    const reader = new ProposalReader((path) => path !== 'a');
    reader.add(Buffer.from('./a\0' + '1:1:x\n./b\0' + '1:1:x\n'));
    expect(reader.proposals.map((p) => p.path)).toEqual(['b']);
  });
});
