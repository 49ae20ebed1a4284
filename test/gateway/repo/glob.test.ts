import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { matchGlob, parseGlob } from '../../../gateway/repo/glob.ts';
import { codeOf } from './temp-repository.ts';

const matches = (pattern: string, path: string): boolean =>
  parseGlob(pattern, 'patterns').some((glob) =>
    matchGlob(
      glob,
      path.split('/').map((s) => Array.from(s)),
    ),
  );

describe('matchGlob', () => {
  it.each([
    ['*.ts', 'a.ts', true],
    ['*.ts', '.ts', true],
    ['*.ts', 'a.tsx', false],
    ['*', 'a/b', false],
    ['**', 'a/b', true],
    ['a/**', 'a', false],
    ['a/**', 'a/b/c', true],
    ['**/b', 'b', true],
    ['a/**/c', 'a/c', true],
    ['a/**/c', 'a/x/y/c', true],
    ['a/**/c', 'a/x/y/d', false],
    ['a?c', 'abc', true],
    ['a?c', 'a😀c', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[]]x', ']x', true],
    ['[', '[', true],
    ['a{b,c{d,e}}', 'ace', true],
    ['a{b', 'a{b', true],
    ['{a}', '{a}', true],
    ['a{,b}', 'a', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['+(a)', '+(a)', true],
    ['a**b', 'axxb', true],
  ])('%j on %j: %j', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  it('agrees with picomatch wherever both read a pattern the same way', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-'), minLength: 1, maxLength: 5 });
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((s) => s.join('/'));
    const part = fc.oneof(
      fc.constant('**'),
      fc
        .array(fc.constantFrom('a', 'b', '?', '*', '[ab]', '{a,b}', '-'), { minLength: 1, maxLength: 4 })
        .map((s) => s.join('').replace(/\*+/g, '*')),
    );
    const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((s) => s.join('/'));
    const isDots = (p: string): boolean => p.split('/').some((s) => s === '.' || s === '..');
    fc.assert(
      fc.property(pattern, path, (glob, candidate) => {
        // picomatch also lets a trailing `/**` match the folder itself.
        fc.pre(!isDots(candidate) && !/\*\*$/.test(glob));
        expect(matches(glob, candidate)).toBe(
          picomatch.isMatch(candidate, glob, { dot: true, noextglob: true }),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('takes few steps on patterns that make a backtracking matcher hang', () => {
    const name = Array.from('a'.repeat(255));
    const [stars = []] = parseGlob(`${'*a'.repeat(250)}b`, 'patterns');
    expect(matchGlob(stars, [name])).toBe(false);
    const [deep = []] = parseGlob(`${'**/a*/'.repeat(80)}b`, 'patterns');
    expect(
      matchGlob(
        deep,
        Array.from({ length: 200 }, () => name),
      ),
    ).toBe(false);
  });

  it('bounds what braces may become', async () => {
    expect(await codeOf(() => parseGlob('{a,b}'.repeat(30), 'patterns'))).toBe('LIMIT_EXCEEDED');
    expect(parseGlob('{'.repeat(500), 'patterns')).toHaveLength(1);
  });
});
