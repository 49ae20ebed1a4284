import { z } from 'zod';
import { MAX_FS_LIST_ITEMS, MAX_LIST_DEPTH } from '../../shared/limits.ts';
import { listTree } from '../repo/list-tree.ts';
import { normaliseRepoPath } from '../repo/repo-path.ts';
import { cursor, globs, repoPath, sessionId } from './arguments.ts';
import { rootsOf } from './session-roots.ts';
import { sessionTool } from './tool.ts';

const entry = z.object({
  type: z.enum(['file', 'directory', 'truncated']),
  path: z.string(),
  size: z.number().optional(),
  hash: z.string().optional(),
  item_count: z.number().optional(),
  message: z.string().optional(),
});

/** Lists folders. */
export const fsList = sessionTool({
  name: 'rlm.fs.list',
  title: 'List folders',
  description:
    'Lists files and folders below a folder, to a depth, optionally only names that match globs. Use it to find ' +
    'your way; to find text use rlm_search_regex. Example: {"session_id":"s_…","root":"src","depth":1,"patterns":["*.ts"]}',
  input: z.strictObject({
    session_id: sessionId,
    root: repoPath('Folder to list, relative to the repository; "." is its root.'),
    depth: z.number().int().min(1).max(MAX_LIST_DEPTH).default(2),
    patterns: globs('Git-style globs; without a slash they match names at any level.'),
    cursor,
  }),
  output: { entries: z.array(entry), next_cursor: z.string().optional() },
  isReadOnly: true,
  run: async (args, call) => {
    const { entries, nextCursor } = await listTree({
      guard: call.repository.guard,
      facts: call.repository.facts,
      roots: rootsOf(call),
      root: normaliseRepoPath(args.root, 'root'),
      depth: args.depth,
      patterns: args.patterns ?? [],
      cursor: args.cursor,
      limit: MAX_FS_LIST_ITEMS,
      signal: call.signal,
    });
    return { result: { entries, ...(nextCursor === undefined ? {} : { next_cursor: nextCursor }) } };
  },
});
