/**
 * `search.regex`: ripgrep proposes, the guard disposes.
 *
 * ripgrep walks by name, so somebody who swaps a folder for a link while it runs can make it read anything. Therefore
 * each result is read again through the guard, must be the same line, and is cut from that reading: what the engine
 * saw decides where to look and in which order, never what is shown.
 */
import { createHash } from 'node:crypto';
import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_PATTERN_BYTES, MAX_SEARCH_RESULTS, REGEX_SEARCH_TIMEOUT_MS } from '../../shared/limits.ts';
import { throwIfCancelled } from './cancelled.ts';
import type { FileFacts } from './file-facts.ts';
import { GlobSet } from './glob-set.ts';
import type { PathGuard } from './path-guard.ts';
import type { Proposal } from './proposal-reader.ts';
import { unlessRefused } from './refused.ts';
import { relevanceOf } from './relevance.ts';
import { MAX_SEARCHED_FILE_BYTES, MAX_SEARCHED_LINE_BYTES } from './repo-limits.ts';
import { comparePaths, segmentsOf } from './repo-path.ts';
import { runRipgrep } from './ripgrep.ts';
import { searchPlaces } from './search-places.ts';
import { shortHash } from './short-hash.ts';
import { snippetOf } from './snippet.ts';
import { readSpan } from './span.ts';

/** As the contract has it. */
export interface SearchResult {
  readonly file_path: string;
  readonly start_line: number;
  readonly end_line: number;
  /** 0 to 1, the best first. */
  readonly relevance_score: number;
  /** The line, or what of it is around the match. */
  readonly snippet: string;
  readonly snippet_hash: string;
}

export interface RegexSearchOptions {
  readonly guard: PathGuard;
  readonly facts: FileFacts;
  readonly roots: readonly string[];
  /** A file or folder. Wider than the roots, it stands for the roots below it. */
  readonly scope: string;
  /** In Rust's regular expression syntax, matched line by line. */
  readonly pattern: string;
  /** Results wanted; at most MAX_SEARCH_RESULTS are given. */
  readonly k: number;
  readonly includePatterns?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For the whole search; what was found until then is returned. */
  readonly timeoutMs?: number | undefined;
}

export interface SearchOutcome {
  readonly results: readonly SearchResult[];
  /** Whether there were more hits than are given, or the search did not see everything. */
  readonly truncated: boolean;
  /** Why the engine could not do its work, in words that name no file. */
  readonly engine_error?: string;
}

/**
 * Not searched: restricted names, binary files, files over MAX_SEARCHED_FILE_BYTES, links (their targets are, where
 * they really are). A hit on a line over MAX_SEARCHED_LINE_BYTES is dropped and makes the outcome `truncated`.
 *
 * @throws `INVALID_ARGUMENT` a pattern that is empty, has a line break or is no regular expression; a bad `k` or glob
 * @throws `LIMIT_EXCEEDED` a pattern or globs over their limits
 * @throws `PATH_OUTSIDE_ROOTS`, `PATH_RESTRICTED`, `NOT_FOUND`, `NOT_A_FILE` for `scope`
 * @throws `CANCELLED` once `signal` aborts; the engine has ended by then
 */
export async function searchRegex(options: RegexSearchOptions): Promise<SearchOutcome> {
  const { guard, roots, scope, pattern, signal } = options;
  const deadlineMs = performance.now() + (options.timeoutMs ?? REGEX_SEARCH_TIMEOUT_MS);
  checkPattern(pattern);
  const wanted = resultsWanted(options.k);
  const globs = GlobSet.parse(options.includePatterns ?? [], 'include_patterns');
  throwIfCancelled(signal);
  const places = await searchPlaces(guard, roots, scope);
  const searched = places.filter((place) => place.isFolder || place.size <= MAX_SEARCHED_FILE_BYTES);
  if (searched.length === 0) return { results: [], truncated: places.length > 0 };
  const outcome = await runRipgrep({
    cwd: guard.rootProcPath,
    diskPaths: searched.map((place) => place.diskPath),
    pattern,
    includeGlobs: searched.some((place) => !place.isFolder) ? [] : globs.toRipgrepGlobs(scope),
    restrictedGlobs: guard.restricted.toRipgrepGlobs(),
    isWanted: (path) => !guard.restricted.isRestricted(path) && globs.matches(path, false, scope),
    timeoutMs: Math.max(1, deadlineMs - performance.now()),
    signal,
  });
  throwIfCancelled(signal);
  if (outcome.badPattern !== undefined) {
    throw new RlmError('INVALID_ARGUMENT', `pattern can't be used: ${outcome.badPattern}.`);
  }
  const ranked = rank(outcome.proposals, pattern);
  const verified = await verify(options, ranked, wanted, deadlineMs);
  const isAll = outcome.isComplete && verified.isComplete && searched.length === places.length;
  const error = outcome.fault === undefined ? {} : { engine_error: outcome.fault };
  return { results: verified.results, truncated: !isAll, ...error };
}

