/**
 * What a question asks for: groups of terms, each of which stands for one of its words.
 */
import { MAX_QUERY_TERMS } from './index-limits.ts';
import { partsOfRun, runsOf, termsOfRun, wholeOf } from './terms.ts';
import { isStopped, spellingsOf } from './word-lists.ts';

/** One word of a question, in all spellings that count as it. */
export interface TermGroup {
  readonly term: string;
  /** Other spellings: `dir` for `directory`, and the word written together with its neighbour. */
  readonly variants: readonly string[];
}

export interface Question {
  /** None where the question holds no word: nothing can answer it. */
  readonly groups: readonly TermGroup[];
  /** What looks like an identifier, see `wholeOf`: naming one exactly finds its definition first. */
  readonly identifiers: ReadonlySet<string>;
}

export function questionOf(text: string): Question {
  const runs = runsOf(text);
  const all = [...new Set(runs.flatMap(partsOfRun))];
  const telling = all.filter((term) => !isStopped(term));
  // Names keep words that bodies leave out: a question of nothing else can still be about one.
  const terms = (telling.length > 0 ? telling : all).slice(0, MAX_QUERY_TERMS);
  const joined = joinedNeighbours(runs);
  return {
    groups: terms.map((term) => ({ term, variants: [...spellingsOf(term), ...(joined.get(term) ?? [])] })),
    // A plain word is an identifier only where it is all that is asked for.
    identifiers: new Set(runs.filter((run) => runs.length === 1 || partsOfRun(run).length > 1).map(wholeOf)),
  };
}

/** `file name` is also written `filename`; both words are then answered by it. */
function joinedNeighbours(runs: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const joined = new Map<string, string[]>();
  for (const [i, run] of runs.entries()) {
    const next = runs[i + 1];
    if (next === undefined || run.length < 2 || next.length < 2) continue;
    const [first, second] = [termsOfRun(run), termsOfRun(next)];
    const [whole] = termsOfRun(wholeOf(`${run}${next}`));
    if (whole === undefined || first.length !== 1 || second.length !== 1) continue;
    for (const term of [...first, ...second]) joined.set(term, [...(joined.get(term) ?? []), whole]);
  }
  return joined;
}
