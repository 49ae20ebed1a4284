import { includes, replaceAll, slice, stringify } from '../primordials.ts';

/** In the first kind of quotes that it does not hold itself. */
export function shownString(text: string): string {
  const escaped = slice(stringify(text), 1, -1);
  const single = replaceAll(escaped, '\\"', '"');
  if (!includes(text, "'")) return `'${single}'`;
  if (!includes(text, '"')) return `"${escaped}"`;
  if (!includes(text, '`')) return `\`${single}\``;
  return `'${replaceAll(single, "'", "\\'")}'`;
}
