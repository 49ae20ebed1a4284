import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { INDEX_VERSION, IndexDatabase } from '../../../../gateway/repo/index/index-database.ts';
import { GONE_BATCH_FILES, MAX_WAITING_FINDS } from '../../../../gateway/repo/index/index-limits.ts';
import { chunksWithTerms, linesOf } from '../../../../gateway/repo/index/indexed-text.ts';
import { RepositoryIndex } from '../../../../gateway/repo/index/repository-index.ts';
import { sweep } from '../../../../gateway/repo/index/sweep.ts';
import { INDEX_THREAD_URL, tempIndex } from './temp-index.ts';

const FILES = {
  'src/parser.ts': 'export function parseHeader(text: string) {\n  return text.split(":");\n}\n',
  'src/socket.ts': 'export function openSocket(port: number) {\n  return connect(port);\n}\n',
};

const QUESTION = { text: 'parse header', scopes: ['.'], includePatterns: [], scope: '.' };

/** All bytes of the index on disk, side files included. */
async function bytesOf(folder: string): Promise<string> {
  const names = await readdir(join(folder, 'indexes'));
  const parts = await Promise.all(names.map((name) => readFile(join(folder, 'indexes', name), 'latin1')));
  return parts.join('\n');
}

/** From a copy: its thread has the index to itself. */
const rowsOf = (file: string, sql: string): unknown[] => {
  const copy = `${file}.copy`;
  for (const suffix of ['', '-wal']) {
    if (existsSync(`${file}${suffix}`)) copyFileSync(`${file}${suffix}`, `${copy}${suffix}`);
    else rmSync(`${copy}${suffix}`, { force: true });
  }
  const db = new SqliteDatabase(copy);
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
};

