import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** For a repository that lives for a minute: no compression, no waiting for the disk, no housekeeping. */
const SPEED = ['-c', 'core.compression=0', '-c', 'core.fsync=none', '-c', 'gc.auto=0'];

export interface SampleRepository {
  readonly path: string;
  readonly fileCount: number;
}

/** No source: installed, built, or of the version control. */
const NO_SOURCE = new Set(['node_modules', 'dist', '.git']);
/** Files a repository would hold; what packages bring as binaries is left out. */
const SOURCE = /\.(c|cc|cjs|cts|css|gyp|h|html|js|json|md|mjs|mts|sh|ts|txt|ya?ml)$/;
/** The Node executables: a runtime with 60 MB of headers, which nobody keeps in a repository. */
const RUNTIME = /^node-linux-/;

/**
 * The repository that is served when none is named: this checkout with the sources of all its dependencies under
 * `third_party/`, committed to Git. A fresh machine has no large repository of its own, and one cannot be downloaded
 * for a demonstration, so it is made of what set-up has just installed: several thousand real files of two hundred
 * projects, from one-line modules to SQLite's 9 MB of C, in the shape of a company's repository with vendored
 * dependencies. Nothing in it was written for the demonstration.
 *
 * @param root of this checkout
 * @param path a folder that does not exist yet
 * @throws the signal's reason, with nothing going on any more
 */
export async function makeSampleRepository(
  root: string,
  path: string,
  signal: AbortSignal,
): Promise<SampleRepository> {
  const own = await copySources(root, path, (name) => NO_SOURCE.has(name), signal);
  const isForeign = (name: string): boolean =>
    NO_SOURCE.has(name) || RUNTIME.test(name) || name.startsWith('.');
  const vendored = await copySources(
    join(root, 'node_modules'),
    join(path, 'third_party'),
    isForeign,
    signal,
  );
  await commitAll(path, signal);
  return { path, fileCount: own + vendored };
}

/** @returns how many files were copied; folders without any are not made */
async function copySources(
  from: string,
  to: string,
  isLeftOut: (name: string) => boolean,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const entries = await readdir(from, { withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && SOURCE.test(entry.name) && !isLeftOut(entry.name),
  );
  if (files.length > 0) await mkdir(to, { recursive: true });
  for (const { name } of files) await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
  let count = files.length;
  for (const { name } of entries.filter((entry) => entry.isDirectory() && !isLeftOut(entry.name))) {
    count += await copySources(join(from, name), join(to, name), isLeftOut, signal);
  }
  return count;
}

async function commitAll(path: string, signal: AbortSignal): Promise<void> {
  // The user's own Git settings (signing, hooks, templates) have no say in a throw-away repository.
  const env = {
    PATH: process.env['PATH'],
    HOME: path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'demo',
    GIT_AUTHOR_EMAIL: 'demo@localhost',
    GIT_COMMITTER_NAME: 'demo',
    GIT_COMMITTER_EMAIL: 'demo@localhost',
  };
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: path, env, signal });
  await git('init', '--quiet', '--initial-branch=main', '--template=');
  await git(...SPEED, 'add', '--all', '--force');
  await git(
    '-c',
    'gc.auto=0',
    'commit',
    '--quiet',
    '--message',
    'sources of this checkout and its dependencies',
  );
}
