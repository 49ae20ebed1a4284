import { z } from 'zod';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { normaliseRepoPath } from '../repo/repo-path.ts';
import { repoPath, sessionId } from './arguments.ts';
import { rootsOf } from './session-roots.ts';
import { sessionTool } from './tool.ts';

/** Gives a handle to a text file, as it is now. */
export const fsHandleCreate = sessionTool({
  name: 'rlm.fs.handle.create',
  title: 'Open a file',
  description:
    'Gives a handle to one text file; rlm_span_read and rlm_chunk_create need it. A handle stands for the file as ' +
    'it is now. Example: {"session_id":"s_…","file_path":"src/main.ts"}',
  input: z.strictObject({
    session_id: sessionId,
    file_path: repoPath('File, relative to the repository.'),
  }),
  output: {
    file_handle: z.string(),
    file_path: z.string(),
    total_lines: z.number(),
    size: z.number(),
    sha256: z.string(),
  },
  isReadOnly: true,
  run: async (args, call, services) => {
    const path = normaliseRepoPath(args.file_path, 'file_path');
    await using opened = await call.repository.guard.open(path, rootsOf(call), 'file');
    const facts = await call.repository.facts.get(opened);
    if (facts.isBinary) throw new RlmError('BINARY_FILE', 'That file is binary.');
    const { handle, write } = services.handles.createHandle(call.session.id, {
      filePath: opened.path,
      sha256: facts.sha256,
      size: facts.size,
      totalLines: facts.totalLines,
    });
    return {
      writes: [write],
      result: {
        file_handle: handle.id,
        file_path: handle.filePath,
        total_lines: handle.totalLines,
        size: handle.size,
        sha256: handle.sha256,
      },
    };
  },
});
