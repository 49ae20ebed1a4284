import { createHash } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type ListEntry, type ListOptions, listTree } from '../../../gateway/repo/list-tree.ts';
import { codeOf, type TempRepository, tempRepository } from './temp-repository.ts';

type Choice = Partial<Omit<ListOptions, 'guard' | 'facts'>>;

const list = (repository: TempRepository, choice: Choice = {}) =>
  listTree({
    guard: repository.guard,
    facts: repository.facts,
    roots: ['.'],
    root: '.',
    depth: 2,
    ...choice,
  });

const paths = async (repository: TempRepository, choice: Choice = {}): Promise<string[]> =>
  (await list(repository, choice)).entries.map((entry) => entry.path);

const TREE = {
  'README.md': '# hi\n',
  'src/main.ts': 'x\n',
  'src/lib/deep/a.ts': 'y\n',
  'src/lib/b.js': 'z\n',
  '.github/ci.yml': 'on:\n',
  '.git/config': 'secret',
  '.env': 'secret',
  'src/node_modules/x/index.js': 'secret',
  'src/Server.PEM': 'secret',
};

describe('listTree', () => {
  it('[TL13] ends with CANCELLED once its caller no longer wants it', async () => {
    const repository = await tempRepository(TREE);
    const signal = AbortSignal.abort();
    expect(await codeOf(list(repository, { signal }))).toBe('CANCELLED');
  });

  it('gives the contract’s entries, sorted, without what is restricted', async () => {
    const repository = await tempRepository(TREE);
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
    expect((await list(repository)).entries).toEqual([
      { type: 'directory', path: '.github', item_count: 1 },
      { type: 'file', path: '.github/ci.yml', size: 4, hash: hash('on:\n') },
      { type: 'file', path: 'README.md', size: 5, hash: hash('# hi\n') },
      { type: 'directory', path: 'src', item_count: 2 },
      { type: 'directory', path: 'src/lib', item_count: 2 },
      { type: 'file', path: 'src/main.ts', size: 2, hash: hash('x\n') },
    ]);
  });

  it('descends as deep as asked', async () => {
    const repository = await tempRepository(TREE);
    expect(await paths(repository, { depth: 1 })).toEqual(['.github', 'README.md', 'src']);
    expect(await paths(repository, { root: 'src', depth: 64 })).toEqual([
      'src/lib',
      'src/lib/b.js',
      'src/lib/deep',
      'src/lib/deep/a.ts',
      'src/main.ts',
    ]);
  });

  it('shows only what patterns match, folders too', async () => {
    const repository = await tempRepository(TREE);
    expect(await paths(repository, { depth: 9, patterns: ['*.ts'] })).toEqual([
      'src/lib/deep/a.ts',
      'src/main.ts',
    ]);
    expect(await paths(repository, { depth: 9, patterns: ['lib'] })).toEqual([
      'src/lib',
      'src/lib/b.js',
      'src/lib/deep',
      'src/lib/deep/a.ts',
    ]);
    expect(await paths(repository, { root: 'src', depth: 9, patterns: ['lib/*.js'] })).toEqual([
      'src/lib/b.js',
    ]);
    expect(await paths(repository, { depth: 9, patterns: ['.env', '*.PEM', '.git/**'] })).toEqual([]);
  });

  it('stays inside the roots, and takes a wider folder for the roots in it', async () => {
    const repository = await tempRepository(TREE);
    const roots = ['src/lib/deep', '.github', 'src/lib'];
    expect(await paths(repository, { roots, root: '.', depth: 3 })).toEqual([
      '.github',
      '.github/ci.yml',
      'src/lib',
      'src/lib/b.js',
      'src/lib/deep',
    ]);
    expect(await codeOf(list(repository, { roots: ['src/lib'], root: '.github' }))).toBe(
      'PATH_OUTSIDE_ROOTS',
    );
  });

  it('shows links as what they lead to, and never those that lead out', async () => {
    const repository = await tempRepository({ 'a/x.ts': 'x\n', '.env': 's', 'private/p': 'p' });
    const link = (target: string, name: string): Promise<void> =>
      symlink(target, join(repository.path, 'a', name));
    await link('x.ts', 'file');
    await link('../a', 'loop');
    await link('/etc/passwd', 'out');
    await link(repository.outside, 'outside');
    await link('../.env', 'restricted');
    await link('../private/p', 'beside');
    await link('nowhere', 'dangling');
    const { entries } = await list(repository, { roots: ['a'], root: 'a', depth: 64 });
    expect(entries.map(({ type, path }) => [type, path])).toEqual([
      ['file', 'a/file'],
      ['directory', 'a/loop'],
      ['file', 'a/x.ts'],
    ]);
  });

  it('does not descend into a folder that became a link after it was seen', async () => {
    const repository = await tempRepository({ 'a/x': '1', 'b/y': '2' });
    const open = repository.guard.open.bind(repository.guard);
    vi.spyOn(repository.guard, 'open').mockImplementation(async (path, roots, want) => {
      if (path === 'a') {
        await rm(join(repository.path, 'a'), { recursive: true, force: true });
        await symlink('.', join(repository.path, 'a'));
      }
      return open(path, roots, want);
    });
    expect(await paths(repository, { depth: 9 })).toEqual(['b', 'b/y']);
  });

  it('lists every entry once over pages of any size, also while earlier ones come and go', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`${'abc'[i % 3]}/${i % 7}-x/${i}.ts`, `${i}`]),
    );
    const repository = await tempRepository({ ...files, 'a-b': '', 'a/0-x!': '' });
    const whole = await paths(repository, { depth: 9 });
    expect(whole.length).toBeGreaterThan(80);
    for (const limit of [1, 2, 7, 50]) {
      const found: string[] = [];
      let cursor: string | undefined;
      for (;;) {
        const page = await list(repository, { depth: 9, limit, cursor });
        const shown = page.entries.filter((entry) => entry.type !== 'truncated');
        expect(shown.length).toBeLessThanOrEqual(limit);
        found.push(...shown.map((entry) => entry.path));
        cursor = page.nextCursor;
        expect(page.entries.at(-1)?.type === 'truncated').toBe(cursor !== undefined);
        if (cursor === undefined) break;
        await repository.write('a/0-x/00-new', '');
      }
      expect(found.filter((path) => path !== 'a/0-x/00-new')).toEqual(
        whole.filter((path) => path !== 'a/0-x/00-new'),
      );
    }
  });

  it('never gives more than 1000 entries', async () => {
    const repository = await tempRepository();
    await mkdir(join(repository.path, 'many'));
    await Promise.all(
      Array.from({ length: 1500 }, (_, i) => writeFile(join(repository.path, 'many', `${i}`), '')),
    );
    const page = await list(repository, { limit: 5000 });
    expect(page.entries).toHaveLength(1000);
    expect(page.entries.at(-1)).toMatchObject({ type: 'truncated', path: '.' });
    const rest = await list(repository, { limit: 5000, cursor: page.nextCursor });
    expect(rest.entries).toHaveLength(1501 - 999);
  });

  it('does not hash large files for a listing', async () => {
    const repository = await tempRepository({ big: 'x'.repeat(1024 * 1024 + 1) });
    const [entry] = (await list(repository)).entries as [ListEntry];
    expect(entry).toEqual({ type: 'file', path: 'big', size: 1024 * 1024 + 1 });
  });

  it('lists only names that can be asked for', async () => {
    const repository = await tempRepository({
      'cafe\u0301': 'x',
      'line\nbreak': '',
      'back\\slash': '',
      'c:': '',
      ok: '',
    });
    await writeFile(Buffer.concat([Buffer.from(`${repository.path}/`), Buffer.from([0xff, 0xfe])]), '');
    expect(await paths(repository)).toEqual(['caf\u00e9', 'ok']);
  });

  it.each([
    [{ depth: 0 }, 'INVALID_ARGUMENT'],
    [{ depth: 65 }, 'LIMIT_EXCEEDED'],
    [{ limit: 0 }, 'INVALID_ARGUMENT'],
    [{ root: 'README.md' }, 'NOT_A_DIRECTORY'],
    [{ root: 'missing' }, 'NOT_FOUND'],
    [{ root: '.git' }, 'PATH_RESTRICTED'],
    [{ cursor: 'x' }, 'INVALID_ARGUMENT'],
    [{ patterns: [''] }, 'INVALID_ARGUMENT'],
  ])('refuses %j', async (choice, code) => {
    const repository = await tempRepository(TREE);
    expect(await codeOf(list(repository, choice))).toBe(code);
  });
});
