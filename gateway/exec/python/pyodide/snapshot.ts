/**
 * The memory of an interpreter that has everything loaded: from it a guest is up in a quarter of the time. It is made
 * once, by a guest in a jail of its own, and kept in a folder of the gateway's:
 *
 *     python-PYODIDE-NODE-GUEST.SHA256.snapshot      GUEST: of the bundle that made it, 16 hex digits of its SHA-256
 *
 * The name says what the content must be, and it is checked before each use. A file that is not what its name says is
 * deleted and made anew. Gateways that share the folder may each make one: whichever is found first will do.
 *
 * A worker gets it as an open descriptor, the one whose bytes were checked. The folder stays closed to all but the gateway,
 * so that a worker of another user could not open it by its path: one of a gateway that is root, which is to be nobody.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { CHANNEL_FD } from '../../guests/guest-frames.ts';
import type { Jail, JailedProgram } from '../../jail/jail.ts';

/** Bytes of a snapshot at most; it has some 32 MB. */
const MAX_SNAPSHOT_BYTES = 128 * 1024 * 1024;
/** Milliseconds after which a file that no gateway has used goes: of a version that is no more, or half written. */
const UNUSED_MS = 7 * 24 * 60 * 60 * 1000;
/** Milliseconds that making one may take: two seconds on an idle machine. */
const SNAPSHOT_TIMEOUT_MS = 120_000;

export interface SnapshotMaker {
  readonly jail: Jail;
  /** A guest that writes a snapshot to its channel, and ends. */
  readonly program: Omit<JailedProgram, 'stdio'>;
  /** Versions of all that the memory depends on, fit for a file's name. */
  readonly version: string;
}

export class SnapshotFolder {
  readonly #folder: string;
  #making: Promise<string> | null = null;

  /** @param folder of the gateway's own; made where it is not there */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * A snapshot that has just been checked, to be read from its start and closed by whoever asks. Who asks while one is
   * made gets the same.
   * @throws where none can be made
   */
  async open(maker: SnapshotMaker): Promise<FileHandle> {
    const found = await this.#find(maker.version);
    if (found !== null) return found;
    const made = await openChecked(this.#folder, await this.#makeOnce(maker), maker.version);
    if (typeof made === 'string') throw new Error(`a new snapshot of Python is ${made}`);
    return made;
  }

  async #find(version: string): Promise<FileHandle | null> {
    const names = await namesIn(this.#folder);
    const isOurs = (name: string): boolean => name.startsWith(`${version}.`) && name.endsWith(SUFFIX);
    for (const name of names.filter(isOurs).sort()) {
      const checked = await openChecked(this.#folder, name, version);
      if (typeof checked !== 'string') {
        await markUsed(checked);
        return checked;
      }
      // Another gateway may have done so already. One that can't be read, for want of a descriptor or of a healthy disk,
      // may be in use by others, and as good as ever in a moment.
      if (checked === 'damaged') await rm(join(this.#folder, name), { force: true });
    }
    return null;
  }

  #makeOnce(maker: SnapshotMaker): Promise<string> {
    this.#making ??= this.#make(maker).finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  /** Its name. */
  async #make({ jail, program, version }: SnapshotMaker): Promise<string> {
    const snapshot = await runMaker(jail, program);
    const name = nameOf(version, createHash('sha256').update(snapshot).digest('hex'));
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, name);
    const draft = join(this.#folder, `${name}.${randomUUID()}.draft`);
    try {
      await using file = await open(draft, 'wx', 0o600);
      await file.writeFile(snapshot);
      await file.sync();
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await this.#sweep();
    return name;
  }

  async #sweep(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (!name.startsWith(PREFIX)) continue;
      const path = join(this.#folder, name);
      const usedAtMs = await stat(path).then(({ mtimeMs }) => mtimeMs, Date.now);
      if (Date.now() - usedAtMs > UNUSED_MS) await rm(path, { force: true });
    }
  }
}

/** Another user's file, in a folder that gateways share, can be used and not marked. */
const markUsed = (file: FileHandle): Promise<void> => file.utimes(new Date(), new Date()).catch(() => {});

const PREFIX = 'python-';

const SUFFIX = '.snapshot';
const nameOf = (version: string, sha256: string): string => `${version}.${sha256}${SUFFIX}`;

/** Nothing is in a folder that is not there yet. @throws where it is and can't be read */
const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

/** The file, open, where it is what its name says. */
async function openChecked(
  folder: string,
  name: string,
  version: string,
): Promise<FileHandle | 'damaged' | 'unreadable'> {
  let file: FileHandle | undefined;
  try {
    file = await open(join(folder, name), 'r');
    if (name === nameOf(version, await sha256Of(file))) return file;
    await file.close();
    return 'damaged';
  } catch {
    await file?.close();
    return 'unreadable';
  }
}

/** In pieces, so that 32 MB don't hold up everyone else. It leaves the file as if nobody had read it. */
async function sha256Of(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(1024 * 1024);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
}

async function runMaker(jail: Jail, program: Omit<JailedProgram, 'stdio'>): Promise<Buffer> {
  const maker = jail.spawn({ ...program, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (reason: string): void =>
        reject(new Error(`no snapshot of Python could be made: ${reason}`));
      maker.child.once('error', () => fail('its process could not be started'));
      // Spawned with `pipe`, which on Unix is a socket pair.
      const socket = maker.child.stdio[CHANNEL_FD] as Duplex;
      const chunks: Buffer[] = [];
      let length = 0;
      socket.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_SNAPSHOT_BYTES) fail('it is too large');
        else chunks.push(chunk);
      });
      socket.on('error', () => fail('its channel broke'));
      maker.child.once('close', (code, signal) => {
        if (code !== 0) fail(`its process ended (${signal ?? code})`);
        else if (length === 0) fail('it is empty');
        else resolve(Buffer.concat(chunks));
      });
      timer = setTimeout(() => fail('it took too long'), SNAPSHOT_TIMEOUT_MS);
    });
  } finally {
    clearTimeout(timer);
    maker.kill();
  }
}

/**
 * `python-PYODIDE-NODE-GUEST`: the memory of one build of Pyodide, holding the Python half of one guest. V8 keeps nothing of its own
 * in it, but another Node may hand out another JavaScript.
 */
export async function snapshotVersion(pyodideFolder: string, guest: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(pyodideFolder, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  await using file = await open(guest, 'r');
  return `${PREFIX}${version}-${process.versions.node}-${(await sha256Of(file)).slice(0, 16)}`;
}
