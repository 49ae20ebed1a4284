import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/** What reading a small file came to. `stats` are those of the opened file, not of whatever the name now means. */
export type BoundedFile =
  | { readonly kind: 'read'; readonly text: string; readonly stats: Stats }
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-a-file' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'refused' };

/**
 * Reads a regular file of at most `maxBytes`, UTF-8. Opens first and asks the descriptor what it is, so a name
 * that is swapped in between decides nothing; does not wait for the writer of a FIFO, nor trust a size of 0 that
 * `/proc` claims.
 *
 * @param accept a look at the opened file's owner and mode, before a byte is read
 */
export async function readBoundedFile(
  path: string,
  maxBytes: number,
  accept: (stats: Stats) => boolean = () => true,
): Promise<BoundedFile> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return classify(error);
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return { kind: 'not-a-file' };
    if (!accept(stats)) return { kind: 'refused' };
    if (stats.size > maxBytes) return { kind: 'too-large' };
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) return { kind: 'read', text: buffer.toString('utf8', 0, length), stats };
      length += bytesRead;
    }
    return { kind: 'too-large' };
  } catch (error) {
    return classify(error);
  } finally {
    await file.close();
  }
}

function classify(error: unknown): BoundedFile {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
  return { kind: code === 'EISDIR' ? 'not-a-file' : 'refused' };
}
