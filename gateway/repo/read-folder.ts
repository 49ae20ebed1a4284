/**
 * The names in an open folder that a caller may see, sorted.
 *
 * Left out: restricted names; what is neither file, folder nor link; names that can't be asked for (not UTF-8, control
 * characters, backslashes); and, where two names differ only in their Unicode spelling, the one that is not NFC.
 */
import { type Dirent, lstatSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import type { OpenedPath } from './opened-path.ts';
import { MAX_DIRECTORY_NAMES } from './repo-limits.ts';
import { isAddressable, joinPath } from './repo-path.ts';
import type { RestrictedNames } from './restricted.ts';

export interface FolderEntry {
  /** NFC. */
  readonly name: string;
  /** As the folder says; it may be another thing by the time it is opened, and then the guard decides. */
  readonly kind: 'file' | 'directory' | 'link';
}

/** What Node puts where a name's bytes are not UTF-8. */
const REPLACEMENT = '\ufffd';

/** At most MAX_DIRECTORY_NAMES entries are looked at; what is beyond is not listed. */
export async function readFolder(folder: OpenedPath, restricted: RestrictedNames): Promise<FolderEntry[]> {
  const found = new Map<string, { entry: FolderEntry; isExact: boolean }>();
  let seen = 0;
  // Through the descriptor: the folder that was judged, not the one that has its name now.
  for await (const dirent of await opendir(folder.procPath, { bufferSize: 256 })) {
    seen += 1;
    if (seen > MAX_DIRECTORY_NAMES) break;
    const name = dirent.name.normalize('NFC');
    if (name.includes(REPLACEMENT) || !isAddressable(joinPath(folder.path, name))) continue;
    if (restricted.isRestrictedName(name)) continue;
    const isExact = name === dirent.name;
    if (!isExact && found.get(name)?.isExact === true) continue;
    const kind = kindOf(dirent, folder);
    if (kind !== undefined) found.set(name, { entry: { name, kind }, isExact });
  }
  return Array.from(found.values(), ({ entry }) => entry).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function kindOf(dirent: Dirent, folder: OpenedPath): FolderEntry['kind'] | undefined {
  const known = kindOfType(dirent);
  if (known !== undefined || dirent.isFIFO() || dirent.isSocket()) return known;
  if (dirent.isBlockDevice() || dirent.isCharacterDevice()) return undefined;
  // Some file systems don't say what an entry is.
  const stat = lstatSync(`${folder.procPath}/${dirent.name}`, { throwIfNoEntry: false });
  return stat === undefined ? undefined : kindOfType(stat);
}

function kindOfType(type: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>) {
  if (type.isFile()) return 'file';
  if (type.isDirectory()) return 'directory';
  return type.isSymbolicLink() ? 'link' : undefined;
}
