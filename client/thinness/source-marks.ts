import { MAX_FENCE_LINES } from './scan-limits.ts';

/**
 * Whether a text that calls itself a note reads like source. It can't be proved of every text, so this looks for
 * what whole files and patches show; a snippet in a fenced block is what notes are for.
 */
export interface SourceMarks {
  readonly looksLikeSource: boolean;
  readonly hasLongFence: boolean;
}

/** Lines outside fences that must look like code, and their share, before a text counts as source. */
const MIN_CODE_LINES = 12;
const MIN_CODE_SHARE = 0.4;

const PATCH = /^(?:diff --git a\/|@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@|Index: .+\n={60,})/m;
const SHEBANG = /^#!\s*\//;
const CODE_LINE =
  /[;{}]\s*$|^\s*(?:import |from \S+ import |export |package |using |namespace |#include|#define |def |class |func |fn |pub |struct |enum |interface |public |private |protected |static |const |let |var |return\b|if \(|else\b|for \(|while \(|switch \(|case .+:|try\b|catch\b|\}|\)\s*[;{])/;
const FENCE = /^\s{0,3}(`{3,}|~{3,})/;

export function sourceMarks(text: string): SourceMarks {
  const { outside, longestFence } = splitFences(text.split(/\r?\n/));
  const filled = outside.filter((line) => line.trim() !== '');
  const codeLines = filled.filter((line) => CODE_LINE.test(line)).length;
  const isMostlyCode = codeLines >= MIN_CODE_LINES && codeLines / filled.length >= MIN_CODE_SHARE;
  return {
    looksLikeSource: isMostlyCode || SHEBANG.test(text) || PATCH.test(text),
    hasLongFence: longestFence > MAX_FENCE_LINES,
  };
}

/** A fence is closed by one of the same character that is at least as long. @see CommonMark 0.31 section 4.5 */
function splitFences(lines: readonly string[]): {
  readonly outside: readonly string[];
  readonly longestFence: number;
} {
  const outside: string[] = [];
  let open: string | null = null;
  let length = 0;
  let longestFence = 0;
  for (const line of lines) {
    const mark = FENCE.exec(line)?.[1];
    if (open === null) {
      if (mark === undefined) outside.push(line);
      else [open, length] = [mark, 0];
    } else if (mark?.startsWith(open) === true) {
      open = null;
    } else {
      length++;
      longestFence = Math.max(longestFence, length);
    }
  }
  return { outside, longestFence };
}
