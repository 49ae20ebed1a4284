import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildManifest, type ManifestOptions } from '../../../gateway/repo/manifest.ts';
import { codeOf, type TempRepository, tempRepository } from './temp-repository.ts';

type Choice = Partial<Omit<ManifestOptions, 'guard' | 'facts'>>;

const manifest = (repository: TempRepository, choice: Choice = {}) =>
  buildManifest({ guard: repository.guard, facts: repository.facts, roots: ['.'], root: '.', ...choice });

describe('buildManifest', () => {
  it('lists every regular file once, with its hash and lines', async () => {
    const repository = await tempRepository({ 'b/x.ts': 'one\ntwo', a: '', '.env': 's', 'b/.git/y': 's' });
    await symlink('b', join(repository.path, 'link'));
    await symlink('a', join(repository.path, 'file-link'));
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
    expect(await manifest(repository)).toEqual({
      files: [
        { path: 'a', size: 0, hash: hash(''), lines: 0 },
        { path: 'b/x.ts', size: 7, hash: hash('one\ntwo'), lines: 2 },
      ],
      total_size: 7,
      truncated: false,
    });
  });

  it('pages through everything once', async () => {
    const names = Array.from({ length: 25 }, (_, i) => `${'abc'[i % 3]}/${i}/f`);
    const repository = await tempRepository(Object.fromEntries(names.map((name) => [name, name])));
    const whole = (await manifest(repository)).files.map((file) => file.path);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await manifest(repository, { limit: 4, cursor });
      expect(page.truncated).toBe(page.nextCursor !== undefined);
      found.push(...page.files.map((file) => file.path));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(found).toEqual(whole);
    expect(found).toHaveLength(25);
  });

  it('keeps to the roots', async () => {
    const repository = await tempRepository({ 'a/x': '1', 'b/y': '2', 'c/z': '3' });
    const { files } = await manifest(repository, { roots: ['c', 'a'] });
    expect(files.map((file) => file.path)).toEqual(['a/x', 'c/z']);
    expect(await codeOf(manifest(repository, { roots: ['a'], root: 'b' }))).toBe('PATH_OUTSIDE_ROOTS');
    expect(await codeOf(manifest(repository, { limit: 0 }))).toBe('INVALID_ARGUMENT');
  });
});
