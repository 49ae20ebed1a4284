import { z } from 'zod';
import { MAX_PATTERN_BYTES, REGEX_SEARCH_TIMEOUT_MS } from '../../shared/limits.ts';
import { searchRegex as searchRepository } from '../repo/regex-search.ts';
import { normaliseRepoPath } from '../repo/repo-path.ts';
import { sessionId } from './arguments.ts';
import { searchHits, searchPlace, spansOfHits, wantedResults } from './search-hits.ts';
import { rootsOf } from './session-roots.ts';
import { sessionTool } from './tool.ts';

/** Finds lines by regular expression. */
export const searchRegex = sessionTool({
  name: 'rlm.search.regex',
  title: 'Search by regular expression',
  description:
    'Finds lines that match a regular expression (Rust syntax, as in ripgrep; no look-around or back-references), ' +
    'best first. The quickest way to where something is. Example: {"session_id":"s_…","pattern":"fn parse_\\\\w+","scope":"src","include_patterns":["*.rs"]}',
  input: z.strictObject({
    session_id: sessionId,
    pattern: z.string().min(1).max(MAX_PATTERN_BYTES).describe('Regular expression, matched line by line.'),
    scope: searchPlace.scope,
    k: wantedResults(10),
    include_patterns: searchPlace.include_patterns,
  }),
  output: { results: searchHits, truncated: z.boolean(), engine_error: z.string().optional() },
  isReadOnly: true,
  run: async (args, call) => {
    const found = await searchRepository({
      guard: call.repository.guard,
      facts: call.repository.facts,
      roots: rootsOf(call),
      scope: normaliseRepoPath(args.scope, 'scope'),
      pattern: args.pattern,
      k: args.k,
      includePatterns: args.include_patterns ?? [],
      signal: call.signal,
      timeoutMs: REGEX_SEARCH_TIMEOUT_MS,
    });
    return { result: { ...found }, spans: spansOfHits(found.results) };
  },
});
