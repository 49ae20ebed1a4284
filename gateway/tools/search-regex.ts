import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MAX_PATTERN_BYTES, MAX_SEARCH_RESULTS, REGEX_SEARCH_TIMEOUT_MS } from '../../shared/limits.ts';
import { searchRegex as searchRepository } from '../repo/regex-search.ts';
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
    scope: repoPath('Folder or file; "." is all of the session’s roots.'),
    k: z
      .number()
      .int()
      .min(1)
      .default(10)
      .transform((k) => Math.min(k, MAX_SEARCH_RESULTS))
      .describe(`Results, at most ${MAX_SEARCH_RESULTS}.`),
    include_patterns: globs('Only files that match a glob.'),
  }),
  output: { results: z.array(result), truncated: z.boolean(), engine_error: z.string().optional() },
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
