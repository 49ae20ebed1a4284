import { MAX_SNIPPET_CHARS } from '../../../shared/limits.ts';
import type { Chunk } from './chunks.ts';
import { MAX_INDEXED_LINE_CHARS } from './index-limits.ts';
import type { Question } from './question.ts';
import { termsOf } from './terms.ts';

const COMMENT = /^\s*(?:\/\/|\/\*|\*|#(?!\w)|@|--|"""|''')/;
/** What a definition's own line counts in the choice, in words: it says what the rest is about. */
const HEAD_BONUS = 1.5;

/** What shows a chunk best: from the line with most of the question's words on, at most MAX_SNIPPET_CHARS. */
export function snippetOfChunk(chunk: Chunk, lines: readonly string[], question: Question): string {
  const own = lines.slice(chunk.startLine - 1, chunk.endLine);
  const spellings = question.groups.map(({ term, variants }) => new Set([term, ...variants]));
  const headAt =
    chunk.kind === 'definition' ? own.findIndex((line) => line.trim() !== '' && !COMMENT.test(line)) : -1;
  let best = { at: 0, words: -1 };
  for (const [at, line] of own.entries()) {
    if (!/[\p{L}\p{N}]/u.test(line)) continue;
    const terms = termsOf(line.slice(0, MAX_INDEXED_LINE_CHARS));
    const found = spellings.filter((group) => terms.some((term) => group.has(term))).length;
    const words = found + (at === headAt ? HEAD_BONUS : 0);
    if (words > best.words) best = { at, words };
  }
  return cut(
    own
      .slice(best.at, best.at + MAX_SNIPPET_CHARS)
      .join('\n')
      .trim(),
  );
}

/** No character is cut in two. */
function cut(text: string): string {
  if (text.length <= MAX_SNIPPET_CHARS) return text;
  const isInsidePair = (text.codePointAt(MAX_SNIPPET_CHARS - 1) ?? 0) > 0xffff;
  return text.slice(0, isInsidePair ? MAX_SNIPPET_CHARS - 1 : MAX_SNIPPET_CHARS).trimEnd();
}
