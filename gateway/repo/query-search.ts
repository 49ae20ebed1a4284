/**
 * `search.query`: the index proposes, the guard disposes.
 *
 * What the index says is as old as its last sweep. Each chunk that is about to be returned is therefore read again
 * through the guard: of a file that has not changed by its stamp the lines are those of the index, any other one is cut
 * and ranked anew on the spot, and what has gone or become a link is left out. Snippets are cut from that reading.
 * Without an index ripgrep proposes files, and all of them are cut and ranked on the spot.
 */
import { createHash } from 'node:crypto';
import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_PATTERN_BYTES, MAX_SEARCH_RESULTS } from '../../shared/limits.ts';
import { throwIfCancelled } from './cancelled.ts';
import type { Facts, FileFacts } from './file-facts.ts';
import { GlobSet } from './glob-set.ts';
import { snippetOfChunk } from './index/chunk-snippet.ts';
import type { Chunk } from './index/chunks.ts';
import {
  MAX_INDEX_WAIT_MS,
  MAX_INDEXED_FILE_BYTES,
  MAX_RESULTS_PER_FILE,
  MAX_VERIFIED,
} from './index/index-limits.ts';
import type { Proposed } from './index/index-protocol.ts';
import { chunksWithTerms, linesOf } from './index/indexed-text.ts';
import { rankChunks } from './index/local-ranking.ts';
import { type Question, questionOf } from './index/question.ts';
import { Ranking } from './index/ranking.ts';
import type { RepositoryIndex } from './index/repository-index.ts';
import { likelyFiles } from './index/without-index.ts';
import type { PathGuard } from './path-guard.ts';
import { readText } from './read-text.ts';
import { unlessRefused } from './refused.ts';
import type { SearchResult } from './regex-search.ts';
import { QUERY_SEARCH_TIMEOUT_MS } from './repo-limits.ts';
import { comparePaths } from './repo-path.ts';
import { type SearchPlace, searchPlaces } from './search-places.ts';
import { shortHash } from './short-hash.ts';

/** As the contract has it. */
export interface QueryResult extends SearchResult {
  /** What the lines define, with what it is a member of. */
  readonly symbol?: string;
}

export interface QueryOptions {
  readonly guard: PathGuard;
  readonly facts: FileFacts;
  /** Nothing where the gateway keeps none; one that is not ready is not asked. */
  readonly index?: RepositoryIndex | undefined;
  readonly roots: readonly string[];
  /** A file or folder. Wider than the roots, it stands for the roots below it. */
  readonly scope: string;
  /** Words, a sentence, an identifier: in any script. */
  readonly query: string;
  /** Results wanted; at most MAX_SEARCH_RESULTS are given. */
  readonly k: number;
  readonly includePatterns?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For the whole search; what was found until then is returned. */
  readonly timeoutMs?: number | undefined;
}

export interface QueryOutcome {
  /** Best first, at most MAX_RESULTS_PER_FILE of a file, none overlapping another. */
  readonly results: readonly QueryResult[];
  /** Whether the index was asked; without it the best answer is found less often. */
  readonly indexed: boolean;
}

/**
 * Not searched: restricted names, binary files, files over MAX_INDEXED_FILE_BYTES, links (their targets are, where they
 * really are). A `query` without a letter or digit finds nothing.
 *
 * @throws `INVALID_ARGUMENT` a query that is empty or ill-formed; a bad `k` or glob
 * @throws `LIMIT_EXCEEDED` a query or globs over their limits
 * @throws `PATH_OUTSIDE_ROOTS`, `PATH_RESTRICTED`, `NOT_FOUND`, `NOT_A_FILE` for `scope`
 * @throws `CANCELLED` once `signal` aborts
 */
export async function searchQuery(options: QueryOptions): Promise<QueryOutcome> {
  const { guard, roots, scope, signal, index } = options;
  const deadlineMs = performance.now() + (options.timeoutMs ?? QUERY_SEARCH_TIMEOUT_MS);
  checkQuery(options);
  const globs = GlobSet.parse(options.includePatterns ?? [], 'include_patterns');
  throwIfCancelled(signal);
  const places = await searchPlaces(guard, roots, scope);
  const question = questionOf(options.query);
  if (question.groups.length === 0 || places.length === 0) {
    return { results: [], indexed: index?.isReady === true };
  }
  const asked = {
    text: options.query,
    scopes: places.map(({ path }) => path),
    includePatterns: [...(options.includePatterns ?? [])],
    scope,
  };
  const waitMs = Math.max(1, Math.min(MAX_INDEX_WAIT_MS, deadlineMs - performance.now()));
  const found = await index?.find(asked, waitMs, signal);
  const results = new Results(options, question, deadlineMs);
  if (found === undefined) await searchWithout(results, places, globs);
  else await results.verify(found.proposed, found.idfs);
  return { results: results.best(), indexed: found !== undefined };
}

function checkQuery({ query, k }: QueryOptions): void {
  if (query === '') throw new RlmError('INVALID_ARGUMENT', 'query is empty.');
  if (query.length > MAX_PATTERN_BYTES || Buffer.byteLength(query) > MAX_PATTERN_BYTES) {
    throw new RlmError('LIMIT_EXCEEDED', `query is longer than ${MAX_PATTERN_BYTES} bytes of UTF-8.`);
  }
  if (!query.isWellFormed()) throw new RlmError('INVALID_ARGUMENT', 'query holds ill-formed Unicode.');
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new RlmError('INVALID_ARGUMENT', 'k must be a whole number from 1.');
  }
}

