/**
 * Finds the files that a question is about without an index: ripgrep looks for its longest words, and the files that
 * have most of them, the rare ones above all, are read and ranked like any other.
 */

import type { PathGuard } from '../path-guard.ts';
import type { Proposal } from '../proposal-reader.ts';
import { isWithin } from '../repo-path.ts';
import { runRipgrep } from '../ripgrep.ts';
import type { SearchPlace } from '../search-places.ts';
import { idfOf } from './index-database.ts';
import { FALLBACK_ENGINE_MS, MAX_FALLBACK_FILES, MAX_FALLBACK_WORDS } from './index-limits.ts';
import type { Question, TermGroup } from './question.ts';
import { termsOf } from './terms.ts';

export interface LikelyFiles {
  /** Most likely first. */
  readonly paths: readonly string[];
  /** Estimated, of the question's groups in order. */
  readonly idfs: readonly number[];
}

export interface LikelyFilesRequest {
  readonly guard: PathGuard;
  readonly places: readonly SearchPlace[];
  readonly question: Question;
  readonly includeGlobs: readonly string[];
  readonly isWanted: (path: string) => boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** As if a repository had so many chunks: idfs are only compared with each other. */
const ASSUMED_CHUNKS = 10_000;
/** A word in a path counts as so many hits of it in a file. */
const PATH_BONUS = 0.5;

export async function likelyFiles(request: LikelyFilesRequest): Promise<LikelyFiles> {
  const { question } = request;
  const asked = [...question.groups.entries()]
    .sort(([, a], [, b]) => b.term.length - a.term.length)
    .slice(0, MAX_FALLBACK_WORDS);
  const hits = new Map(
    await Promise.all(asked.map(async ([i, group]) => [i, await hitsOf(group, request)] as const)),
  );
  const idfs = question.groups.map((_, i) =>
    idfOf(hits.get(i)?.length ?? ASSUMED_CHUNKS / 50, ASSUMED_CHUNKS),
  );
  const scores = new Map<string, number>();
  for (const [i, proposals] of hits) {
    const idf = idfs[i] ?? 0;
    const perFile = new Map<string, number>();
    for (const { path } of proposals) perFile.set(path, (perFile.get(path) ?? 0) + 1);
    for (const [path, count] of perFile) {
      scores.set(path, (scores.get(path) ?? 0) + (idf * count) / (count + 1));
    }
  }
  for (const [path, score] of scores) scores.set(path, score + PATH_BONUS * inPath(path, question, idfs));
  const paths = [...scores].sort(([, a], [, b]) => b - a).map(([path]) => path);
  return { paths: paths.slice(0, MAX_FALLBACK_FILES), idfs };
}

async function hitsOf(group: TermGroup, request: LikelyFilesRequest): Promise<readonly Proposal[]> {
  const { guard, places, isWanted } = request;
  const { proposals } = await runRipgrep({
    cwd: guard.rootProcPath,
    diskPaths: places.map(({ diskPath }) => diskPath),
    pattern: patternOf(group),
    includeGlobs: request.includeGlobs,
    restrictedGlobs: guard.restricted.toRipgrepGlobs(),
    isWanted: (path) =>
      !guard.restricted.isRestricted(path) &&
      places.some((place) => isWithin(path, place.path)) &&
      isWanted(path),
    timeoutMs: Math.min(request.timeoutMs, FALLBACK_ENGINE_MS),
    signal: request.signal,
  });
  return proposals;
}

/** Terms hold letters, digits and marks: nothing in them means anything to a regular expression. */
function patternOf({ term, variants }: TermGroup): string {
  // Stems end in `i` where their word ended in `y`; short spellings are part of too many words.
  const spellings = [term, ...variants.filter((variant) => variant.length > 3)];
  return `(?i)(?:${spellings.map((spelling) => spelling.replace(/i$/, '[iy]')).join('|')})`;
}

function inPath(path: string, question: Question, idfs: readonly number[]): number {
  const terms = new Set(termsOf(path));
  return question.groups.reduce((sum, { term }, i) => sum + (terms.has(term) ? (idfs[i] ?? 0) : 0), 0);
}
