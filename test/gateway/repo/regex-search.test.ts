import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type RegexSearchOptions, searchRegex } from '../../../gateway/repo/regex-search.ts';
import { codeOf, type TempRepository, tempRepository } from './temp-repository.ts';

type Choice = Partial<Omit<RegexSearchOptions, 'guard' | 'facts'>>;

const search = (repository: TempRepository, pattern: string, choice: Choice = {}) =>
  searchRegex({
    guard: repository.guard,
    facts: repository.facts,
    roots: ['.'],
    scope: '.',
    k: 10,
    pattern,
    ...choice,
  });

const places = async (repository: TempRepository, pattern: string, choice: Choice = {}): Promise<string[]> =>
  (await search(repository, pattern, choice)).results.map((r) => `${r.file_path}:${r.start_line}`).sort();

const TREE = {
  'src/main.ts': 'import x\nexport function needle() {}\nneedle();\n',
  'src/lib/b.js': 'const other = needles;\n',
  'test/main.test.ts': 'needle();\n',
  'docs/a.md': 'a needle in hay\r\n',
  '.github/ci.yml': 'needle\n',
  '.env': 'needle=secret\n',
  '.git/config': 'needle\n',
  'src/node_modules/x.js': 'needle\n',
  'keys/Server.PEM': 'needle\n',
  'binary.dat': 'needle\n\0\n',
};

