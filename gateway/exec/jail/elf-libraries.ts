/**
 * Which shared libraries an executable needs, without running it or anything else: `ldd` starts the program.
 *
 * Read from its ELF headers as the loader does (System V ABI, chapter 5): the loader's own path, then each needed name,
 * looked for beside the one who needs it where its RPATH or RUNPATH says so, and in the loader's default folders. A host
 * that keeps libraries elsewhere, by an entry in ld.so.conf, would have to show the jail its cache of names too;
 * there the program is refused with a sentence instead.
 */
import { closeSync, existsSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

/** Bytes of one table: those of Node are a few thousand; a larger one is no executable we know. */
const MAX_TABLE_BYTES = 64 * 1024 * 1024;

const TRIPLETS: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

function defaultFolders(): readonly string[] {
  const triplet = TRIPLETS[process.arch];
  const multiarch = triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`];
  return [...multiarch, '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
}

interface ElfFile {
  readonly loader: string | null;
  readonly needed: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Absolute paths of the loader and of all libraries, each where the loader will look for it.
 * @throws where it is no 64-bit little-endian ELF file, or a library is not found
 */
export function librariesOf(executable: string): readonly string[] {
  const found = new Map<string, string>();
  const visit = (path: string, inherited: readonly string[]): void => {
    const { loader, needed, folders } = readElf(path);
    if (loader !== null) found.set(loader, loader);
    const places = [...folders, ...inherited];
    for (const name of needed) {
      if (found.has(name)) continue;
      const place = name.includes('/') ? name : locate(name, places);
      if (place === undefined || !existsSync(place))
        throw new Error(`${executable} needs ${name}, not found`);
      found.set(name, place);
      visit(place, places);
    }
  };
  visit(executable, []);
  return [...new Set(found.values())];
}

const locate = (name: string, places: readonly string[]): string | undefined =>
  [...places, ...defaultFolders()].map((folder) => join(folder, name)).find((path) => existsSync(path));

function readElf(path: string): ElfFile {
  const fd = openSync(path, 'r');
  try {
    const read = (offset: number, length: number): Buffer => {
      if (length > MAX_TABLE_BYTES) throw new RangeError(`${path} has a table of ${length} bytes`);
      const bytes = Buffer.alloc(length);
      if (readSync(fd, bytes, 0, length, offset) !== length) throw new Error(`${path} is cut off`);
      return bytes;
    };
    return parseElf(path, read);
  } finally {
    closeSync(fd);
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

function parseElf(path: string, read: (offset: number, length: number) => Buffer): ElfFile {
  const header = read(0, 64);
  // Magic number, 64 bits, little-endian.
  if (header.toString('latin1', 0, 6) !== '\x7fELF\x02\x01')
    throw new TypeError(`${path} is no 64-bit ELF file`);
  const entryBytes = header.readUInt16LE(54);
  const table = read(number64(header, 32), entryBytes * header.readUInt16LE(56));
  const segments: Segment[] = [];
  for (let at = 0; at + 56 <= table.length; at += entryBytes) {
    segments.push({
      type: table.readUInt32LE(at),
      offset: number64(table, at + 8),
      address: number64(table, at + 16),
      bytes: number64(table, at + 32),
    });
  }
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const loader = interpreter && textAt(read(interpreter.offset, interpreter.bytes), 0);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return { loader: loader ?? null, needed: [], folders: [] };
  const entries = dynamicEntries(read(dynamic.offset, dynamic.bytes));
  const entryOf = (tag: number): number | undefined => entries.find((entry) => entry.tag === tag)?.value;
  const address = entryOf(DT_STRTAB) ?? 0;
  const home = segments.find(
    (one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.bytes,
  );
  if (home === undefined) throw new Error(`${path} names its libraries nowhere`);
  const names = read(home.offset + address - home.address, entryOf(DT_STRSZ) ?? 0);
  const searched = entryOf(DT_RUNPATH) ?? entryOf(DT_RPATH);
  return {
    loader: loader ?? null,
    needed: entries.filter(({ tag }) => tag === DT_NEEDED).map(({ value }) => textAt(names, value)),
    folders: searched === undefined ? [] : searchedFolders(path, textAt(names, searched)),
  };
}

function dynamicEntries(bytes: Buffer): readonly { readonly tag: number; readonly value: number }[] {
  const entries = [];
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const tag = number64(bytes, at);
    if (tag === DT_NULL) break;
    entries.push({ tag, value: number64(bytes, at + 8) });
  }
  return entries;
}

/** `$ORIGIN` is the folder of the file that names it; an entry that is not absolute would hang on where one stands. */
const searchedFolders = (path: string, list: string): readonly string[] =>
  list
    .split(':')
    .map((folder) => folder.replace(/\$(ORIGIN|\{ORIGIN\})/g, dirname(realpathSync(path))))
    .filter((folder) => folder.startsWith('/'));

/** Offsets and tags are far below 2^53 in any file there is; larger ones name no place in it. */
const number64 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

const textAt = (bytes: Buffer, at: number): string => {
  const end = bytes.indexOf(0, at);
  return bytes.toString('utf8', at, end === -1 ? bytes.length : end);
};
