import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** Linux's `O_TMPFILE`: a file that never has a name. Node does not export it. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;
/** In memory where the host has it. */
const FOLDERS = ['/dev/shm', tmpdir()];

/**
 * Some text behind a descriptor that a child process can be given: unlike an argument list no other user can read
 * it, and unlike a temporary file nothing is left of it. The caller closes it.
 */
export async function unnamedFile(text: string): Promise<FileHandle> {
  const handle = await openUnnamed();
  try {
    await handle.writeFile(text);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openUnnamed(): Promise<FileHandle> {
  let failure: unknown;
  for (const folder of FOLDERS) {
    try {
      return await open(folder, O_TMPFILE | constants.O_RDWR, 0o600);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
