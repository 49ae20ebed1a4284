/**
 * Which commit a repository stands at, read from Git's own files: no process, no index, nothing of the content.
 *
 * Layouts: a `.git` folder; a worktree's or submodule's `.git` file that names one; refs in files of their own or in
 * `packed-refs`; HEAD as a ref or detached; SHA-1 and SHA-256. A repository with Git's `reftable` storage reads as none.
 *
 * @see https://git-scm.com/docs/gitrepository-layout
 */
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errnoOf } from './path-error.ts';
import { READ_FLAGS } from './proc-fd.ts';

/** A ref, HEAD or `gitdir:` line is far shorter; a longer file is none of these. */
const MAX_REF_FILE_BYTES = 8192;
/** About half a million refs. */
const MAX_PACKED_REFS_BYTES = 32 * 1024 * 1024;
/** Refs that only name another ref; Git itself follows five. */
const MAX_REF_HOPS = 5;

const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** No empty, dotted or climbing component: a hostile HEAD must not make us read other files. */
const REF_NAME = /^refs(?:\/(?!\.)[^/\s~^:?*[\\]+)+$/;

/** @returns the commit in hex, or null when this is no Git repository or has no commit yet */
export async function readCommit(rootPath: string): Promise<string | null> {
  const gitDir = await findGitDir(rootPath);
  if (gitDir === undefined) return null;
  const shared = await readSmall(join(gitDir, 'commondir'));
  const commonDir = shared === undefined ? gitDir : resolve(gitDir, shared);
  let value = await readSmall(join(gitDir, 'HEAD'));
  for (let hop = 0; hop < MAX_REF_HOPS && value !== undefined; hop += 1) {
    if (OBJECT_ID.test(value)) return value;
    const ref = /^ref: *(\S+)$/.exec(value)?.[1];
    if (ref === undefined || !REF_NAME.test(ref)) return null;
    value =
      (await readSmall(join(gitDir, ref))) ??
      (await readSmall(join(commonDir, ref))) ??
      findPacked(await readBounded(join(commonDir, 'packed-refs'), MAX_PACKED_REFS_BYTES), ref);
  }
  return null;
}

async function findGitDir(rootPath: string): Promise<string | undefined> {
  const dotGit = join(rootPath, '.git');
  if ((await readSmall(join(dotGit, 'HEAD'))) !== undefined) return dotGit;
  const target = /^gitdir: *(.+)$/.exec((await readSmall(dotGit)) ?? '')?.[1];
  return target === undefined ? undefined : resolve(rootPath, target);
}

const readSmall = async (path: string): Promise<string | undefined> =>
  (await readBounded(path, MAX_REF_FILE_BYTES))?.trim();

/** Lines are `ID REF`; those with `#` are comments and those with `^` are the commit behind a tag. */
function findPacked(packed: string | undefined, ref: string): string | undefined {
  const end = packed === undefined ? -1 : `\n${packed}\n`.indexOf(` ${ref}\n`);
  if (packed === undefined || end === -1) return undefined;
  return `\n${packed}`.slice(0, end).split('\n').at(-1);
}

/** A small regular file, or nothing; a FIFO in its place can't make us wait. */
async function readBounded(path: string, maxBytes: number): Promise<string | undefined> {
  try {
    await using file = await open(path, READ_FLAGS);
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > maxBytes) return undefined;
    const buffer = Buffer.alloc(stat.size);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
