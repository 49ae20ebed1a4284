import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MAX_PATTERN_BYTES, MAX_SEARCH_RESULTS } from '../../shared/limits.ts';
import { searchQuery as searchRepository } from '../repo/query-search.ts';
import { QUERY_SEARCH_TIMEOUT_MS } from '../repo/repo-limits.ts';
import { normaliseRepoPath } from '../repo/repo-path.ts';
import { globs, repoPath, sessionId } from './arguments.ts';
import { rootsOf } from './session-roots.ts';
import { sessionTool } from './tool.ts';

const result = z.object({
  file_path: z.string(),
  start_line: z.number(),
  end_line: z.number(),
  relevance_score: z.number(),
  snippet: z.string(),
  snippet_hash: z.string(),
  symbol: z.string().optional(),
});

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
    scope: repoPath('Folder or file; "." is all of the session’s roots.'),
    k: z
      .number()
      .int()
      .min(1)
      .default(5)
      .transform((k) => Math.min(k, MAX_SEARCH_RESULTS))
      .describe(`Results, at most ${MAX_SEARCH_RESULTS}.`),
    include_patterns: globs('Only files that match a glob.'),
  }),
  output: { results: z.array(result), indexed: z.boolean() },
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
    return {
      result: { ...found },
      spans: found.results.map((hit) => ({
        file_path: hit.file_path,
        start_line: hit.start_line,
        end_line: hit.end_line,
        sha256: createHash('sha256').update(hit.snippet).digest('hex'),
        source_type: 'file',
      })),
    };
  },
});