describe('searchRegex', () => {
  it('finds lines in everything that may be seen, and in nothing else', async () => {
    const repository = await tempRepository(TREE);
    expect(await places(repository, 'needle')).toEqual([
      '.github/ci.yml:1',
      'docs/a.md:1',
      'src/lib/b.js:1',
      'src/main.ts:2',
      'src/main.ts:3',
      'test/main.test.ts:1',
    ]);
    expect((await search(repository, 'needle')).truncated).toBe(false);
  });

  it('puts a definition first, tests and parts of words last, and says what it shows', async () => {
    const repository = await tempRepository(TREE);
    const { results } = await search(repository, 'needle', { k: 5 });
    expect(results[0]).toEqual({
      file_path: 'src/main.ts',
      start_line: 2,
      end_line: 2,
      relevance_score: 1,
      snippet: 'export function needle() {}',
      snippet_hash: createHash('sha256').update('export function needle() {}').digest('hex').slice(0, 16),
    });
    const scores = results.map((result) => result.relevance_score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const score of scores) expect(score).toBeGreaterThan(0);
    expect(results).toEqual((await search(repository, 'needle', { k: 5 })).results);
  });

  it('gives at most ten results and says that there were more', async () => {
    const repository = await tempRepository({ a: 'x\n'.repeat(15) });
    const outcome = await search(repository, 'x', { k: 1000 });
    expect(outcome.results).toHaveLength(10);
    expect(outcome.truncated).toBe(true);
    expect(await search(repository, 'x', { k: 3 })).toMatchObject({ truncated: true });
  });

  it('stays inside the scope and the roots', async () => {
    const repository = await tempRepository(TREE);
    expect(await places(repository, 'needle', { scope: 'src/lib' })).toEqual(['src/lib/b.js:1']);
    expect(await places(repository, 'needle', { scope: 'docs/a.md' })).toEqual(['docs/a.md:1']);
    expect(await places(repository, 'needle', { roots: ['docs', 'src/lib', 'src/lib'] })).toEqual([
      'docs/a.md:1',
      'src/lib/b.js:1',
    ]);
    expect(await places(repository, 'needle', { roots: ['docs', 'gone'] })).toEqual(['docs/a.md:1']);
    for (const [scope, code] of [
      ['src', 'PATH_OUTSIDE_ROOTS'],
      ['docs/missing', 'NOT_FOUND'],
      ['docs/.git', 'PATH_RESTRICTED'],
    ] as const) {
      expect(await codeOf(search(repository, 'needle', { roots: ['docs'], scope }))).toBe(code);
    }
  });

  it('searches a scope that is a link where it leads', async () => {
    const repository = await tempRepository(TREE);
    await symlink('src/lib', join(repository.path, 'link'));
    await symlink(repository.outside, join(repository.path, 'out'));
    expect(await places(repository, 'needle', { scope: 'link' })).toEqual(['src/lib/b.js:1']);
    expect(await codeOf(search(repository, 'needle', { scope: 'out' }))).toBe('PATH_OUTSIDE_ROOTS');
  });

  it('keeps to the include patterns', async () => {
    const repository = await tempRepository(TREE);
    const include = (...includePatterns: string[]): Promise<string[]> =>
      places(repository, 'needle', { includePatterns });
    expect(await include('*.md', '*.js')).toEqual(['docs/a.md:1', 'src/lib/b.js:1']);
    expect(await include('src')).toEqual(['src/lib/b.js:1', 'src/main.ts:2', 'src/main.ts:3']);
    expect(await include('src/*.ts')).toEqual(['src/main.ts:2', 'src/main.ts:3']);
    expect(await include('[d-e]ocs/**')).toEqual(['docs/a.md:1']);
    expect(await include('*.ts', '!*.test.ts')).toEqual(['src/main.ts:2', 'src/main.ts:3']);
    expect(await include('.env', '.env*', '**/.git/**')).toEqual([]);
    expect(await include('{src,docs}/**/*.{md,js}')).toEqual(['docs/a.md:1', 'src/lib/b.js:1']);
    expect(await places(repository, 'needle', { scope: 'src', includePatterns: ['lib/*.js'] })).toEqual([
      'src/lib/b.js:1',
    ]);
    expect(await places(repository, 'needle', { scope: 'docs/a.md', includePatterns: ['*.js'] })).toEqual([]);
  });

  it.each([
    ['', 'INVALID_ARGUMENT'],
    ['(', 'INVALID_ARGUMENT'],
    ['a{2,1}', 'INVALID_ARGUMENT'],
    ['a\\nb', 'INVALID_ARGUMENT'],
    ['a\nb', 'INVALID_ARGUMENT'],
    ['a\rb', 'INVALID_ARGUMENT'],
    ['a\0b', 'INVALID_ARGUMENT'],
    ['a\ud800', 'INVALID_ARGUMENT'],
    ['(?=look)', 'INVALID_ARGUMENT'],
    ['((a{1000}){1000}){1000}', 'INVALID_ARGUMENT'],
    ['x'.repeat(4097), 'LIMIT_EXCEEDED'],
  ])('refuses the pattern %#', async (pattern, code) => {
    const repository = await tempRepository(TREE);
    expect(await codeOf(search(repository, pattern))).toBe(code);
  });

  it('says why a pattern is none, without the pattern or a path', async () => {
    const repository = await tempRepository(TREE);
    await expect(search(repository, 'canary(needle')).rejects.toThrow(/unclosed group/);
    await expect(search(repository, 'canary(needle')).rejects.not.toThrow(/canary|\/proc|tmp/);
  });

  it.each(['-e', '--files', '--pre=sh', '-', '--', '-f/etc/passwd', '#needle', ' lead', '\\bwhole\\b'])(
    'reads %j as a pattern and nothing else',
    async (pattern) => {
      const repository = await tempRepository({
        'a.txt': `x ${pattern.replaceAll('\\b', '')} y\n`,
        'b.txt': 'no\n',
      });
      expect(await places(repository, pattern)).toEqual(['a.txt:1']);
    },
  );

  it('searches files with names that look like options or like its own output', async () => {
    const repository = await tempRepository({
      '-': 'needle\n',
      '--files': 'needle\n',
      'ab:1:2:b': 'needle\n',
      'cafe\u0301': 'needle',
    });
    expect(await places(repository, 'needle')).toEqual(['--files:1', '-:1', 'ab:1:2:b:1', 'caf\u00e9:1']);
    expect(await places(repository, 'needle', { scope: '-' })).toEqual(['-:1']);
  });

  it('searches a scope whose name ends or begins with a space', async () => {
    const repository = await tempRepository({
      'end ': 'needle\n',
      ' begin/a': 'needle\n',
      other: 'needle\n',
    });
    expect(await places(repository, 'needle', { scope: 'end ' })).toEqual(['end :1']);
    expect(await places(repository, 'needle', { scope: ' begin' })).toEqual([' begin/a:1']);
    expect(await places(repository, 'needle', { includePatterns: ['end '] })).toEqual(['end :1']);
  });

  it('keeps the match in sight on a long line, and cuts no character', async () => {
    const long = `${'😀'.repeat(500)}needle${'😀'.repeat(500)}`;
    const repository = await tempRepository({ a: long });
    const { results } = await search(repository, 'n..dle');
    expect(results[0]?.snippet).toContain('needle');
    expect(results[0]?.snippet.length).toBeLessThanOrEqual(200);
    expect(results[0]?.snippet.isWellFormed()).toBe(true);
  });

  it('drops hits on lines of absurd length and says so', async () => {
    const repository = await tempRepository({ a: `${'x'.repeat(100_000)}needle\n`, b: 'needle\n' });
    expect(await search(repository, 'needle')).toMatchObject({
      results: [{ file_path: 'b' }],
      truncated: true,
    });
  });

  it('matches the first line of a file with a byte order mark', async () => {
    const repository = await tempRepository({ a: '\ufeffusing needle;\r\n' });
    const { results } = await search(repository, '^using needle;$');
    expect(results).toMatchObject([{ start_line: 1, snippet: 'using needle;' }]);
  });

  it('keeps to more include patterns than fit on a command line', async () => {
    const folder = `${'!'.repeat(200)}/`.repeat(18);
    const repository = await tempRepository({ [`${folder}a.ts`]: 'needle\n', [`${folder}b.js`]: 'needle\n' });
    const brace = (from: number): string =>
      `d/{${Array.from({ length: 120 }, (_, i) => from + i).join(',')}}`;
    const includePatterns = [brace(0), brace(120), '*.ts'];
    expect(await places(repository, 'needle', { scope: folder.slice(0, -1), includePatterns })).toEqual([
      `${folder}a.ts:1`,
    ]);
  });

  it('ranks the first few hundred of very many hits', async () => {
    const files = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`${i}`, 'needle\n'.repeat(500)]));
    const outcome = await search(await tempRepository(files), 'needle');
    expect(outcome.results).toHaveLength(10);
    expect(outcome.truncated).toBe(true);
  });

  it('[PA6] drops a hit whose line is another one when the guard reads it', async () => {
    const repository = await tempRepository({ a: 'needle one\n', b: 'needle two\n' });
    const open = repository.guard.open.bind(repository.guard);
    vi.spyOn(repository.guard, 'open').mockImplementation(async (path, roots, want) => {
      if (path === 'a') await repository.write('a', 'changed since\n');
      return open(path, roots, want);
    });
    const { results } = await search(repository, 'needle');
    expect(results.map((result) => result.snippet)).toEqual(['needle two']);
  });

  it('is ended by a cancelled request', async () => {
    const repository = await tempRepository(TREE);
    expect(await codeOf(search(repository, 'needle', { signal: AbortSignal.abort() }))).toBe('CANCELLED');
    const controller = new AbortController();
    const running = codeOf(search(repository, 'needle', { signal: controller.signal }));
    controller.abort();
    expect(await running).toBe('CANCELLED');
  });

  it('returns at its timeout with what it has', async () => {
    const repository = await tempRepository(TREE);
    const outcome = await search(repository, 'needle', { timeoutMs: 0 });
    expect(outcome).toEqual({ results: [], truncated: true });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses k = %d', async (k) => {
    const repository = await tempRepository(TREE);
    expect(await codeOf(search(repository, 'needle', { k }))).toBe('INVALID_ARGUMENT');
  });

  it('answers any pattern with results or with a code', async () => {
    const repository = await tempRepository(TREE);
    const piece = fc.constantFrom(
      'needle',
      '(',
      ')',
      '[',
      ']',
      '*',
      '+',
      '?',
      '.',
      '^',
      '$',
      '\\',
      '{2}',
      '|',
      'é',
      '-',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
        const code = await codeOf(search(repository, pieces.join('')));
        expect(['no error', 'INVALID_ARGUMENT']).toContain(code);
      }),
      { numRuns: 40 },
    );
  });
});
