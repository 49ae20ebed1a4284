/**
 * Ranks candidates. A score is a share of what the question asks for, between 0 and 1, so that it means the same
 * for every question and repository:
 *
 *   score = file role x kind x (COVERED x covered + TITLED x titled + BM25 x bm25 + NAME x name)
 *
 * - `covered`, `titled`: of the question's words, weighted by how rare they are in the repository, the share that the
 *   chunk has anywhere, and in its name, its parents or its path;
 * - `bm25`: BM25 over all fields, as a share of its upper bound;
 * - `name`: how much of the name the question accounts for, so that `open` goes before `open_all_of_them`.
 *
 * The weights sum up to 1; a question that spells an identifier gets its definition half of the way to 1 on top.
 */
import type { Chunk, ChunkKind } from './chunks.ts';
import { roleWeight } from './file-role.ts';
import type { Question, TermGroup } from './question.ts';
import type { TermSet } from './term-set.ts';
import { partsOfRun, runsOf, termsOf, wholeOf } from './terms.ts';

export interface Rankable extends Chunk {
  readonly path: string;
  readonly terms: TermSet;
  readonly bm25: number;
}

/** Found on code that no evaluation judges by: see bench/search-quality.ts. */
const WEIGHTS = { covered: 0.3, titled: 0.3, bm25: 0.25, name: 0.15 };
/** What an abbreviation or a synonym counts, beside the word itself. */
const VARIANT = 0.6;
const KINDS: Readonly<Record<ChunkKind, number>> = { definition: 1, part: 0.7, window: 0.5 };

export class Ranking {
  readonly #question: Question;
  readonly #idfs: readonly number[];
  readonly #total: number;
  readonly #asked: ReadonlySet<string>;

  /** @param idfs of the question's groups, in order */
  constructor(question: Question, idfs: readonly number[]) {
    this.#question = question;
    this.#idfs = idfs;
    this.#total = idfs.reduce((sum, idf) => sum + idf, 0);
    this.#asked = new Set(question.groups.map(({ term }) => term));
  }

  score(chunk: Rankable): number {
    if (this.#total === 0) return 0;
    const title = new Set(termsOf(`${chunk.name} ${chunk.parent} ${chunk.path}`));
    const share =
      WEIGHTS.covered * this.#share((term) => chunk.terms.has(term)) +
      WEIGHTS.titled * this.#share((term) => title.has(term)) +
      WEIGHTS.bm25 * chunk.bm25 +
      WEIGHTS.name * this.#accounted(chunk.name);
    const weighted = share * KINDS[chunk.kind] * roleWeight(chunk.path, this.#asked);
    return this.#isSpelled(chunk) ? weighted + (1 - weighted) / 2 : weighted;
  }

  /** The share of the question's weight that something has, by the best spelling of each word. */
  #share(has: (term: string) => boolean): number {
    let sum = 0;
    for (const [i, group] of this.#question.groups.entries())
      sum += (this.#idfs[i] ?? 0) * spelled(group, has);
    return sum / this.#total;
  }

  /** The share of a name's terms that the question has. */
  #accounted(name: string): number {
    const parts = runsOf(name).flatMap(partsOfRun);
    if (parts.length === 0) return 0;
    const asked = parts.filter((part) =>
      this.#question.groups.some(({ term, variants }) => term === part || variants.includes(part)),
    );
    return asked.length / parts.length;
  }

  #isSpelled({ kind, name }: Chunk): boolean {
    if (kind !== 'definition' || name.length < 3) return false;
    return this.#question.identifiers.has(wholeOf(name));
  }
}

function spelled({ term, variants }: TermGroup, has: (term: string) => boolean): number {
  if (has(term)) return 1;
  return variants.some(has) ? VARIANT : 0;
}
