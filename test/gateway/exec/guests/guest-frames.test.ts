import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeText, FrameReader } from '../../../../gateway/exec/guests/guest-frames.ts';

const header = (bytes: number): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(bytes);
  return head;
};

describe('frames', () => {
  test('come out as they went in, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 20 })),
        fc.array(fc.nat(10), { minLength: 1 }),
        (texts, steps) => {
          const wanted = texts.map((text) => text.toWellFormed());
          const all = Buffer.concat(wanted.map(encodeText));
          const reader = new FrameReader(1_000);
          const found: string[] = [];
          let turn = 0;
          for (let at = 0; at < all.length; turn += 1) {
            const step = steps[turn % steps.length] ?? 0;
            // A chunk of nothing too, but not for ever.
            const size = turn % 2 === 0 ? step : step + 1;
            found.push(...reader.add(all.subarray(at, at + size)));
            at += size;
          }
          expect(found).toEqual(wanted);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('do not change when the memory of the chunk is used again', () => {
    const chunk = encodeText('"kept"');
    const [frame] = new FrameReader(100).frames(chunk);
    chunk.fill(0);
    expect(frame?.toString()).toBe('"kept"');
  });

  test('over the limit are refused by their header, before a byte of them is there', () => {
    expect(() => [...new FrameReader(100).frames(header(101))]).toThrow(RangeError);
    expect([...new FrameReader(100).frames(header(100))]).toEqual([]);
  });

  test('tell whether something was said behind them', () => {
    const reader = new FrameReader(100);
    const seen = [];
    for (const text of reader.add(Buffer.concat([encodeText('1'), encodeText('2')]))) {
      seen.push([text, reader.hasMore]);
    }
    expect(seen).toEqual([
      ['1', true],
      ['2', false],
    ]);
    const first = reader.frames(Buffer.concat([encodeText('3'), Buffer.from([1])])).next();
    expect([first.value?.toString(), reader.hasMore]).toEqual(['3', true]);
  });

  test('that come byte by byte cost their own memory, and nothing a byte', () => {
    const reader = new FrameReader(600_000);
    expect([...reader.frames(header(600_000))]).toEqual([]);
    const before = process.memoryUsage();
    const byte = Buffer.from(' ');
    for (let at = 1; at < 600_000; at += 1) {
      // Each in memory of its own, as a socket gives it.
      for (const _ of reader.frames(Buffer.from(byte))) throw new Error('a frame too early');
    }
    const after = process.memoryUsage();
    expect(after.external - before.external).toBeLessThan(8 * 1024 * 1024);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(48 * 1024 * 1024);
    expect([...reader.frames(byte)].map(({ length }) => length)).toEqual([600_000]);
  });
});
