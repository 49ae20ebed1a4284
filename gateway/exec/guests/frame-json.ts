/**
 * A look at a frame's bytes before `JSON.parse` gets them: a frame of nothing but brackets keeps that busy for half a
 * second, and one of nothing but keys as long. One pass, no stack, some two milliseconds for the largest of frames.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const SMALL_U = 0x75;
/** `\u` and four digits. */
const ESCAPE_BYTES = 6;
const REPLACEMENT = Buffer.from('fffd');

export interface JsonShape {
  /** Containers inside each other. */
  readonly depth: number;
  /** Commas and colons outside of texts: at most one for each value or key. */
  readonly marks: number;
}

/**
 * The shape of a text of JSON. Of what is no JSON, any shape; then `JSON.parse` says so.
 *
 * On the way, each half of a character that is written as an escape and has no other half is overwritten by U+FFFD. A
 * half can come in no other way, since decoding UTF-8 makes none, so that all texts parsed from here are well-formed.
 */
export function shapeOfJson(frame: Buffer): JsonShape {
  let depth = 0;
  let deepest = 0;
  let marks = 0;
  let isInText = false;
  for (let at = 0; at < frame.length; at += 1) {
    const byte = frame[at];
    if (isInText) {
      if (byte === QUOTE) isInText = false;
      // Whatever it escapes is no quote; a whole pair is stepped over at once.
      else if (byte === BACKSLASH) at += frame[at + 1] === SMALL_U ? mendedEscape(frame, at) - 1 : 1;
    } else if (byte === QUOTE) {
      isInText = true;
    } else if (byte === COMMA || byte === COLON) {
      marks += 1;
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1;
    }
  }
  return { depth: deepest, marks };
}

/** The bytes to step over: of an escape, or of two that are one character. */
function mendedEscape(frame: Buffer, at: number): number {
  const half = halfAt(frame, at);
  if (half === null) return 2;
  if (half === 'first' && halfAt(frame, at + ESCAPE_BYTES) === 'second') return 2 * ESCAPE_BYTES;
  REPLACEMENT.copy(frame, at + 2);
  return ESCAPE_BYTES;
}

/** Which half of a character is escaped here, if one is: `\ud800` to `\udbff` are first, `\udc00` to `\udfff` second. */
function halfAt(frame: Buffer, at: number): 'first' | 'second' | null {
  if (frame[at] !== BACKSLASH || frame[at + 1] !== SMALL_U || digitAt(frame, at + 2) !== 0xd) return null;
  const second = digitAt(frame, at + 3);
  // Fewer than four digits: no escape, and no JSON.
  if (second < 8 || digitAt(frame, at + 4) < 0 || digitAt(frame, at + 5) < 0) return null;
  return second < 0xc ? 'first' : 'second';
}

/** Of a hexadecimal digit its value, of anything else less than 0. */
function digitAt(frame: Buffer, at: number): number {
  const byte = frame[at] ?? 0;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
