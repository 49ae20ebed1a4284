import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small real Git repository with a commit. */
export interface E2eRepository {
  readonly path: string;
  readonly commit: string;
  write(file: string, content: string | Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

export async function makeE2eRepository(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<E2eRepository> {
  const path = await mkdtemp(join(tmpdir(), 'rlm-repo-'));
  const write = async (file: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), content);
  };
  for (const [file, content] of Object.entries(files)) await write(file, content);
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: path })).stdout;
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'first');
  const commit = (await git('rev-parse', 'HEAD')).trim();
  return { path, commit, write, remove: () => rm(path, { recursive: true, force: true }) };
}
