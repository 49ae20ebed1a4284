import { describe, expect, it } from 'vitest';
import { GlobSet } from '../../../gateway/repo/glob-set.ts';
import { codeOf } from './temp-repository.ts';

const set = (...patterns: string[]): GlobSet => GlobSet.parse(patterns, 'patterns');

describe('GlobSet', () => {
  it.each([
    [['*.ts'], 'src/deep/a.ts', true],
    [['*.ts'], 'src/deep/a.js', false],
    [['src/*.ts'], 'src/a.ts', true],
    [['src/*.ts'], 'lib/src/a.ts', false],
    [['/a.ts'], 'a.ts', true],
    [['/a.ts'], 'src/a.ts', false],
    [['src'], 'src/deep/a.ts', true],
    [['src/'], 'src/deep/a.ts', true],
    [['src/'], 'lib/src', false],
    [['./src/**'], 'src/x/.hidden', true],
    [['*.ts', '!*.test.ts'], 'a.test.ts', false],
    [['*.ts', '!*.test.ts'], 'a.ts', true],
    [['!docs'], 'docs/a.md', false],
    [['!docs'], 'src/a.md', true],
    [['.*'], '.eslintrc', true],
    [['*.{ts,js}'], 'x/a.js', true],
    [['cafe\u0301'], 'caf\u00e9', true],
    [[], 'anything', true],
  ])('%j on %j: %j', (patterns, path, expected) => {
    expect(set(...patterns).matches(path, false)).toBe(expected);
  });

  it('anchors at the listed folder too', () => {
    expect(set('lib/*.ts').matches('src/lib/a.ts', false, 'src')).toBe(true);
    expect(set('src/lib/*.ts').matches('src/lib/a.ts', false, 'src')).toBe(true);
    expect(set('lib/*.ts').matches('src/lib/a.ts', false, 'other')).toBe(false);
  });

  it('lets a trailing slash match folders only', () => {
    expect(set('out/').matches('out', true)).toBe(true);
    expect(set('out/').matches('out', false)).toBe(false);
  });

  it.each([
    [Array.from({ length: 51 }, () => 'a'), 'LIMIT_EXCEEDED'],
    [['a'.repeat(513)], 'LIMIT_EXCEEDED'],
    [Array.from({ length: 5 }, () => '{a,b}'.repeat(6)), 'LIMIT_EXCEEDED'],
    [[''], 'INVALID_ARGUMENT'],
    [['!'], 'INVALID_ARGUMENT'],
    [['/'], 'INVALID_ARGUMENT'],
    [['a\0b'], 'INVALID_ARGUMENT'],
    [['../x'], 'INVALID_ARGUMENT'],
  ])('refuses %#', async (patterns, code) => {
    expect(await codeOf(() => set(...patterns))).toBe(code);
  });

  it('writes ripgrep globs that no text of a caller can turn into an option or an exclusion', () => {
    const globs = set('--pre=sh', 'a!{b}', '[x]').toRipgrepGlobs('a*b');
    expect(globs).toContain('**/--pre=sh');
    expect(globs).toContain('**/a\\!\\{b\\}');
    expect(globs).toContain('**/?');
    for (const glob of globs) expect(glob).toMatch(/^(\/|\*\*\/)/);
    expect(set('x/y').toRipgrepGlobs('a*b')).toContain('/a\\*b/x/y');
  });
});