function checkPattern(pattern: string): void {
  if (pattern === '') throw new RlmError('INVALID_ARGUMENT', 'pattern is empty.');
  if (pattern.length > MAX_PATTERN_BYTES || Buffer.byteLength(pattern) > MAX_PATTERN_BYTES) {
    throw new RlmError('LIMIT_EXCEEDED', `pattern is longer than ${MAX_PATTERN_BYTES} bytes of UTF-8.`);
  }
  // A line break would end the pattern in the engine's list of patterns and start another one.
  if (/[\n\r\0]/.test(pattern) || !pattern.isWellFormed()) {
    throw new RlmError(
      'INVALID_ARGUMENT',
      'pattern holds a line break, NUL or ill-formed Unicode; it must be one line.',
    );
  }
}

function resultsWanted(k: number): number {
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new RlmError('INVALID_ARGUMENT', 'k must be a whole number from 1.');
  }
  return Math.min(k, MAX_SEARCH_RESULTS);
}

interface Ranked {
  readonly proposal: Proposal;
  readonly text: string;
  readonly at: number;
  readonly score: number;
}

function rank(proposals: readonly Proposal[], pattern: string): Ranked[] {
  // Only of plain text do we know how long a match is.
  const length = /^[\w$ -]+$/.test(pattern) && !pattern.includes('$') ? pattern.length : undefined;
  return proposals
    .map((proposal): Ranked => {
      const text = withoutMark(proposal.text.toString('utf8'));
      const at = proposal.text.toString('utf8', 0, proposal.column).length;
      const score = relevanceOf({ path: proposal.path, text, at, length });
      return { proposal, text, at, score };
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        segmentsOf(a.proposal.path).length - segmentsOf(b.proposal.path).length ||
        comparePaths(a.proposal.path, b.proposal.path) ||
        a.proposal.line - b.proposal.line,
    );
}

/** Reads the best proposals through the guard, until there are enough. */
async function verify(
  options: RegexSearchOptions,
  ranked: readonly Ranked[],
  wanted: number,
  deadlineMs: number,
): Promise<{ results: SearchResult[]; isComplete: boolean }> {
  const results: SearchResult[] = [];
  for (const hit of ranked) {
    throwIfCancelled(options.signal);
    if (results.length >= wanted || performance.now() >= deadlineMs) return { results, isComplete: false };
    const line = await readLine(options, hit.proposal);
    if (line === undefined || line !== hit.text) continue;
    results.push(toResult(hit, line));
  }
  return { results, isComplete: true };
}

async function readLine(options: RegexSearchOptions, proposal: Proposal): Promise<string | undefined> {
  const { guard, facts, roots } = options;
  try {
    const opened = await unlessRefused(guard.open(proposal.path, roots, 'file'));
    if (opened === undefined) return undefined;
    await using _ = opened;
    // ripgrep follows no links, so a file that lies elsewhere is not the one that it found.
    if (opened.path !== proposal.path) return undefined;
    const known = await facts.get(opened);
    if (known.isBinary || proposal.line < 1 || proposal.line > known.totalLines) return undefined;
    const { line } = proposal;
    const { content } = await readSpan(opened, known, line, line, MAX_SEARCHED_LINE_BYTES * 4);
    return withoutMark(content.replace(/\r?\n$/, ''));
  } catch (error) {
    // A file that changes under the search is no longer what was found.
    if (isRlmError(error) && error.code === 'STALE_HANDLE') return undefined;
    throw error;
  }
}

function toResult(hit: Ranked, line: string): SearchResult {
  const snippet = snippetOf(line, hit.at);
  return {
    file_path: hit.proposal.path,
    start_line: hit.proposal.line,
    end_line: hit.proposal.line,
    relevance_score: hit.score,
    snippet,
    snippet_hash: shortHash(createHash('sha256').update(snippet).digest('hex')),
  };
}

/** ripgrep leaves out a byte order mark; readers of a span see it. */
const withoutMark = (line: string): string => (line.startsWith('\ufeff') ? line.slice(1) : line);
