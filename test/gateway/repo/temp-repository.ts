import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FileFacts } from '../../../gateway/repo/file-facts.ts';
import { PathGuard } from '../../../gateway/repo/path-guard.ts';
import { DEFAULT_RESTRICTED, RestrictedNames } from '../../../gateway/repo/restricted.ts';

export interface TempRepository {
  /** The repository's root on disk. */
  readonly path: string;
  /** A folder beside it that nothing may reach. */
  readonly outside: string;
  readonly guard: PathGuard;
  readonly facts: FileFacts;
  write(path: string, content: string | Uint8Array): Promise<string>;
}

/** A repository in a folder of its own, removed when the test ends. */
export async function tempRepository(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<TempRepository> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'repo-room-')));
  const path = join(base, 'repository');
  const outside = join(base, 'outside');
  await mkdir(path);
  await mkdir(outside);
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  };
  for (const [name, content] of Object.entries(files)) await write(name, content);
  const guard = await PathGuard.open(path, new RestrictedNames(DEFAULT_RESTRICTED));
  onTestFinished(async () => {
    await guard.close();
    await rm(base, { recursive: true, force: true });
  });
  return { path, outside, guard, facts: new FileFacts(), write };
}

/** The code an error carries, for one-line expectations. */
export async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    const value = await (typeof work === 'function' ? work() : work);
    if (value !== null && typeof value === 'object' && Symbol.asyncDispose in value) {
      await (value as AsyncDisposable)[Symbol.asyncDispose]();
    }
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}
