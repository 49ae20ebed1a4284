/**
 * What an attacker tries on the paths of a repository: as a caller, by the names asked for; and with a foot on the
 * host, by what lies in the repository and by changing it while it is read.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { listTree } from '../../../gateway/repo/list-tree.ts';
import { buildManifest } from '../../../gateway/repo/manifest.ts';
import { searchRegex } from '../../../gateway/repo/regex-search.ts';
import { normaliseRepoPath } from '../../../gateway/repo/repo-path.ts';
import { readSpan } from '../../../gateway/repo/span.ts';
import { codeOf, type TempRepository, tempRepository } from './temp-repository.ts';

const SECRET = 'CANARY-OF-THE-OUTSIDE';

/** `LEAK` when it could be read and is the secret, else the code of what came of it. */
const openFile = async (
  repository: TempRepository,
  path: string,
  roots = ['.'],
  paths = new Set<string>(),
): Promise<unknown> => {
  let content = '';
  const code = await codeOf(async () => {
    await using opened = await repository.guard.open(normaliseRepoPath(path, 'file_path'), roots, 'file');
    paths.add(opened.path);
    content = await opened.handle.readFile('utf8');
  });
  return content.includes(SECRET) ? 'LEAK' : code;
};

describe('[PA1] names that lead out', () => {
  it.each([
    '../outside/secret',
    'src/../../outside/secret',
    `src/${'../'.repeat(60)}etc/passwd`,
    '/proc/self/environ',
    '//etc/passwd',
    'C:/Windows/win.ini',
    '\\\\server\\share',
  ])('refuses %j', async (path) => {
    expect(await openFile(await tempRepository({ 'src/a': 'x' }), path)).toBe('PATH_OUTSIDE_ROOTS');
  });

  it.each(['..\\outside\\secret', 'src\0/../../outside', 'src/a\n', 'src/\u0085a'])(
    'refuses %j',
    async (path) => {
      expect(await openFile(await tempRepository({ 'src/a': 'x' }), path)).toBe('INVALID_ARGUMENT');
    },
  );

  it.each([
    '%2e%2e/outside/secret',
    '\uff0e\uff0e/outside/secret',
    '\u2024\u2024/outside/secret',
    '..\u2215outside\u2215secret',
    '..\u200b/outside/secret',
    'proc/self/root/etc/passwd',
    '~/secret',
  ])('takes the look-alike %j for an ordinary name', async (path) => {
    const repository = await tempRepository({ 'src/a': 'x' });
    await writeFile(join(repository.outside, 'secret'), SECRET);
    expect(await openFile(repository, path)).toBe('NOT_FOUND');
  });
});

