/**
 * Headers as both ends sign them: lower-case names, one value each. A name that stands twice is refused, since
 * Node joins or drops duplicates and the two ends might then read different values. Values stand as Node's parser
 * gives them, which has taken off the white space that HTTP allows; `trim` would take off more, and what is signed
 * would no longer be what the rest of the program reads. @see RFC 9421 section 7.5.6
 */
export type HeaderMap = ReadonlyMap<string, string>;

/** @param rawHeaders names and values in turns, as in Node's `rawHeaders`
 *  @returns `null` where a name stands twice */
export function headerMapFromRaw(rawHeaders: readonly string[]): HeaderMap | null {
  const map = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (map.has(name)) return null;
    map.set(name, rawHeaders[index + 1] ?? '');
  }
  return map;
}

/** The names of all `rlm-*` headers, in the one order both ends use. */
export const rlmHeaderNames = (headers: HeaderMap): readonly string[] =>
  [...headers.keys()].filter((name) => name.startsWith('rlm-')).sort();
