import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snippetOf } from '../../../gateway/repo/snippet.ts';

describe('snippetOf', () => {
  it('is a short, well-formed part of the line that holds the match’s start', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' '), maxLength: 600 });
    fc.assert(
      fc.property(line, line, (before, after) => {
        const snippet = snippetOf(`${before}NEEDLE${after}`, before.length);
        expect(snippet.length).toBeLessThanOrEqual(200);
        expect(snippet.isWellFormed()).toBe(true);
        expect(snippet).toContain('NEEDLE');
        expect(`${before}NEEDLE${after}`).toContain(snippet);
      }),
    );
  });
});