describe('the index of a repository', () => {
  it('is one file of its user alone, outside the repository', async () => {
    const { index, file, folder, path } = await tempIndex(FILES);
    expect(index.state).toEqual({ isReady: true, files: 2, chunks: 2 });
    for (const name of await readdir(join(folder, 'indexes'))) {
      expect((await stat(join(folder, 'indexes', name))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(join(folder, 'indexes'))).mode & 0o777).toBe(0o700);
    expect(file.startsWith(path)).toBe(false);
    expect(await readdir(path)).toEqual(['src']);
  });

  it('holds nothing of restricted names, binary files, large files, or what links lead to', async () => {
    const { file, folder, outside, path, index } = await tempIndex(FILES);
    await writeFile(join(outside, 'stranger.ts'), 'export function quokkaOutside() {\n  run();\n}\n');
    await symlink(join(outside, 'stranger.ts'), join(path, 'link.ts'));
    await symlink(outside, join(path, 'linked'));
    await symlink('src', join(path, 'again'));
    for (const [name, text] of [
      ['.env', 'QUOKKA_ENV=wombatvalue'],
      ['.git/config', 'quokkagit'],
      ['secrets/a.ts', 'export function quokkaSecret() {\n  run();\n}'],
      ['node_modules/a/index.js', 'function quokkaModule() {\n  run();\n}'],
      ['keys/server.pem', 'quokkapem'],
      ['data.bin', 'quokkabinary\0\0'],
      ['large.txt', `quokkalarge ${'x '.repeat(600_000)}`],
    ] as const) {
      await mkdir(join(path, name, '..'), { recursive: true });
      await writeFile(join(path, name), text);
    }
    await index.sweep();
    await index.close();
    const bytes = (await bytesOf(folder)).toLowerCase();
    expect(bytes).toContain('pars');
    for (const word of ['quokka', 'wombat', 'secrets', 'node_modules', '.env', 'server.pem', 'link']) {
      expect(bytes.includes(word), word).toBe(false);
    }
    // The binary one is known by its stamp, so that it is not read again and again, and has no chunk.
    expect(rowsOf(file, 'SELECT path FROM file ORDER BY path')).toEqual([
      { path: 'data.bin' },
      { path: 'src/parser.ts' },
      { path: 'src/socket.ts' },
    ]);
  });

  it('begins anew where other names are restricted, and keeps no trace of the old content', async () => {
    const repository = await tempIndex({
      ...FILES,
      'private/zebra.ts': 'function zebraCrossing() {\n  go();\n}\n',
    });
    expect(await repository.found('zebra crossing')).toEqual(['private/zebra.ts:zebraCrossing']);
    await repository.index.close();
    const db = new SqliteDatabase(repository.file);
    db.prepare("UPDATE setting SET value = 'other rules' WHERE name = 'rules'").run();
    db.close();
    await rm(join(repository.path, 'private'), { recursive: true });
    await (await repository.restart()).close();
    expect((await bytesOf(repository.folder)).includes('zebra')).toBe(false);
  });

  it('reads again only what has changed', async () => {
    const { index, file, path, restart, settle, found } = await tempIndex(FILES);
    const ids = (): unknown[] => rowsOf(file, 'SELECT path, id, stamp FROM file ORDER BY path');
    await settle();
    const before = ids();
    await index.sweep();
    expect(ids()).toEqual(before);
    await restart();
    expect(ids()).toEqual(before);
    await writeFile(join(path, 'src/socket.ts'), 'export function shutSocket() {\n  return end();\n}\n');
    await (await restart()).sweep();
    const after = ids();
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).not.toEqual(before[1]);
    expect(await found('shut socket')).toEqual(['src/socket.ts:shutSocket']);
    expect(await found('open')).toEqual([]);
  });

  it('forgets what has gone and finds what has come, moved folders too', async () => {
    const { index, path, found, write } = await tempIndex(FILES);
    await rename(join(path, 'src'), join(path, 'lib'));
    await write('lib/new.py', 'def brew_tea(kettle):\n    return kettle.boil()\n');
    await index.sweep();
    expect(await found('open socket')).toEqual(['lib/socket.ts:openSocket']);
    expect(await found('brew tea')).toEqual(['lib/new.py:brew_tea']);
    expect(index.state).toMatchObject({ files: 3, chunks: 3 });
    await rm(join(path, 'lib'), { recursive: true });
    await index.sweep();
    expect(index.state).toMatchObject({ files: 0, chunks: 0 });
  });

  it.each([
    ['is no database', (file: string) => writeFile(file, 'not a database at all')],
    ['is empty', (file: string) => writeFile(file, '')],
    ['is cut', async (file: string) => writeFile(file, (await readFile(file)).subarray(0, 10_000))],
    [
      'is overwritten in the middle',
      async (file: string) => {
        const bytes = await readFile(file);
        bytes.fill(0xa5, 4096);
        await writeFile(file, bytes);
      },
    ],
    [
      'is of another version',
      (file: string) => {
        const db = new SqliteDatabase(file);
        db.pragma('user_version = 999');
        db.close();
      },
    ],
    [
      'has lost a table',
      (file: string) => {
        const db = new SqliteDatabase(file);
        db.exec('DROP TABLE chunk');
        db.close();
      },
    ],
  ])('is made anew where the file %s', async (_, damage) => {
    const { index, file, restart, found } = await tempIndex(FILES);
    await index.close();
    await damage(file);
    expect((await restart()).isReady).toBe(true);
    expect(await found('parse header')).toEqual(['src/parser.ts:parseHeader']);
    expect(rowsOf(file, 'PRAGMA user_version')).toEqual([{ user_version: INDEX_VERSION }]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('begins anew at once where a sweep meets the damage', async () => {
    const { index, file, restart, write, found } = await tempIndex(FILES);
    await index.close();
    const db = new SqliteDatabase(file);
    db.unsafeMode(true);
    db.exec('DELETE FROM posting_data');
    db.close();
    await write('src/new.ts', 'export function brewTea() {\n  boil();\n}\n');
    const again = await restart();
    await expect.poll(() => again.state, { timeout: 20_000 }).toMatchObject({ isReady: true, files: 3 });
    expect(await found('brew tea')).toEqual(['src/new.ts:brewTea']);
  });

  it('knows after a commit that failed what it knew before', async () => {
    const { folder } = await tempIndex({});
    const index = IndexDatabase.open(join(folder, 'own', 'a.db'), 'rules');
    onTestFinished(() => index.close());
    const fileOf = (path: string, stamp: string) => ({
      path,
      stamp,
      chunks: chunksWithTerms(linesOf(FILES['src/parser.ts']), path),
    });
    index.update([fileOf('a.ts', '1'), fileOf('b.ts', '1')], []);
    const bad = fileOf('bad.ts', '1');
    // Stored as NULL, which the table refuses, after the rows of all others.
    const broken = { ...bad, chunks: bad.chunks.map((chunk) => ({ ...chunk, startLine: Number.NaN })) };
    const update = [fileOf('a.ts', '2'), fileOf('c.ts', '1')];
    expect(() => index.update([...update, broken], ['b.ts'])).toThrow('NOT NULL');
    expect([...index.paths]).toEqual(['a.ts', 'b.ts']);
    expect([index.stampOf('a.ts'), index.chunkCount]).toEqual(['1', 2]);
    index.update(update, ['b.ts']);
    expect([...index.paths]).toEqual(['a.ts', 'c.ts']);
    expect([index.stampOf('a.ts'), index.chunkCount]).toEqual(['2', 2]);
  });

  it('forgets many files in several commits', async () => {
    const { folder, guard } = await tempIndex({});
    const index = IndexDatabase.open(join(folder, 'own', 'a.db'), 'rules');
    onTestFinished(() => index.close());
    const count = GONE_BATCH_FILES * 2 + 1;
    index.update(
      Array.from({ length: count }, (_, i) => ({ path: `f${i}.ts`, stamp: '1', chunks: [] })),
      [],
    );
    const update = vi.spyOn(index, 'update');
    await sweep(index, guard, new AbortController().signal);
    expect(update.mock.calls.map(([, removed]) => removed.length)).toEqual([
      GONE_BATCH_FILES,
      GONE_BATCH_FILES,
      1,
    ]);
    expect(index.fileCount).toBe(0);
  });

  it('lets a bounded number of questions wait', async () => {
    const { index } = await tempIndex(FILES);
    const found = await Promise.all(
      Array.from({ length: MAX_WAITING_FINDS + 3 }, () => index.find(QUESTION, 60_000)),
    );
    expect(found.filter((each) => each === undefined)).toHaveLength(3);
    expect(await index.find(QUESTION, 60_000)).toMatchObject({ kind: 'found' });
  });

  it('does not compute what is no longer waited for', async () => {
    const { index } = await tempIndex(FILES);
    await index.sweep();
    const emitted = vi.spyOn(Worker.prototype, 'emit');
    onTestFinished(() => emitted.mockRestore());
    const stopping = new AbortController();
    const before = Array.from({ length: MAX_WAITING_FINDS - 1 }, () => index.find(QUESTION, 60_000));
    const cancelled = index.find(QUESTION, 60_000, stopping.signal);
    stopping.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    await Promise.all(before);
    expect(await index.find(QUESTION, 60_000)).toMatchObject({ kind: 'found' });
    const answers = emitted.mock.calls.filter(
      ([event, reply]: unknown[]) => event === 'message' && JSON.stringify(reply).includes('"answer"'),
    );
    expect(answers).toHaveLength(MAX_WAITING_FINDS);
  });

  it('ends in the middle of its work when told, and goes on from there', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [
        `src/f${i}.ts`,
        `export function item${i}() {\n${'  go();\n'.repeat(50)}}\n`,
      ]),
    );
    const { index, restart } = await tempIndex(many, { isAwaited: false });
    await index.close();
    expect(index.isReady).toBe(false);
    await index.close();
    expect((await restart()).state).toMatchObject({ isReady: true, files: 400 });
  });

  it('is one gateway’s at a time; another on the same data waits for it, and stops when told', async () => {
    const { guard, file, folder, index, found } = await tempIndex(FILES);
    expect(() => IndexDatabase.open(file, 'any rules')).toThrow('database is locked');
    const options = {
      guard,
      folder: join(folder, 'indexes'),
      repository: 'app',
      threadUrl: INDEX_THREAD_URL,
    };
    const second = RepositoryIndex.start(options);
    const third = RepositoryIndex.start(options);
    // Refused, not left without an answer.
    await second.sweep();
    expect(await found('parse header', { index: second })).toEqual(['src/parser.ts:parseHeader']);
    expect(second.isReady).toBe(false);
    await third.close();
    await index.close();
    await second.ready();
    expect(second.state).toMatchObject({ isReady: true, files: 2 });
    await second.close();
  });

  it('says when it is ready, and why it has ended', async () => {
    const { guard, path, folder } = await tempIndex(FILES);
    const { promise: ready, resolve: onReady } = Promise.withResolvers<unknown>();
    const { promise: fault, resolve: onFault } = Promise.withResolvers<string>();
    const options = { guard, repository: 'other', threadUrl: INDEX_THREAD_URL, onFault, onReady };
    const good = RepositoryIndex.start({ ...options, folder: join(folder, 'other') });
    expect(await ready).toEqual({ files: 2, chunks: 2 });
    await good.close();
    // A file where the folder of indexes should be.
    const bad = RepositoryIndex.start({ ...options, folder: join(path, 'src/parser.ts') });
    expect(await fault).toBe('EEXIST');
    await bad.ready();
    expect(bad.isReady).toBe(false);
    await bad.close();
  });

  it('is no need: where the thread cannot work, nothing waits for it', async () => {
    const { index, file, ask } = await tempIndex(FILES);
    await index.close();
    await rm(file, { force: true });
    await index.ready();
    await index.sweep();
    const { results, indexed } = await ask('parse header');
    expect(indexed).toBe(false);
    expect(results[0]).toMatchObject({ symbol: 'parseHeader' });
  });
});
