import { z } from 'zod';
import { MAX_FS_LIST_ITEMS } from '../../shared/limits.ts';
import { buildManifest } from '../repo/manifest.ts';
import { normaliseRepoPath } from '../repo/repo-path.ts';
import { cursor, repoPath, sessionId } from './arguments.ts';
import { rootsOf } from './session-roots.ts';
import { sessionTool } from './tool.ts';

/** Lists all files below a folder with sizes, hashes and line counts. */
export const fsManifest = sessionTool({
  name: 'rlm.fs.manifest',
  title: 'Manifest of files',
  description:
    'Lists every file below a folder with size, hash and number of lines: an inventory, by pages. To look around ' +
    'use rlm_fs_list, which is cheaper. Example: {"session_id":"s_…","root":"src"}',
  input: z.strictObject({
    session_id: sessionId,
    root: repoPath('Folder, relative to the repository; "." is its root.'),
    cursor,
  }),
  output: {
    files: z.array(z.object({ path: z.string(), size: z.number(), hash: z.string(), lines: z.number() })),
    total_size: z.number().describe('Bytes of the files on this page.'),
    truncated: z.boolean(),
    next_cursor: z.string().optional(),
  },
  isReadOnly: true,
  run: async (args, call) => {
    const { nextCursor, ...page } = await buildManifest({
      guard: call.repository.guard,
      facts: call.repository.facts,
      roots: rootsOf(call),
      root: normaliseRepoPath(args.root, 'root'),
      cursor: args.cursor,
      limit: MAX_FS_LIST_ITEMS,
      signal: call.signal,
    });
    return { result: { ...page, ...(nextCursor === undefined ? {} : { next_cursor: nextCursor }) } };
  },
});
