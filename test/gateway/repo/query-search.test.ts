import { createHash } from 'node:crypto';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tempIndex } from './index/temp-index.ts';
import { codeOf } from './temp-repository.ts';

const body = (name: string, inside: string): string =>
  `export function ${name}(a: number) {\n  ${inside};\n  return a;\n}\n`;

const TREE = {
  'src/net/retry.ts': `import x from 'x';\n\n${body('retryRequest', 'await backoff(a)')}\n${body('cancelTimer', 'clear(a)')}`,
  'src/net/pool.ts': `export class ConnectionPool {\n  #free = [];\n\n  acquire() {\n    return this.#free.pop();\n  }\n\n  release(c: number) {\n    this.#free.push(c);\n  }\n}\n`,
  'src/text/wrap.py':
    'def wrap_paragraph(text, width):\n    return text\n\n\ndef count_words(text):\n    return len(text.split())\n',
  'test/net/retry.test.ts': body('retryRequest', 'await backoff(a)'),
  'docs/pool.md': '# Connections\n\nHow the connection pool works.\n\n## Tuning\n\nMake it larger.\n',
};

describe.each([
  ['with the index', true],
  ['without one', false],
])('searchQuery %s', (_, isIndexed) => {
  const repository = async (files: Readonly<Record<string, string | Uint8Array>> = TREE) => {
    const made = await tempIndex(files);
    if (!isIndexed) await made.index.close();
    return made;
  };

  it('finds definitions by what they are about, code before its tests', async () => {
    const { ask, found } = await repository();
    expect((await found('retry a request with backoff')).slice(0, 2)).toEqual([
      'src/net/retry.ts:retryRequest',
      'test/net/retry.test.ts:retryRequest',
    ]);
    expect((await found('acquire a free connection'))[0]).toBe('src/net/pool.ts:ConnectionPool.acquire');
    expect((await found('counting the words of a text'))[0]).toBe('src/text/wrap.py:count_words');
    expect((await found('tuning connections'))[0]).toBe('docs/pool.md:Connections.Tuning');
    const { results, indexed } = await ask('retry request', { k: 1 });
    expect(indexed).toBe(isIndexed);
    const snippet = 'export function retryRequest(a: number) {\n  await backoff(a);\n  return a;\n}';
    expect(results).toEqual([
      {
        file_path: 'src/net/retry.ts',
        start_line: 3,
        end_line: 6,
        relevance_score: expect.any(Number),
        snippet,
        snippet_hash: createHash('sha256').update(snippet).digest('hex').slice(0, 16),
        symbol: 'retryRequest',
      },
    ]);
  });

  it('scores between 0 and 1, best first, the same each time', async () => {
    const { ask } = await repository();
    const { results } = await ask('release the connection pool words');
    const scores = results.map(({ relevance_score }) => relevance_score);
    expect(scores.length).toBeGreaterThan(2);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const score of scores) {
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(1);
    }
    expect((await ask('release the connection pool words')).results).toEqual(results);
  });

  it('finds an identifier that is spelled out first', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [
        `src/f${i}.ts`,
        body(`use${i}`, 'wrapParagraph(wrap, paragraph)'),
      ]),
    );
    const { found } = await repository({ ...files, ...TREE });
    expect((await found('wrap_paragraph'))[0]).toBe('src/text/wrap.py:wrap_paragraph');
    expect((await found('wrapParagraph'))[0]).toBe('src/text/wrap.py:wrap_paragraph');
  });

  it('gives at most k, ten, three of a file, and no line twice', async () => {
    const many = Array.from({ length: 20 }, (_, i) => body(`parseThing${i}`, 'parse(thing)')).join('\n');
    const files = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`src/f${i}.ts`, many]));
    const { ask } = await repository(files);
    const { results } = await ask('parse thing', { k: 1000 });
    expect(results).toHaveLength(10);
    const perFile = Map.groupBy(results, ({ file_path }) => file_path);
    for (const [, own] of perFile) {
      expect(own.length).toBeLessThanOrEqual(3);
      const starts = own.map(({ start_line }) => start_line);
      expect(new Set(starts).size).toBe(starts.length);
    }
    expect((await ask('parse thing', { k: 2 })).results).toHaveLength(2);
  });

  it('stays inside scope, roots and globs', async () => {
    const { found, path } = await repository();
    await symlink('src/net', join(path, 'short'));
    expect(await found('retry request', { scope: 'test' })).toEqual(['test/net/retry.test.ts:retryRequest']);
    expect(await found('retry request', { scope: 'src/net/retry.ts' })).toContain(
      'src/net/retry.ts:retryRequest',
    );
    expect(await found('retry request', { scope: 'src/text' })).toEqual([]);
    expect(await found('retry request', { roots: ['test', 'docs'] })).toEqual([
      'test/net/retry.test.ts:retryRequest',
    ]);
    expect(await found('retry request', { includePatterns: ['*.py', '*.md'] })).toEqual([]);
    expect(await found('retry request', { includePatterns: ['!test'] })).not.toContain(
      'test/net/retry.test.ts:retryRequest',
    );
    // A scope that is a link stands for where it leads.
    expect((await found('retry request', { scope: 'short' }))[0]).toBe('src/net/retry.ts:retryRequest');
    expect(await codeOf(found('x', { scope: 'src', roots: ['test'] }))).toBe('PATH_OUTSIDE_ROOTS');
    expect(await codeOf(found('x', { scope: '.git' }))).toBe('PATH_RESTRICTED');
    expect(await codeOf(found('x', { scope: 'nowhere' }))).toBe('NOT_FOUND');
  });

  it('refuses queries over the limits, and finds nothing by punctuation', async () => {
    const { ask, found } = await repository();
    expect(await codeOf(found(''))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(found('x'.repeat(4097)))).toBe('LIMIT_EXCEEDED');
    expect(await codeOf(found('word '.repeat(20_000)))).toBe('LIMIT_EXCEEDED');
    expect(await codeOf(found('a\ud800'))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(found('a', { k: 0 }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(found('a', { includePatterns: [''] }))).toBe('INVALID_ARGUMENT');
    expect((await ask('?!… "*" (-) ::')).results).toEqual([]);
    expect((await ask('zyzzyva quux')).results).toEqual([]);
  });

  it('takes every query as words, never as an operator', async () => {
    const { ask } = await repository();
    for (const query of [
      'retry" OR name:"x',
      'retry NOT request',
      'NEAR(retry request, 2)',
      'name:retry',
      '{name body}: retry',
      'retry*',
      '^retry AND ()',
      "'; DROP TABLE chunk; --",
      '"',
      'retry \0 request',
      '.*(retry|request)+$ [a-z',
      // Every word with all its spellings: the longest expression there can be.
      'directory context configuration argument parameter message error string integer character number value pointer buffer length maximum minimum previous current temporary address source destination object attribute property element expression statement declaration identifier index',
    ]) {
      await ask(query);
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), async (query) => {
        if (!query.isWellFormed()) return;
        const { results } = await ask(query);
        expect(results.length).toBeLessThanOrEqual(10);
      }),
      { numRuns: isIndexed ? 200 : 20 },
    );
    expect((await ask('retry request')).results[0]).toMatchObject({ symbol: 'retryRequest' });
  });

  it('answers in any script', async () => {
    const { found } = await repository({
      'a.py': 'def größe_messen(x):\n    return x\n',
      'b.py': 'def найти_файл(x):\n    return x\n',
      'c.md': '# 設定\n\n文字列を検索する関数\n',
      'd.md': '# दस्तावेज़\n\nफ़ाइल खोजें\n',
    });
    expect(await found('Größe messen')).toEqual(['a.py:größe_messen']);
    expect(await found('найти файл')).toEqual(['b.py:найти_файл']);
    expect(await found('文字列検索')).toEqual(['c.md:設定']);
    expect(await found('खोजें')).toEqual(['d.md:दस्तावेज़']);
  });

  it('copes with hostile names and contents', async () => {
    const deep = `${'d/'.repeat(100)}deep.ts`;
    const { found, ask, index, path } = await repository({
      '-rf.ts': body('dashFunction', 'go()'),
      ' lead.ts': body('spaceFunction', 'go()'),
      'it\'s "quoted" [x] {y} *.ts': body('quotedFunction', 'go()'),
      'ünï.ts': body('accentFunction', 'go()'),
      'e\u0301.ts': body('decomposedFunction', 'go()'),
      [deep]: body('deepFunction', 'go()'),
      'min.js': `function minifiedFunction(){${'a=1;'.repeat(25_000)}}\n${'x'.repeat(100_000)}\n`,
      'bin.ts': Buffer.from(`${body('binaryFunction', 'go()')}\0`),
      'invalid.py': Buffer.from('def invalid_bytes(x):\n    return "\xff\xfe"\n', 'latin1'),
      'crlf.ts': body('crlfFunction', 'go()').replaceAll('\n', '\r\n'),
      'bom.ts': `\ufeff${body('bomFunction', 'go()')}`,
      'empty.ts': '',
      'large.ts': body('largeFunction', 'go()') + ' '.repeat(1024 * 1024),
    });
    await mkdir(join(path, 'folder.ts'));
    await writeFile(join(path, 'line\nbreak.ts'), body('breakFunction', 'go()'));
    await index.sweep();
    const first = async (query: string): Promise<string | undefined> => (await found(query))[0];
    expect(await first('dashFunction')).toBe('-rf.ts:dashFunction');
    expect(await first('spaceFunction')).toBe(' lead.ts:spaceFunction');
    expect(await first('quotedFunction')).toBe('it\'s "quoted" [x] {y} *.ts:quotedFunction');
    expect(await first('accentFunction')).toBe('ünï.ts:accentFunction');
    expect(await first('decomposedFunction')).toBe('\u00e9.ts:decomposedFunction');
    expect(await first('deepFunction')).toBe(`${deep}:deepFunction`);
    // ripgrep is not asked for lines as long as this one.
    expect(await first('minifiedFunction')).toBe(isIndexed ? 'min.js:minifiedFunction' : undefined);
    expect(await first('invalid bytes')).toBe('invalid.py:invalid_bytes');
    expect(await first('crlfFunction')).toBe('crlf.ts:crlfFunction');
    expect(await first('bomFunction')).toContain('bom.ts:');
    const all = await Promise.all(
      ['binaryFunction', 'largeFunction', 'breakFunction'].map((name) => found(name)),
    );
    expect(all.flat().filter((hit) => /^(?:bin|large|line)/.test(hit))).toEqual([]);
    for (const { snippet } of (await ask('function')).results)
      expect(snippet.length).toBeLessThanOrEqual(200);
  });

  it('shows what a file holds now, and nothing of one that has gone', async () => {
    const { ask, found, path, outside, write } = await repository();
    expect((await found('cancel timer'))[0]).toBe('src/net/retry.ts:cancelTimer');
    await write('src/net/retry.ts', `// moved down\n\n\n\n${body('cancelTimer', 'halt(a, 1)')}`);
    const { results } = await ask('cancel timer', { k: 1 });
    expect(results[0]).toMatchObject({
      file_path: 'src/net/retry.ts',
      start_line: 5,
      end_line: 8,
      symbol: 'cancelTimer',
    });
    expect(results[0]?.snippet).toContain('halt(a, 1)');
    // Same size, same place, other words.
    await write('src/net/retry.ts', `// moved down\n\n\n\n${body('cancelTimes', 'halt(a, 1)')}`);
    for (const { snippet, symbol } of (await ask('cancel timer')).results) {
      expect(snippet).not.toContain('cancelTimer');
      expect(symbol).not.toBe('cancelTimer');
    }
    await rm(join(path, 'src/text/wrap.py'));
    expect(await found('count words')).toEqual([]);
    // Replaced by links, to outside and to a neighbour: neither is the file that was found.
    await writeFile(join(outside, 'pool.ts'), TREE['src/net/pool.ts']);
    await rm(join(path, 'src/net/pool.ts'));
    await symlink(join(outside, 'pool.ts'), join(path, 'src/net/pool.ts'));
    expect((await found('acquire free')).filter((hit) => hit.startsWith('src/net/pool.ts'))).toEqual([]);
    await rm(join(path, 'src/net/pool.ts'));
    await write('src/other/pool.ts', TREE['src/net/pool.ts']);
    await symlink('../other/pool.ts', join(path, 'src/net/pool.ts'));
    expect((await found('acquire free')).filter((hit) => hit.startsWith('src/net/pool.ts'))).toEqual([]);
    await rename(join(path, 'src/net'), join(outside, 'net'));
    await symlink(join(outside, 'net'), join(path, 'src/net'));
    expect((await found('retry request')).filter((hit) => hit.startsWith('src/'))).toEqual([]);
  });

  it('ends when it is cancelled, and at its deadline', async () => {
    const { ask } = await repository();
    expect(await codeOf(ask('retry', { signal: AbortSignal.abort() }))).toBe('CANCELLED');
    const cancelling = new AbortController();
    const asking = codeOf(ask('retry request', { signal: cancelling.signal }));
    cancelling.abort();
    expect(await asking).toBe('CANCELLED');
    const { results } = await ask('retry request', { timeoutMs: 0 });
    expect(results).toEqual([]);
  });
});

