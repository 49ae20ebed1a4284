import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MontyMessageReader } from '../../../../../gateway/exec/python/monty/monty-channel.ts';
import { framed } from './hostile-worker.ts';

const header = (bytes: number): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(bytes);
  return head;
};

describe('messages', () => {
  it('come out as they went in, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 20 })),
        fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1 }),
        (messages, steps) => {
          const all = Buffer.concat(messages.map((bytes) => framed(Buffer.from(bytes).toString('hex'))));
          const reader = new MontyMessageReader(1_000);
          const found: string[] = [];
          let turn = 0;
          for (let at = 0; at < all.length; turn += 1) {
            const size = steps[turn % steps.length] ?? 1;
            for (const message of reader.add(all.subarray(at, at + size))) {
              found.push(message.kind === 'whole' ? message.bytes.toString('hex') : 'oversized');
            }
            at += size;
          }
          expect(found).toEqual(messages.map((bytes) => Buffer.from(bytes).toString('hex')));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('over the limit say what they are, and are the last', () => {
    const reader = new MontyMessageReader(10);
    expect([...reader.add(header(11))]).toEqual([]);
    expect([...reader.add(Buffer.from('3212', 'hex'))]).toEqual([
      { kind: 'oversized', length: 11, firstByte: 0x32 },
    ]);
    expect([...reader.add(framed('5200'))]).toEqual([]);
  });

  it('tell whether something was said behind them', () => {
    const reader = new MontyMessageReader(10);
    const seen = [];
    for (const _ of reader.add(Buffer.concat([framed('5200'), framed('5200')]))) seen.push(reader.hasMore);
    expect(seen).toEqual([true, false]);
  });

  it('that come byte by byte cost their own memory, and nothing a byte', () => {
    const reader = new MontyMessageReader(2_000_000);
    const before = process.memoryUsage();
    expect([...reader.add(header(600_000))]).toEqual([]);
    for (let at = 1; at < 600_000; at += 1) {
      // Each in memory of its own, as a pipe gives it.
      for (const _ of reader.add(Buffer.from(' '))) throw new Error('a message too early');
    }
    const after = process.memoryUsage();
    expect(after.heapUsed - before.heapUsed).toBeLessThan(48 * 1024 * 1024);
    expect([...reader.add(Buffer.from(' '))].map(({ kind }) => kind)).toEqual(['whole']);
  });
});
