import { z } from 'zod';
import { MAX_PATTERN_BYTES } from '../../shared/limits.ts';
import { searchQuery as searchRepository } from '../repo/query-search.ts';
import { QUERY_SEARCH_TIMEOUT_MS } from '../repo/repo-limits.ts';
import { normaliseRepoPath } from '../repo/repo-path.ts';
import { sessionId } from './arguments.ts';
import { searchHits, searchPlace, spansOfHits, wantedResults } from './search-hits.ts';
import { rootsOf } from './session-roots.ts';
import { sessionTool } from './tool.ts';

/** Finds definitions by what they are about. */
export const searchQuery = sessionTool({
  name: 'rlm.search.query',
  title: 'Search by words',
  description:
    'Finds the functions, classes and sections that a question is about, best first. For exact ' +
    'text use rlm_search_regex. Example: {"session_id":"s_…","query":"retry a request after a timeout","scope":"src"}',
  input: z.strictObject({
    session_id: sessionId,
    query: z.string().min(1).max(MAX_PATTERN_BYTES).describe('Words, a sentence or an identifier.'),
    scope: searchPlace.scope,
    k: wantedResults(5),
    include_patterns: searchPlace.include_patterns,
  }),
  output: { results: searchHits, indexed: z.boolean() },
  isReadOnly: true,
  run: async (args, call) => {
    const { guard, facts, index } = call.repository;
    const found = await searchRepository({
      guard,
      facts,
      index,
      roots: rootsOf(call),
      scope: normaliseRepoPath(args.scope, 'scope'),
      query: args.query,
      k: args.k,
      includePatterns: args.include_patterns ?? [],
      signal: call.signal,
      timeoutMs: QUERY_SEARCH_TIMEOUT_MS,
    });
    return { result: { ...found }, spans: spansOfHits(found.results) };
  },
});