describe('freshness', () => {
  it('trusts the lines of a file that has not changed, and no other', async () => {
    const many = Array.from({ length: 20 }, (_, i) => body(`parseThing${i}`, 'parse(thing)')).join('\n');
    const files = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`src/f${i}.ts`, many]));
    const { ask, settle, found, write } = await tempIndex({ ...TREE, ...files });
    const before = await Promise.all(['retry a request', 'acquire a connection'].map((query) => ask(query)));
    await settle();
    const after = await Promise.all(['retry a request', 'acquire a connection'].map((query) => ask(query)));
    const places = (all: typeof after): unknown =>
      all.map(({ results }) => results.slice(0, 1).map(({ relevance_score, ...place }) => place));
    expect(places(after)).toEqual(places(before));
    const { results } = await ask('parse thing');
    expect(results).toHaveLength(10);
    for (const [, own] of Map.groupBy(results, ({ file_path }) => file_path))
      expect(own).toHaveLength(own.length > 1 ? 3 : 1);
    for (const { start_line, symbol, snippet } of results) {
      expect(symbol).toBe(`parseThing${(start_line - 1) / 5}`);
      expect(snippet).toContain(`function ${symbol}(`);
    }
    await write('src/f0.ts', `// moved\n${many}`);
    const moved = (await ask('parse thing', { scope: 'src/f0.ts' })).results;
    expect(moved.map(({ start_line }) => (start_line - 2) % 5)).toEqual([0, 0, 0]);
    expect(await found('parse thing', { scope: 'src/f1.ts' })).toHaveLength(3);
  });

  it('finds a file that was written a moment ago, without a sweep that was asked for', async () => {
    const { found, write, index } = await tempIndex({ 'a.ts': body('first', 'go()') });
    expect(await found('first')).toHaveLength(1);
    await write('b.ts', body('freshlyWritten', 'go()'));
    // A sweep is fresh for two seconds; here the clock is not waited for.
    await index.sweep();
    expect(await found('freshly written')).toEqual(['b.ts:freshlyWritten']);
  });

  it('says whether the index was asked', async () => {
    const { ask, index } = await tempIndex({ 'a.ts': body('first', 'go()') }, { isAwaited: false });
    // Not ready, perhaps: either way there is an answer.
    expect((await ask('first')).results).toHaveLength(1);
    await index.ready();
    expect(await ask('first')).toMatchObject({ indexed: true, results: [{ symbol: 'first' }] });
    expect(await ask('first', { index: undefined })).toMatchObject({
      indexed: false,
      results: [{ symbol: 'first' }],
    });
  });
});