describe('[PA3] links', () => {
  it('refuses every way out, and does not tell what is there', async () => {
    const repository = await tempRepository({ 'src/a': 'x' });
    const { path, outside } = repository;
    await writeFile(join(outside, 'secret'), SECRET);
    const targets = {
      absolute: join(outside, 'secret'),
      missing: join(outside, 'missing'),
      relative: '../../outside/secret',
      'relative-missing': '../../outside/missing',
      folder: outside,
      'through-root': join(path, '..', 'outside', 'secret'),
      'dotted-root': `${path}/../outside/secret`,
      'like-root': `${path}-not/secret`,
      'system-root': '/',
      passwd: '/etc/passwd',
      'own-root': '/proc/self/root/etc/passwd',
      'own-cwd': '/proc/self/cwd',
      'own-descriptor': '/proc/self/fd/0',
      'own-memory': '/proc/self/environ',
      climbing: `${'../'.repeat(100)}etc/passwd`,
    };
    for (const [name, target] of Object.entries(targets)) {
      await symlink(target, join(path, 'src', name));
      for (const asked of [`src/${name}`, `src/${name}/secret`, `src/${name}/missing`]) {
        expect([asked, await openFile(repository, asked)]).toEqual([asked, 'PATH_OUTSIDE_ROOTS']);
      }
    }
  });

  it('ends loops and long chains', async () => {
    const repository = await tempRepository({ target: 'x' });
    const { path } = repository;
    await symlink('loop', join(path, 'loop'));
    await symlink('pong', join(path, 'ping'));
    await symlink('ping', join(path, 'pong'));
    await symlink('deeper/x', join(path, 'deeper'));
    await symlink('twice/twice', join(path, 'twice'));
    await symlink('target', join(path, 'chain-0'));
    for (let i = 1; i <= 45; i += 1) await symlink(`chain-${i - 1}`, join(path, `chain-${i}`));
    for (const name of ['loop', 'ping', 'deeper', 'twice', 'chain-45', 'chain-40']) {
      expect([name, await openFile(repository, name)]).toEqual([name, 'NOT_FOUND']);
    }
    expect(await openFile(repository, 'chain-39')).toBe('no error');
  });

  it('bounds descriptors and names when links grow a path', async () => {
    const repository = await tempRepository({ 'd/x': '' });
    await symlink(`${'d/../'.repeat(800)}d/x`, join(repository.path, 'long'));
    await symlink('d/'.repeat(1000), join(repository.path, 'deep'));
    const before = readdirSync('/proc/self/fd').length;
    expect(await openFile(repository, 'long')).toBe('NOT_FOUND');
    expect(await openFile(repository, 'deep')).toBe('NOT_FOUND');
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});

describe('[PA5] restricted names', () => {
  const spellings = [
    '.env',
    '.ENV',
    '.eNv',
    '.env.Local',
    '.GIT/config',
    'Secrets/x',
    'a.PEM',
    'ID_RSA',
    '.g\u200dit/x',
  ];

  it.each(spellings)('gives one answer for %j, whether it is there or not', async (name) => {
    const absent = await tempRepository({ 'src/a': 'x' });
    const present = await tempRepository({ 'src/a': 'x', [`src/${name}`]: SECRET });
    for (const asked of [`src/${name}`, `src/${name}/below`, `missing/${name}`, `src/a/${name}`]) {
      const answers = await Promise.all(
        [absent, present].map((repository) =>
          repository.guard.open(asked, ['.'], 'file').catch((error: Error) => error.message),
        ),
      );
      expect(answers[0]).toContain('closed by policy');
      expect(answers[1]).toBe(answers[0]);
    }
  });

  it.each(spellings)('gives the same answer through a link to %j', async (name) => {
    for (const files of [{ 'src/a': 'x' }, { 'src/a': 'x', [`src/${name}`]: SECRET }]) {
      const repository = await tempRepository(files);
      const { path } = repository;
      await symlink(name, join(path, 'src', 'near'));
      await symlink(`missing/../${name}`, join(path, 'src', 'past-missing'));
      await symlink(join(path, 'src', name), join(path, 'absolute'));
      await symlink('src/near', join(path, 'chain'));
      for (const asked of ['src/near', 'src/past-missing', 'absolute', 'chain', 'src/near/below']) {
        expect([asked, await openFile(repository, asked)]).toEqual([asked, 'PATH_RESTRICTED']);
      }
    }
  });

  it('is no way around that a folder of the same content is a root', async () => {
    const repository = await tempRepository({ 'secrets/x': SECRET });
    expect(await openFile(repository, 'secrets/x', ['secrets'])).toBe('PATH_RESTRICTED');
  });
});

describe('[PA4] what is no file', () => {
  it('is refused and never opened', async () => {
    const repository = await tempRepository({ 'src/a': 'x' });
    const { path } = repository;
    execFileSync('mkfifo', [join(path, 'src', 'fifo')]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(path, 'src', 'socket'), resolve));
    try {
      await symlink('fifo', join(path, 'src', 'to-fifo'));
      for (const name of ['fifo', 'socket', 'to-fifo', '.']) {
        expect([name, await openFile(repository, `src/${name}`)]).toEqual([name, 'NOT_A_FILE']);
      }
      expect(await codeOf(repository.guard.open('src/fifo', ['.'], 'directory'))).toBe('NOT_A_DIRECTORY');
      expect(await codeOf(repository.guard.open('src/fifo', ['.'], 'either'))).toBe('NOT_A_FILE');
      const { guard, facts } = repository;
      const { entries } = await listTree({ guard, facts, roots: ['.'], root: 'src', depth: 1 });
      expect(entries.map((entry) => entry.path)).toEqual(['src/a']);
      const found = await searchRegex({ guard, facts, roots: ['.'], scope: '.', pattern: 'x', k: 10 });
      expect(found.results.map((result) => result.file_path)).toEqual(['src/a']);
    } finally {
      server.close();
    }
  });

  it('devices are outside even when a link names them', async () => {
    const repository = await tempRepository();
    for (const device of ['/dev/zero', '/dev/tty', '/dev/stdin']) {
      const name = device.replaceAll('/', '-');
      await symlink(device, join(repository.path, name));
      expect(await openFile(repository, name)).toBe('PATH_OUTSIDE_ROOTS');
    }
  });

  it.skipIf(process.getuid?.() !== 0)('devices inside the repository are no files', async () => {
    const repository = await tempRepository();
    execFileSync('mknod', [join(repository.path, 'zero'), 'c', '1', '5']);
    expect(await openFile(repository, 'zero')).toBe('NOT_A_FILE');
  });
});

/** Swaps names without a pause, in a thread of its own, until it is ended. */
async function swapping(steps: string, data: Readonly<Record<string, string>>): Promise<AsyncDisposable> {
  const worker = new Worker(
    `const fs = require('node:fs');
     const { workerData: d, parentPort } = require('node:worker_threads');
     const step = () => { ${steps} };
     step();
     parentPort.postMessage('started');
     for (;;) step();`,
    { eval: true, workerData: data },
  );
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
}

/** A folder that is by turns itself and a link to a folder of the same shape outside, full of secrets. */
async function folderSwap(repository: TempRepository): Promise<AsyncDisposable> {
  await mkdir(join(repository.outside, 'inner'));
  await writeFile(join(repository.outside, 'inner', 'file.ts'), `export const needle = '${SECRET}';\n`);
  return swapping(
    `fs.renameSync(d.folder, d.aside); fs.symlinkSync(d.outside, d.folder);
     fs.unlinkSync(d.folder); fs.renameSync(d.aside, d.folder);`,
    {
      folder: join(repository.path, 'swap'),
      aside: join(repository.path, 'aside'),
      outside: repository.outside,
    },
  );
}

describe('[PA2] links swapped in while a path is walked', () => {
  const files = {
    'swap/inner/file.ts': "export const needle = 'harmless';\n",
    'still/needle.ts': 'needle\n',
  };

  it('never lets a folder’s stand-in through, in thousands of attempts', async () => {
    const repository = await tempRepository(files);
    await using _ = await folderSwap(repository);
    const codes = new Map<unknown, number>();
    for (let attempt = 0; attempt < 8000; attempt += 1) {
      const code = await openFile(repository, 'swap/inner/file.ts');
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    // Both sides of the race were seen, so there was one.
    expect(codes.get('no error')).toBeGreaterThan(0);
    expect((codes.get('PATH_OUTSIDE_ROOTS') ?? 0) + (codes.get('NOT_FOUND') ?? 0)).toBeGreaterThan(0);
    for (const code of codes.keys()) expect(['no error', 'PATH_OUTSIDE_ROOTS', 'NOT_FOUND']).toContain(code);
  });

  it('never lets a file’s stand-in through', async () => {
    const repository = await tempRepository({ 'a/file': 'harmless\n' });
    await writeFile(join(repository.outside, 'secret'), SECRET);
    await using _ = await swapping(
      `fs.symlinkSync(d.secret, d.temporary); fs.renameSync(d.temporary, d.file);
       fs.writeFileSync(d.temporary, 'harmless'); fs.renameSync(d.temporary, d.file);`,
      {
        secret: join(repository.outside, 'secret'),
        file: join(repository.path, 'a', 'file'),
        temporary: join(repository.path, 'temporary'),
      },
    );
    const seen = new Set<unknown>();
    const paths = new Set<string>();
    for (let attempt = 0; attempt < 5000; attempt += 1) {
      seen.add(await openFile(repository, 'a/file', ['.'], paths));
    }
    // Replaced more often than we look again, it may seem absent; it never has another name or content.
    seen.delete('NOT_FOUND');
    expect(seen).toEqual(new Set(['no error', 'PATH_OUTSIDE_ROOTS']));
    expect(paths).toEqual(new Set(['a/file']));
  });

  // The way below the folder that moves is long, so that most walks are on it when the secret appears at its end.
  const deep = Array.from({ length: 120 }, () => 'd').join('/');

  it.each([
    ['out of the repository', ['.'], '../outside/moved'],
    ['out of the roots', ['src'], 'private'],
  ])('never reads what is put into a folder while it is moved %s', async (_, roots, elsewhere) => {
    const repository = await tempRepository({ [`src/moving/${deep}/harmless`]: 'x' });
    const away = join(repository.path, elsewhere);
    await using _attack = await swapping(
      `const hold = (folder) => { for (let i = 0; i < 40; i += 1) fs.existsSync(folder + d.secret); };
       hold(d.home); fs.renameSync(d.home, d.away); fs.writeFileSync(d.away + d.secret, d.content);
       hold(d.away); fs.unlinkSync(d.away + d.secret); fs.renameSync(d.away, d.home);`,
      { home: join(repository.path, 'src', 'moving'), away, secret: `/${deep}/secret`, content: SECRET },
    );
    const seen = new Set<unknown>();
    for (let attempt = 0; attempt < 1500 || (attempt < 30_000 && seen.size < 2); attempt += 1) {
      seen.add(await openFile(repository, `src/moving/${deep}/secret`, roots));
    }
    // The walk did reach the secret, and the verdict on where it lay was the one thing between us and it.
    expect(seen).toEqual(new Set(['NOT_FOUND', 'PATH_OUTSIDE_ROOTS']));
  });

  it('never shows a stand-in’s content in a span', async () => {
    const repository = await tempRepository(files);
    await using _ = await folderSwap(repository);
    const seen = new Set<string>();
    for (let attempt = 0; attempt < 1500 || (attempt < 30_000 && seen.size === 0); attempt += 1) {
      await codeOf(async () => {
        await using opened = await repository.guard.open('swap/inner/file.ts', ['.'], 'file');
        seen.add((await readSpan(opened, await repository.facts.get(opened), 1, 1, 8192)).content);
      });
    }
    expect(seen).toEqual(new Set([files['swap/inner/file.ts']]));
  });

  it('never shows a stand-in in a search', async () => {
    const repository = await tempRepository(files);
    await using _ = await folderSwap(repository);
    const { guard, facts } = repository;
    for (let attempt = 0; attempt < 120; attempt += 1) {
      const outcome = await searchRegex({ guard, facts, roots: ['.'], scope: '.', pattern: 'needle', k: 10 });
      expect(JSON.stringify(outcome)).not.toContain(SECRET);
      expect(outcome.results.map((result) => result.file_path)).toContain('still/needle.ts');
      const hunted = await searchRegex({ guard, facts, roots: ['.'], scope: '.', pattern: 'CANARY', k: 10 });
      expect(hunted.results).toEqual([]);
    }
  });

  it('never lists or hashes a stand-in', async () => {
    const repository = await tempRepository(files);
    await writeFile(join(repository.outside, 'only-outside'), SECRET);
    await using _ = await folderSwap(repository);
    const { guard, facts } = repository;
    const size = files['swap/inner/file.ts'].length;
    for (let attempt = 0; attempt < 400; attempt += 1) {
      const { entries } = await listTree({ guard, facts, roots: ['.'], root: '.', depth: 5 });
      const manifest = await buildManifest({ guard, facts, roots: ['.'], root: '.' });
      expect(JSON.stringify([entries, manifest])).not.toContain('only-outside');
      for (const found of [...entries, ...manifest.files]) {
        if (found.path.endsWith('file.ts')) expect(found.size).toBe(size);
      }
    }
  });
});

describe('what the guard does not promise', () => {
  it('reads a hard link like the file it is', async () => {
    const repository = await tempRepository({ 'a/x': 'x' });
    await link(join(repository.path, 'a', 'x'), join(repository.path, 'a', 'y'));
    expect(await openFile(repository, 'a/y')).toBe('no error');
  });
});
