import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePaths, isAddressable, isWithin, normaliseRepoPath } from '../../../gateway/repo/repo-path.ts';
import { RlmError } from '../../../shared/errors/rlm-error.ts';
import { codeOf } from './temp-repository.ts';

const normalise = (input: string): string => normaliseRepoPath(input, 'root');

describe('normaliseRepoPath', () => {
  it.each([
    ['.', '.'],
    ['./', '.'],
    ['a/..', '.'],
    ['src', 'src'],
    ['src/', 'src'],
    ['./src//app/./main.ts', 'src/app/main.ts'],
    ['a/b/../../c', 'c'],
    ['cafe\u0301/x', 'caf\u00e9/x'],
    ['~/x', '~/x'],
    ['...', '...'],
    ['.../x', '.../x'],
    ['a:b', 'NEVER'],
    ['%2e%2e/x', '%2e%2e/x'],
    ['-rf', '-rf'],
  ])('reads %j as %j', async (input, expected) => {
    if (expected === 'NEVER') expect(await codeOf(() => normalise(input))).toBe('PATH_OUTSIDE_ROOTS');
    else expect(normalise(input)).toBe(expected);
  });

  it.each([
    '/',
    '/etc/passwd',
    '//server/share',
    '..',
    '../x',
    'a/../../x',
    'a/b/../../../a/b',
    'C:\\x',
    'c:/x',
    'C:',
    'x/../C:/y',
    '\\\\server\\share',
    `${'../'.repeat(500)}etc/passwd`,
  ])('refuses %j as outside', async (input) => {
    expect(await codeOf(() => normalise(input))).toBe('PATH_OUTSIDE_ROOTS');
  });

  it.each(['', 'a\0b', 'a\nb', 'a\u007fb', 'a\u009bb', '..\\x', 'a\\b', 'a\ud800b'])(
    'refuses %j as no path',
    async (input) => {
      expect(await codeOf(() => normalise(input))).toBe('INVALID_ARGUMENT');
    },
  );

  it.each(['a'.repeat(4097), 'é'.repeat(2049), 'a/'.repeat(300), 'x'.repeat(50_000_000)])(
    'refuses what is too long',
    async (input) => {
      expect(await codeOf(() => normalise(input))).toBe('LIMIT_EXCEEDED');
    },
  );

  it('returns clean relative paths for any text, and is idempotent', () => {
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '/', '\\', '\0', 'C:', 'a', 'é', 'e\u0301', '//', '~'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let path: string;
        try {
          path = normalise(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(RlmError);
          return;
        }
        expect(normalise(path)).toBe(path);
        expect(path).toBe(path.normalize('NFC'));
        expect(path.startsWith('/')).toBe(false);
        expect(isAddressable(path)).toBe(true);
        if (path !== '.') {
          for (const segment of path.split('/')) expect(['', '.', '..']).not.toContain(segment);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('isWithin', () => {
  it.each([
    ['src', '.', true],
    ['.', '.', true],
    ['src', 'src', true],
    ['src/a', 'src', true],
    ['srcx', 'src', false],
    ['src', 'src/a', false],
    ['.', 'src', false],
  ])('%j in %j: %j', (path, root, expected) => {
    expect(isWithin(path, root)).toBe(expected);
  });
});

describe('comparePaths', () => {
  it('puts a folder before what is in it, and that before a longer name', () => {
    expect(['a-b', 'a/x', 'a', 'a/x/y', '.'].sort(comparePaths)).toEqual(['.', 'a', 'a/x', 'a/x/y', 'a-b']);
  });

  it('is a total order', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'a-', 'aa'), { minLength: 1, maxLength: 4 })
      .map((s) => s.join('/'));
    fc.assert(
      fc.property(path, path, path, (a, b, c) => {
        expect(Math.sign(comparePaths(a, b))).toBe(-Math.sign(comparePaths(b, a)) + 0);
        if (comparePaths(a, b) <= 0 && comparePaths(b, c) <= 0)
          expect(comparePaths(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
