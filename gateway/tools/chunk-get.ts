import { z } from 'zod';
import { maxBytes, sessionId } from './arguments.ts';
import { readHandle, spanOutput } from './read-handle.ts';
import { sessionTool } from './tool.ts';

/** Reads one chunk. */
export const chunkGet = sessionTool({
  name: 'rlm.chunk.get',
  title: 'Read a chunk',
  description: 'Reads one chunk that rlm_chunk_create made. Example: {"session_id":"s_…","chunk_id":"c_…"}',
  input: z.strictObject({
    session_id: sessionId,
    chunk_id: z.string().min(1).max(64).describe('Id from rlm_chunk_create.'),
    max_bytes: maxBytes,
  }),
  output: { chunk_id: z.string(), file_path: z.string(), ...spanOutput },
  isReadOnly: true,
  run: async (args, call, services) => {
    const chunk = await services.handles.findChunk(call.session.id, args.chunk_id);
    const handle = await services.handles.findHandle(call.session.id, chunk.handleId);
    const { result, span } = await readHandle(
      {
        handle,
        startLine: chunk.startLine,
        endLine: chunk.endLine,
        maxBytes: args.max_bytes,
        sourceType: 'chunk',
      },
      call,
      services,
    );
    return { result: { chunk_id: chunk.id, file_path: span.file_path, ...result }, spans: [span] };
  },
});
