/**
 * Ranks chunks of files that were just read, where the index knows nothing of them: it is not built yet, or the file
 * has changed since. BM25 is computed here as the index does, with a typical length in place of the average one.
 */
import type { ChunkTerms } from './chunk-terms.ts';
import type { ChunkWithTerms } from './indexed-text.ts';
import type { Question } from './question.ts';
import type { Ranking } from './ranking.ts';
import { TermSet } from './term-set.ts';

/** As in the index: see index-database.ts. */
const FIELDS: readonly (readonly [keyof ChunkTerms, number])[] = [
  ['name', 3],
  ['place', 1.5],
  ['directory', 0.7],
  ['signature', 1.5],
  ['comment', 1.2],
  ['body', 1],
];
const K1 = 1.2;
const B = 0.75;
const TYPICAL_TERMS = 80;

export interface RankedChunk {
  readonly path: string;
  readonly chunk: ChunkWithTerms;
  readonly score: number;
}

/** Those that have any of the question's words, best first. */
export function rankChunks(
  chunks: readonly ChunkWithTerms[],
  path: string,
  question: Question,
  idfs: readonly number[],
  ranking: Ranking,
): RankedChunk[] {
  return chunks
    .map((chunk) => {
      const terms = TermSet.of(...Object.values(chunk.terms));
      const bm25 = bm25Of(chunk.terms, question, idfs);
      return { path, chunk, score: bm25 === 0 ? 0 : ranking.score({ ...chunk, path, terms, bm25 }) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

/** As a share of its upper bound. */
function bm25Of(terms: ChunkTerms, question: Question, idfs: readonly number[]): number {
  const length = FIELDS.reduce((sum, [field]) => sum + terms[field].length, 0);
  const norm = K1 * (1 - B + (B * length) / TYPICAL_TERMS);
  let sum = 0;
  let total = 0;
  for (const [i, { term, variants }] of question.groups.entries()) {
    const spellings = new Set([term, ...variants]);
    const idf = idfs[i] ?? 0;
    const weight = FIELDS.reduce(
      (all, [field, fieldWeight]) => all + fieldWeight * terms[field].filter((t) => spellings.has(t)).length,
      0,
    );
    sum += (idf * weight) / (weight + norm);
    total += idf;
  }
  return total === 0 ? 0 : sum / total;
}
