import { describe, expect, it } from 'vitest';
import { LineIndexBuilder } from '../../../gateway/repo/line-index.ts';
import { MAX_LINE_INDEX_POINTS } from '../../../gateway/repo/repo-limits.ts';

describe('LineIndex', () => {
  it('gives a point at or before every line, at that line’s first byte', () => {
    const builder = new LineIndexBuilder();
    const line = Buffer.from(`${'x'.repeat(99)}\n`);
    const block = Buffer.concat(Array.from({ length: 10_007 }, () => line));
    // In pieces that never end with a line.
    for (let at = 0; at < block.length; at += 4093) builder.add(block.subarray(at, at + 4093));
    const index = builder.finish();
    expect(index.totalLines).toBe(10_007);
    expect(index.points).toBeGreaterThan(10);
    for (let wanted = 1; wanted <= 10_007; wanted += 97) {
      const point = index.pointBefore(wanted);
      expect(point.line).toBeLessThanOrEqual(wanted);
      expect(point.offset).toBe((point.line - 1) * 100);
      expect((wanted - point.line) * 100).toBeLessThanOrEqual(64 * 1024 + 100);
    }
  });

  it('thins its points out instead of growing', () => {
    const builder = new LineIndexBuilder();
    const block = Buffer.alloc(1024 * 1024, 'x'.repeat(1023).concat('\n'));
    for (let i = 0; i < 400; i += 1) builder.add(block);
    const index = builder.finish();
    expect(index.points).toBeLessThan(MAX_LINE_INDEX_POINTS);
    const point = index.pointBefore(300_000);
    expect(point.offset).toBe((point.line - 1) * 1024);
    expect(300_000 - point.line).toBeLessThan(1024);
  });
});
