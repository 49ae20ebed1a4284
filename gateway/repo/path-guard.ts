/**
 * Decides what of a repository may be opened, on the object that was opened rather than on the string that was asked
 * for. A path is walked one name at a time, each opened with O_PATH|O_NOFOLLOW relative to the descriptor of the one
 * before; links are followed by hand; at the end the kernel is asked where the object really is. A link swapped in
 * between any two steps therefore changes which object is judged, never an object that was judged already.
 *
 * Hard links can't be told apart from the file they share: whoever may make one inside the repository may copy as well.
 *
 * The walk is synchronous: about six microseconds a name, at most MAX_PATH_DEPTH descriptors at once however many
 * requests there are, and no await between opening a descriptor and the code that closes it.
 */
import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readlinkSync } from 'node:fs';
import { type FileHandle, open as openFile } from 'node:fs/promises';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_SYMLINKS } from '../../shared/limits.ts';
import { GuardedHandle, type OpenedPath, type Wanted } from './opened-path.ts';
import {
  errnoOf,
  fromSystem,
  notADirectory,
  notAFile,
  notFound,
  outsideRoots,
  restricted,
} from './path-error.ts';
import { childPathOf, locationOf, O_PATH, procPathOf, READ_FLAGS, requireProcFd } from './proc-fd.ts';
import { MAX_DIRECTORY_NAMES, MAX_PATH_DEPTH, MAX_READ_ATTEMPTS } from './repo-limits.ts';
import { isAddressable, isWithin, joinPath, ROOT_PATH, segmentsOf } from './repo-path.ts';
import type { RestrictedNames } from './restricted.ts';

const WALK_FLAGS = O_PATH | constants.O_NOFOLLOW;
const SLASH = 0x2f;
const DELETED = ' (deleted)';

