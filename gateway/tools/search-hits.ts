import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MAX_SEARCH_RESULTS } from '../../shared/limits.ts';
import type { RecordedSpan } from '../provenance/record.ts';
import { globs, repoPath } from './arguments.ts';

/** What both searches take beside their question. */
export const searchPlace = {
  scope: repoPath('Folder or file; "." is all of the session’s roots.'),
  include_patterns: globs('Only files that match a glob.'),
} as const;

/** How many results are wanted; more than there may be is clamped. */
export const wantedResults = (usual: number) =>
  z
    .number()
    .int()
    .min(1)
    .default(usual)
    .transform((k) => Math.min(k, MAX_SEARCH_RESULTS))
    .describe(`Results, at most ${MAX_SEARCH_RESULTS}.`);

/** What both searches give, the best first. */
export const searchHits = z.array(
  z.object({
    file_path: z.string(),
    start_line: z.number(),
    end_line: z.number(),
    relevance_score: z.number(),
    snippet: z.string(),
    snippet_hash: z.string(),
    symbol: z.string().optional(),
  }),
);

/** Hits as the record keeps them: their places, and the hash of what of them leaves. */
export const spansOfHits = (
  hits: readonly Pick<
    z.output<typeof searchHits>[number],
    'file_path' | 'start_line' | 'end_line' | 'snippet'
  >[],
): readonly RecordedSpan[] =>
  hits.map((hit) => ({
    file_path: hit.file_path,
    start_line: hit.start_line,
    end_line: hit.end_line,
    sha256: createHash('sha256').update(hit.snippet).digest('hex'),
    source_type: 'file',
  }));
