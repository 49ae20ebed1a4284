/**
 * How likely a line is what a search was for, from 0 to 1: definitions before uses, whole words before parts, short
 * lines before long ones, the code itself before its tests. The same line always gets the same score.
 */
export interface Candidate {
  readonly path: string;
  readonly text: string;
  /** Where the match begins in `text`. */
  readonly at: number;
  /** How long it is, when the pattern is plain text; ripgrep is not asked, see ripgrep.ts. */
  readonly length?: number | undefined;
}

const DEFINITION =
  /(?:^|[\s({;,])(?:function|class|interface|type|enum|const|let|var|def|fn|func|struct|trait|impl|module|mod|namespace|package|macro_rules!|#define|record|object|protocol|union|typedef)\s+[\w\s*&<>$]*$/;
const DEFINING_WORD =
  /^(?:export\s+|pub\s+|async\s+)*(?:function|class|interface|type|enum|def|fn|func|struct|trait|impl)\s+[\w$]/;
const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|specs?|testdata|fixtures|e2e)\/|(?:^|\/)test_[^/]*$|[._-](?:test|spec)\.[^/]+$/i;
const WORD = /[\w$]/;

/** Characters before the match that are looked at. */
const CONTEXT_CHARS = 120;
/** A line is short up to here, and long from twice as much on. */
const SHORT_LINE_CHARS = 100;

export function relevanceOf(candidate: Candidate): number {
  const { path, text, at } = candidate;
  const before = text.slice(Math.max(0, at - CONTEXT_CHARS), at);
  const isDefinition = DEFINITION.test(before) || DEFINING_WORD.test(text.slice(at, at + CONTEXT_CHARS));
  const longness = Math.min(1, Math.max(0, text.length / SHORT_LINE_CHARS - 1));
  const score =
    0.2 +
    (isDefinition ? 0.35 : 0) +
    0.2 * wholeness(candidate) +
    0.1 * (1 - longness) +
    (TEST_PATH.test(path) ? 0 : 0.15);
  return Math.round(score * 1000) / 1000;
}

/** 1 when both ends of the match are ends of a word, 0.5 when one is. */
function wholeness({ text, at, length }: Candidate): number {
  const isBoundary = (index: number): boolean =>
    !(WORD.test(text.charAt(index - 1)) && WORD.test(text.charAt(index)));
  return (isBoundary(at) ? 0.5 : 0) + (length !== undefined && isBoundary(at + length) ? 0.5 : 0);
}
