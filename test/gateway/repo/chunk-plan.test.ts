import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planChunks, planSymbolChunks } from '../../../gateway/repo/chunk-plan.ts';
import { codeOf } from './temp-repository.ts';

describe('planChunks', () => {
  it('divides a file', () => {
    expect(planChunks({ totalLines: 250, chunkSize: 100, overlap: 10, budget: 10 })).toEqual([
      { start_line: 1, end_line: 100 },
      { start_line: 91, end_line: 190 },
      { start_line: 181, end_line: 250 },
    ]);
    expect(planChunks({ totalLines: 100, chunkSize: 100, overlap: 10, budget: 10 })).toHaveLength(1);
    expect(planChunks({ totalLines: 0, chunkSize: 100, overlap: 10, budget: 10 })).toEqual([]);
  });

  it('covers the file in order, up to its budget', () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(199),
        fc.integer({ min: 1, max: 50 }),
        (totalLines, chunkSize, overlap, budget) => {
          fc.pre(overlap < chunkSize);
          const chunks = planChunks({ totalLines, chunkSize, overlap, budget });
          expect(chunks.length).toBeLessThanOrEqual(budget);
          let covered = 0;
          for (const { start_line, end_line } of chunks) {
            expect(start_line).toBeLessThanOrEqual(covered + 1);
            expect(end_line).toBeGreaterThan(covered);
            expect(end_line - start_line).toBeLessThan(chunkSize);
            covered = end_line;
          }
          if (chunks.length < budget) expect(covered).toBe(totalLines);
        },
      ),
    );
  });

  it.each([
    [{ chunkSize: 0 }, 'INVALID_ARGUMENT'],
    [{ chunkSize: 201 }, 'LIMIT_EXCEEDED'],
    [{ overlap: 100 }, 'INVALID_ARGUMENT'],
    [{ overlap: -1 }, 'INVALID_ARGUMENT'],
    [{ budget: 0 }, 'INVALID_ARGUMENT'],
    [{ budget: 51 }, 'LIMIT_EXCEEDED'],
    [{ chunkSize: 1.5 }, 'INVALID_ARGUMENT'],
  ])('refuses %j', async (choice, code) => {
    const options = { totalLines: 10, chunkSize: 100, overlap: 10, budget: 10, ...choice };
    expect(await codeOf(() => planChunks(options))).toBe(code);
  });
});

describe('planSymbolChunks', () => {
  it('gives each definition a chunk, and what is between them', () => {
    const symbols = [
      { symbol: 'a', start_line: 3, end_line: 40 },
      { symbol: 'b', start_line: 50, end_line: 300 },
    ];
    expect(planSymbolChunks({ totalLines: 310, symbols, budget: 10 })).toEqual([
      { start_line: 1, end_line: 2 },
      { start_line: 3, end_line: 40, symbol: 'a' },
      { start_line: 41, end_line: 49 },
      { start_line: 50, end_line: 249, symbol: 'b' },
      { start_line: 250, end_line: 300, symbol: 'b' },
      { start_line: 301, end_line: 310 },
    ]);
  });

  it('covers the file without gaps in chunks that can be read, up to its budget', () => {
    const symbol = fc.record({
      symbol: fc.constant('s'),
      start_line: fc.integer({ min: 1, max: 2000 }),
      end_line: fc.integer({ min: 1, max: 2100 }),
    });
    fc.assert(
      fc.property(
        fc.array(symbol, { maxLength: 80 }),
        fc.nat(2000),
        fc.integer({ min: 1, max: 50 }),
        (any, totalLines, budget) => {
          const symbols = any.sort((a, b) => a.start_line - b.start_line);
          const chunks = planSymbolChunks({ totalLines, symbols, budget });
          expect(chunks.length).toBeLessThanOrEqual(budget);
          let covered = 0;
          for (const { start_line, end_line } of chunks) {
            expect(start_line).toBe(covered + 1);
            expect(end_line - start_line).toBeLessThan(200);
            covered = end_line;
          }
          if (chunks.length < budget) expect(covered).toBe(totalLines);
          // Chunks of at least half the most lines on average: joining must have been tried.
          if (totalLines <= budget * 100) expect(covered).toBe(totalLines);
        },
      ),
    );
  });
});
