import type { PreludeHost } from '../border.ts';
import { slice, toWellFormed } from '../primordials.ts';

export type Put = PreludeHost['write'];

/** Characters of one piece of output: no message to the gateway is large. */
const MAX_PIECE_CHARS = 64 * 1024;

/** Writes whole characters, in pieces. */
export const putInPieces =
  (write: PreludeHost['write']): Put =>
  (stream, text) => {
    for (let at = 0; at < text.length; at += MAX_PIECE_CHARS) {
      write(stream, toWellFormed(slice(text, at, at + MAX_PIECE_CHARS)));
    }
  };