/** A name of ASCII is its own only spelling, save for the three characters that are the NFC of another one. */
const MAY_BE_SPELLED_OTHERWISE = /[^ -~]|[K;`]/;

interface Step {
  readonly fd: number;
  /** NFC, for comparing with the session's roots. */
  readonly path: string;
}

type Place = Pick<OpenedPath, 'path' | 'diskPath'>;

/** One `open` on its way: what was asked, where the walk stands, what is left to do. */
interface Walk {
  readonly asked: string;
  readonly roots: readonly string[];
  /** The folders the walk came through; the first is the repository's root and is not the walk's to close. */
  readonly steps: Step[];
  /** Names still to walk, the next one last. */
  readonly pending: string[];
  linksFollowed: number;
}

export class PathGuard {
  /** Where the repository was when it was opened. For starting a search beside it, and never for a message. */
  readonly rootPath: string;
  readonly restricted: RestrictedNames;
  readonly #root: FileHandle;
  #isClosed = false;

  private constructor(rootPath: string, root: FileHandle, restrictedNames: RestrictedNames) {
    this.rootPath = rootPath;
    this.#root = root;
    this.restricted = restrictedNames;
  }

  /**
   * @param rootPath an existing directory; links in it are followed once, now
   * @throws `SETTINGS_INVALID` this host has no `/proc/self/fd`, or the root is the whole file system or a pseudo one
   * @throws the operating system's error when the directory can't be opened
   */
  static async open(rootPath: string, restrictedNames: RestrictedNames): Promise<PathGuard> {
    const root = await openFile(rootPath, READ_FLAGS | constants.O_DIRECTORY);
    try {
      requireProcFd(root.fd);
      const location = new TextDecoder('utf-8', { fatal: true }).decode(locationOf(root.fd));
      if (/^\/(dev)?$|^\/(proc|sys)(\/|$)/.test(location)) {
        throw new RlmError(
          'SETTINGS_INVALID',
          'The root of the file system, /proc, /sys and /dev are no repositories.',
        );
      }
      return new PathGuard(location, root, restrictedNames);
    } catch (error) {
      await root.close();
      throw error;
    }
  }

  /** A path to the open root, for a child process's working directory: it stays the root even when that is renamed. */
  get rootProcPath(): string {
    return procPathOf(this.#root.fd);
  }

  /**
   * Opens a file or folder for reading, if it really is inside one of the roots.
   *
   * @param path from `normaliseRepoPath`
   * @param roots the session's, as `open(root, ['.'], 'directory')` gave them back in `path`: where they really are
   * @throws `PATH_OUTSIDE_ROOTS` it is outside, or any name on the way to it is neither in a root nor above one
   * @throws `PATH_RESTRICTED` for its name or the name a link on the way gives; nothing of that name was looked up
   * @throws `NOT_FOUND` absent, unreadable, or too many links
   * @throws `NOT_A_FILE`, `NOT_A_DIRECTORY` another kind of thing; FIFOs, sockets and devices are never opened
   */
  async open(path: string, roots: readonly string[], want: Wanted): Promise<OpenedPath> {
    if (this.#isClosed) throw new RlmError('INTERNAL', 'The repository is closed.');
    if (!roots.some((root) => isWithin(path, root))) throw outsideRoots(path);
    if (this.restricted.isRestricted(path)) throw restricted(path);
    // A file that is replaced (saved, checked out) loses its name for the one we hold; its successor is as good.
    for (let attempt = 0; attempt < MAX_READ_ATTEMPTS; attempt += 1) {
      const opened = await this.#openOnce(path, roots, want);
      if (opened !== undefined) return opened;
    }
    throw notFound(path);
  }

  /** @returns nothing when the object lost its name while it was looked at */
  async #openOnce(path: string, roots: readonly string[], want: Wanted): Promise<OpenedPath | undefined> {
    let fd: number | undefined;
    try {
      fd = this.#walk(path, roots);
      const place = this.#judge(fd, path, roots);
      if (place === undefined) return undefined;
      const stat = fstatSync(fd, { bigint: true });
      const isRightKind = want === 'directory' ? stat.isDirectory() : stat.isFile();
      if (!isRightKind && !(want === 'either' && stat.isDirectory())) {
        throw want === 'directory' ? notADirectory(path) : notAFile(path);
      }
      // Through the descriptor, so this is the object that was judged, whatever its name leads to by now.
      const handle = await openFile(procPathOf(fd), READ_FLAGS);
      return new GuardedHandle({ ...place, stat, handle });
    } catch (error) {
      throw fromSystem(error, path);
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  /** Idempotent. What was opened before stays open until its owner closes it. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#root.close();
  }

  /** @returns an O_PATH descriptor that the caller closes */
  #walk(path: string, roots: readonly string[]): number {
    const steps: Step[] = [{ fd: this.#root.fd, path: ROOT_PATH }];
    const walk: Walk = { asked: path, roots, steps, pending: segmentsOf(path).reverse(), linksFollowed: 0 };
    try {
      for (let name = walk.pending.pop(); name !== undefined; name = walk.pending.pop()) {
        this.#step(walk, name);
      }
      const last = steps.length > 1 ? steps.pop() : undefined;
      return last?.fd ?? openSync(procPathOf(this.#root.fd), O_PATH);
    } finally {
      for (const step of steps.slice(1)) closeSync(step.fd);
    }
  }

  #step(walk: Walk, name: string): void {
    const parent = walk.steps.at(-1);
    // `..` comes from links only; it goes back the way we came and can't climb above the root.
    if (name === '..') {
      const left = walk.steps.length > 1 ? walk.steps.pop() : undefined;
      if (left === undefined) throw outsideRoots(walk.asked);
      closeSync(left.fd);
      return;
    }
    if (parent === undefined || walk.steps.length > MAX_PATH_DEPTH) throw notFound(walk.asked);
    const path = joinPath(parent.path, name.normalize('NFC'));
    // Names beside the roots are not even looked up: an error would tell whether they exist.
    if (!walk.roots.some((root) => isWithin(path, root) || isWithin(root, path)))
      throw outsideRoots(walk.asked);
    const fd = openChild(parent.fd, name);
    let isKept = false;
    try {
      const stat = fstatSync(fd);
      if (stat.isSymbolicLink()) {
        this.#follow(walk, parent, name);
      } else if (walk.pending.length > 0 && !stat.isDirectory()) {
        throw notFound(walk.asked);
      } else {
        walk.steps.push({ fd, path });
        isKept = true;
      }
    } finally {
      if (!isKept) closeSync(fd);
    }
  }

  /** Puts a link's target in front of what is left to walk. It is only text here; each of its names is checked. */
  #follow(walk: Walk, parent: Step, name: string): void {
    walk.linksFollowed += 1;
    // Also ends the walk when somebody keeps swapping the link while we try to read it.
    if (walk.linksFollowed > MAX_SYMLINKS) throw notFound(walk.asked);
    const target = readLink(parent.fd, name);
    if (target === undefined) {
      walk.pending.push(name);
      return;
    }
    const isAbsolute = target.startsWith('/');
    const inner = isAbsolute ? this.#insideRoot(target) : target;
    if (inner === undefined) throw outsideRoots(walk.asked);
    if (isAbsolute) {
      for (const step of walk.steps.splice(1)) closeSync(step.fd);
    }
    const names = inner.split('/').filter((segment) => segment !== '' && segment !== '.');
    // All of them before the first is touched: a restricted name further on must not depend on what is before it.
    if (names.some((segment) => this.restricted.isRestrictedName(segment))) throw restricted(walk.asked);
    if (walk.pending.length + names.length > MAX_PATH_DEPTH) throw notFound(walk.asked);
    walk.pending.push(...names.reverse());
  }

  /** An absolute link target as a path from the root, or nothing when it starts anywhere else. */
  #insideRoot(target: string): string | undefined {
    if (target === this.rootPath) return ROOT_PATH;
    return target.startsWith(`${this.rootPath}/`) ? `.${target.slice(this.rootPath.length)}` : undefined;
  }

  /** The verdict, on where the kernel says the object is: folders may have been moved while they were walked. */
  #judge(fd: number, asked: string, roots: readonly string[]): Place | undefined {
    const location = locationOf(fd);
    const root = locationOf(this.#root.fd);
    const isRoot = location.equals(root);
    const isBelow = location.subarray(0, root.length).equals(root) && location[root.length] === SLASH;
    if (!isRoot && !isBelow) throw outsideRoots(asked);
    const diskPath = isRoot ? ROOT_PATH : decodeName(location.subarray(root.length + 1));
    if (diskPath === undefined) throw notFound(asked);
    if (diskPath.endsWith(DELETED) && !this.#isNamed(fd, diskPath)) return undefined;
    const path = diskPath.normalize('NFC');
    if (this.restricted.isRestricted(path)) throw restricted(asked);
    if (!isAddressable(path)) throw notFound(asked);
    if (!roots.some((allowed) => isWithin(path, allowed))) throw outsideRoots(asked);
    return { path, diskPath };
  }

  /**
   * The kernel appends a mark to the name of an object that lost it; judging that would judge a name it never had.
   * Only inode numbers are compared, so it does not matter where the name leads.
   */
  #isNamed(fd: number, diskPath: string): boolean {
    const named = lstatSync(childPathOf(this.#root.fd, diskPath), { bigint: true, throwIfNoEntry: false });
    const object = fstatSync(fd, { bigint: true });
    return named?.ino === object.ino && named.dev === object.dev;
  }
}

/** Opens a name in a folder, in the spelling the disk has: a request is NFC, the disk may say NFD. */
function openChild(folderFd: number, name: string): number {
  try {
    return openSync(childPathOf(folderFd, name), WALK_FLAGS);
  } catch (error) {
    const spelling = errnoOf(error) === 'ENOENT' ? otherSpelling(folderFd, name) : undefined;
    if (spelling === undefined) throw error;
    return openSync(childPathOf(folderFd, spelling), WALK_FLAGS);
  }
}

function readLink(folderFd: number, name: string): string | undefined {
  const read = (spelling: string): string | undefined =>
    decodeName(readlinkSync(childPathOf(folderFd, spelling), 'buffer'));
  try {
    return read(name);
  } catch (error) {
    // EINVAL: it was a link a moment ago and is none now.
    const errno = errnoOf(error);
    if (errno === 'EINVAL') return undefined;
    const spelling = errno === 'ENOENT' ? otherSpelling(folderFd, name) : undefined;
    return spelling === undefined ? undefined : read(spelling);
  }
}

function otherSpelling(folderFd: number, name: string): string | undefined {
  if (!MAY_BE_SPELLED_OTHERWISE.test(name)) return undefined;
  const wanted = name.normalize('NFC');
  const folder = opendirSync(procPathOf(folderFd));
  try {
    for (let read = 0; read < MAX_DIRECTORY_NAMES; read += 1) {
      const entry = folder.readSync();
      if (entry === null) return undefined;
      if (entry.name !== name && entry.name.normalize('NFC') === wanted) return entry.name;
    }
    return undefined;
  } finally {
    folder.closeSync();
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Names that are not UTF-8 can't be written in JSON, so they can't be asked for either. */
function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
