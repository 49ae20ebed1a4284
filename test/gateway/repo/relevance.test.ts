import { describe, expect, it } from 'vitest';
import { relevanceOf } from '../../../gateway/repo/relevance.ts';

const score = (text: string, word = 'needle', path = 'src/a.ts'): number =>
  relevanceOf({ path, text, at: text.indexOf(word), length: word.length });

describe('relevanceOf', () => {
  it.each([
    'export async function needle() {',
    'class needle extends X {',
    'def needle(self):',
    'func needle() error {',
    'pub fn needle() {}',
    'const needle = 1;',
    'typedef struct needle {',
    '#define needle 1',
  ])('ranks the definition %j above a use', (definition) => {
    expect(score(definition)).toBeGreaterThan(score('  needle();'));
  });

  it('ranks whole words, short lines and non-test paths higher, all within 0 and 1', () => {
    expect(score('needle()')).toBeGreaterThan(score('needles()'));
    expect(score('needles()')).toBeGreaterThan(score('xneedles()'));
    expect(score('needle()')).toBeGreaterThan(score(`needle(${'x'.repeat(300)})`));
    for (const path of ['test/a.ts', 'src/a.test.ts', 'test_a.py', 'a_test.go', 'x/__tests__/a.js']) {
      expect(score('needle()', 'needle', path)).toBeLessThan(score('needle()'));
    }
    expect(score('function needle() {}')).toBeLessThanOrEqual(1);
    expect(score(`xneedlex${'y'.repeat(999)}`, 'needle', 'test/a')).toBeGreaterThan(0);
  });
});
