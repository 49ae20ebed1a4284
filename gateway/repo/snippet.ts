import { MAX_SNIPPET_CHARS } from '../../shared/limits.ts';

/** Of what precedes a match, a third of the window: what follows usually tells more. */
const CHARS_BEFORE_MATCH = Math.floor(MAX_SNIPPET_CHARS / 3);

/** At most MAX_SNIPPET_CHARS of a line with the match in sight; no character is cut in two. */
export function snippetOf(line: string, matchAt: number): string {
  if (line.length <= MAX_SNIPPET_CHARS) return line;
  const latest = line.length - MAX_SNIPPET_CHARS;
  let start = Math.min(Math.max(0, matchAt - CHARS_BEFORE_MATCH), latest);
  let end = start + MAX_SNIPPET_CHARS;
  if (isInsidePair(line, start)) start += 1;
  if (isInsidePair(line, end)) end -= 1;
  return line.slice(start, end);
}

/** Whether a cut here would leave half a surrogate pair on either side. */
const isInsidePair = (text: string, at: number): boolean =>
  at > 0 && at < text.length && (text.codePointAt(at - 1) ?? 0) > 0xffff;