async function searchWithout(
  results: Results,
  places: readonly SearchPlace[],
  globs: GlobSet,
): Promise<void> {
  const { options, question, deadlineMs } = results;
  const searched = places.filter((place) => place.isFolder || place.size <= MAX_INDEXED_FILE_BYTES);
  if (searched.length === 0) return;
  const likely = await likelyFiles({
    guard: options.guard,
    places: searched,
    question,
    includeGlobs: searched.some((place) => !place.isFolder) ? [] : globs.toRipgrepGlobs(options.scope),
    isWanted: (path) => globs.matches(path, false, options.scope),
    timeoutMs: Math.max(1, deadlineMs - performance.now()),
    signal: options.signal,
  });
  throwIfCancelled(options.signal);
  await results.rank(likely.paths, likely.idfs);
}

/** A file as it is now. */
interface ReadFile {
  readonly facts: Facts;
  readonly lines: readonly string[];
}

/** One search's results as they come together. */
class Results {
  readonly options: QueryOptions;
  readonly question: Question;
  readonly deadlineMs: number;
  readonly #wanted: number;
  readonly #results: QueryResult[] = [];
  /** Read once a search, so that two results of one file are of one state of it. */
  readonly #files = new Map<string, ReadFile | undefined>();

  constructor(options: QueryOptions, question: Question, deadlineMs: number) {
    this.options = options;
    this.question = question;
    this.deadlineMs = deadlineMs;
    this.#wanted = Math.min(options.k, MAX_SEARCH_RESULTS);
  }

  best(): readonly QueryResult[] {
    return this.#results
      .sort(
        (a, b) =>
          b.relevance_score - a.relevance_score ||
          comparePaths(a.file_path, b.file_path) ||
          a.start_line - b.start_line,
      )
      .slice(0, this.#wanted);
  }

  /** Reads what the index proposes, best first, until there is enough that still holds. */
  async verify(proposed: readonly Proposed[], idfs: readonly number[]): Promise<void> {
    const ranking = new Ranking(this.question, idfs);
    const rankedAnew = new Set<string>();
    for (const proposal of proposed) {
      if (this.#results.length >= this.#wanted || this.#files.size >= MAX_VERIFIED) return;
      if (this.#isFull(proposal.path) || this.#overlaps(proposal.path, proposal)) continue;
      if (this.#mustEnd()) return;
      const file = await this.#read(proposal.path);
      if (file === undefined) continue;
      if (file.facts.stamp === proposal.stamp) {
        this.#add(proposal.path, proposal, file.lines, proposal.score);
      } else if (!rankedAnew.has(proposal.path)) {
        rankedAnew.add(proposal.path);
        this.#rankFile(proposal.path, file.lines, idfs, ranking);
      }
    }
  }

  /** Reads, cuts and ranks these files whole. */
  async rank(paths: readonly string[], idfs: readonly number[]): Promise<void> {
    const ranking = new Ranking(this.question, idfs);
    for (const path of paths) {
      if (this.#mustEnd()) return;
      const file = await this.#read(path);
      if (file !== undefined) this.#rankFile(path, file.lines, idfs, ranking);
    }
  }

  #rankFile(path: string, lines: readonly string[], idfs: readonly number[], ranking: Ranking): void {
    const ranked = rankChunks(chunksWithTerms(lines, path), path, this.question, idfs, ranking);
    for (const { chunk, score } of ranked.slice(0, MAX_RESULTS_PER_FILE)) {
      if (!this.#isFull(path) && !this.#overlaps(path, chunk)) this.#add(path, chunk, lines, score);
    }
  }

  #mustEnd(): boolean {
    throwIfCancelled(this.options.signal);
    return performance.now() >= this.deadlineMs;
  }

  #isFull(path: string): boolean {
    return this.#results.filter(({ file_path }) => file_path === path).length >= MAX_RESULTS_PER_FILE;
  }

  #overlaps(path: string, { startLine, endLine }: Pick<Chunk, 'startLine' | 'endLine'>): boolean {
    return this.#results.some(
      (result) => result.file_path === path && result.start_line <= endLine && startLine <= result.end_line,
    );
  }

  #add(path: string, chunk: Chunk, lines: readonly string[], score: number): void {
    const snippet = snippetOfChunk(chunk, lines, this.question);
    const symbol = chunk.parent === '' ? chunk.name : `${chunk.parent}.${chunk.name}`;
    this.#results.push({
      file_path: path,
      start_line: chunk.startLine,
      end_line: chunk.endLine,
      relevance_score: Math.max(0.001, Math.round(score * 1000) / 1000),
      snippet,
      snippet_hash: shortHash(createHash('sha256').update(snippet).digest('hex')),
      ...(chunk.name === '' ? {} : { symbol }),
    });
  }

  async #read(path: string): Promise<ReadFile | undefined> {
    if (!this.#files.has(path)) this.#files.set(path, await this.#readNow(path));
    return this.#files.get(path);
  }

  async #readNow(path: string): Promise<ReadFile | undefined> {
    const { guard, facts, roots } = this.options;
    try {
      const opened = await unlessRefused(guard.open(path, roots, 'file'));
      if (opened === undefined) return undefined;
      await using _ = opened;
      // Neither the index nor ripgrep follows links, so a file that lies elsewhere is not the one that was found.
      if (opened.path !== path || opened.stat.size > MAX_INDEXED_FILE_BYTES) return undefined;
      const known = await facts.get(opened);
      if (known.isBinary || known.size > MAX_INDEXED_FILE_BYTES) return undefined;
      return { facts: known, lines: linesOf(await readText(opened, known)) };
    } catch (error) {
      // A file that changes under the search is no longer what was found.
      if (isRlmError(error) && (error.code === 'STALE_HANDLE' || error.code === 'NOT_FOUND'))
        return undefined;
      throw error;
    }
  }
}
