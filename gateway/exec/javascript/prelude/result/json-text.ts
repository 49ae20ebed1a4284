import { join, push } from '../primordials.ts';

/** JSON that grows piece by piece, up to a limit. */
export interface JsonText {
  readonly maxChars: number;
  readonly pieces: string[];
  chars: number;
}

/** No error, which would cost a stack: it never leaves the prelude. */
export const TOO_LONG = {};

export const startJson = (maxChars: number): JsonText => ({ maxChars, pieces: [], chars: 0 });

/** @throws `TOO_LONG` past the limit */
export function addJson(json: JsonText, piece: string): void {
  json.chars += piece.length;
  if (json.chars > json.maxChars) throw TOO_LONG;
  push(json.pieces, piece);
}

export const textOfJson = (json: JsonText): string => join(json.pieces, '');
