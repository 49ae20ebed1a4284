/**
 * As whom a worker runs. A gateway that is root starts it as `nobody`: root's name opens files even without root's
 * capabilities, and the kernel does not count root's processes. Otherwise the worker has the gateway's own name.
 */
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const ROOT = 0;
/** By convention, and the kernel's own name for users it can't name. */
export const NOBODY = 65534;

const OTHERS_READ = 0o004;
const OTHERS_SEARCH = 0o001;

export type WorkerIdentity = { readonly uid: number; readonly gid: number } | Record<string, never>;

export const isRoot = (): boolean => process.getuid?.() === ROOT;

/** For the options of `spawn`, which then also drops all groups. */
export const droppedIdentity = (): WorkerIdentity => (isRoot() ? { uid: NOBODY, gid: NOBODY } : {});

/** Whether these files and folders are open to everybody, the way to them included. What folders hold is not looked at. */
export const areOpenToAll = (paths: readonly string[]): boolean => paths.every(isOpenToAll);

function isOpenToAll(path: string): boolean {
  const real = realpathSync(path);
  const stat = statSync(real);
  const needed = stat.isDirectory() ? OTHERS_READ | OTHERS_SEARCH : OTHERS_READ;
  if ((stat.mode & needed) !== needed) return false;
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & OTHERS_SEARCH) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
