import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { parseApiKey } from '../../shared/keys/api-key.ts';
import { Secret } from '../../shared/keys/secret.ts';
import { readBoundedFile } from '../../shared/local/bounded-file.ts';
import { writeAtomically } from '../workspace/write-atomically.ts';
import type { KeyStore } from './key-store.ts';

/** Bytes: one line with a key; anything longer is another file. */
const MAX_KEY_FILE_BYTES = 4096;
const OWNER_ONLY = 0o600;

/** A file of the user's, readable by nobody else. Chosen by `--key-source file:PATH`, never by us. */
export class FileKeyStore implements KeyStore {
  readonly source: string;
  readonly place: string;
  readonly #path: string;
  readonly #pendingPath: string;

  /** @param path absolute */
  constructor(path: string) {
    this.#path = path;
    this.#pendingPath = `${path}.pending`;
    this.source = `file:${path}`;
    this.place = `the file ${path}`;
  }

  async read(): Promise<Secret<string> | null> {
    return readKey(this.#path);
  }

  async write(key: Secret<string>): Promise<void> {
    await mustNotHoldOther(this.#path);
    await writeKey(this.#path, key);
  }

  async readPending(): Promise<Secret<string> | null> {
    return readKey(this.#pendingPath);
  }

  async writePending(key: Secret<string>): Promise<void> {
    // Both are looked at before an invitation is spent.
    await mustNotHoldOther(this.#path);
    await mustNotHoldOther(this.#pendingPath);
    await writeKey(this.#pendingPath, key);
  }

  async forgetPending(): Promise<void> {
    await rm(this.#pendingPath, { force: true });
  }

  async remove(): Promise<boolean> {
    await mustNotHoldOther(this.#path);
    const hadKey = (await this.read()) !== null;
    await rm(this.#path, { force: true });
    await this.forgetPending();
    return hadKey;
  }
}

async function writeKey(path: string, key: Secret<string>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new RlmError('FAILED', `Could not make the folder for ${path}.`, { cause });
  }
  await writeAtomically({ path, content: `${key.unwrap()}\n`, mode: OWNER_ONLY });
}

async function readKey(path: string): Promise<Secret<string> | null> {
  const read = await readBoundedFile(path, MAX_KEY_FILE_BYTES);
  if (read.kind === 'read') return new Secret(read.text.trim());
  if (read.kind === 'missing') return null;
  throw new RlmError('KEY_FILE_UNSAFE', `${path} could not be read as a key file (${read.kind}).`);
}

/** A path mistyped as that of another file must not cost the user that file. */
async function mustNotHoldOther(path: string): Promise<void> {
  const held = await readKey(path);
  if (held === null || held.unwrap() === '' || parseApiKey(held.unwrap()) !== null) return;
  const fields = { next: 'Name another file: --key-source file:PATH' };
  throw new RlmError('KEY_FILE_UNSAFE', `${path} holds something else than an API key; it is left alone.`, {
    fields,
  });
}
