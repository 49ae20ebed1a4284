/**
 * Turns text into terms, for the index and for queries alike: identifiers are split (`parseHTTPHeader2` into `parse`,
 * `http`, `header`, `2`, and kept whole as `parsehttpheader2`), words stemmed, letter case and compatibility forms
 * folded. Scripts that put no space between words are cut into pairs of characters.
 *
 * A term holds letters, digits and marks only: no operator of the index's query language can be spelled with them.
 */
import { stem } from './porter.ts';

const RUN = /[\p{L}\p{M}\p{N}_]+/gu;
/** `camelCase`, `HTTPServer`, `utf8`, in this order. */
const HUMP = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{N})(?=\p{L})|(?<=\p{L})(?=\p{N})/u;
const ASCII = /^[\w]*$/;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Longer runs are data (keys, digests, encoded files), and would fill the vocabulary. */
const MAX_RUN_CHARS = 80;
const MAX_TERM_CHARS = 40;
/** Digits of a number that is a term; longer ones name nothing. */
const MAX_NUMBER_CHARS = 6;
/** Runs whose terms are remembered: source repeats itself, and this is most of the speed. */
const MAX_REMEMBERED_RUNS = 100_000;

const remembered = new Map<string, readonly string[]>();

/** The terms of a text, in order, with repetitions. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [run] of text.matchAll(RUN)) {
    for (const term of termsOfRun(run)) terms.push(term);
  }
  return terms;
}

/** The runs of letters and digits in a text, unsplit: what a person calls its words. */
export const runsOf = (text: string): string[] => text.match(RUN) ?? [];

/** The terms of one identifier or word. */
export function termsOfRun(run: string): readonly string[] {
  if (run.length > MAX_RUN_CHARS) return [];
  const known = remembered.get(run);
  if (known !== undefined) return known;
  const terms = computeTerms(run);
  if (remembered.size >= MAX_REMEMBERED_RUNS) remembered.clear();
  remembered.set(run, terms);
  return terms;
}

/** The terms of an identifier's parts, without the one of its whole. */
export function partsOfRun(run: string): readonly string[] {
  const terms = termsOfRun(run);
  const isWhole = terms.length > 1 && terms.at(-1) === stem(wholeOf(run));
  return isWhole ? terms.slice(0, -1) : terms;
}

/** An identifier as it is compared with another: folded, without underscores. */
export const wholeOf = (run: string): string => run.normalize('NFKC').replaceAll('_', '').toLowerCase();

function computeTerms(run: string): readonly string[] {
  const isAscii = ASCII.test(run);
  const folded = isAscii ? run : run.normalize('NFKC');
  const words = folded.split('_').filter((word) => word !== '');
  const parts = words.flatMap((word) => word.split(HUMP)).map((part) => part.toLowerCase());
  const terms = parts.flatMap((part) => (isAscii ? [part] : inPairs(part)).filter(isTerm).map(stem));
  const whole = parts.join('');
  if (parts.length > 1 && isTerm(whole) && !UNSPACED.test(whole)) terms.push(stem(whole));
  // Folding may have made punctuation of a letter (U+FF3F, for one); a term must not bring any.
  return isAscii ? terms : terms.filter((term) => /^[\p{L}\p{M}\p{N}]+$/u.test(term));
}

const isTerm = (part: string): boolean =>
  part !== '' && part.length <= (/^\d/.test(part) ? MAX_NUMBER_CHARS : MAX_TERM_CHARS);

function inPairs(part: string): string[] {
  if (!UNSPACED.test(part)) return [part];
  const chars = Array.from(part);
  if (chars.length < 3) return [part];
  return chars.slice(1).map((char, i) => `${chars[i] ?? ''}${char}`);
}
