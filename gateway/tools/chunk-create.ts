import { z } from 'zod';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_CHUNK_LINES, MAX_CHUNKS_PER_CREATE } from '../../shared/limits.ts';
import { planChunks, planSymbolChunks } from '../repo/chunk-plan.ts';
import { readText } from '../repo/read-text.ts';
import { outline } from '../repo/symbol-outline.ts';
import { fileHandle, sessionId } from './arguments.ts';
import { openHandle } from './read-handle.ts';
import { sessionTool } from './tool.ts';

/** Cuts a file into chunks that `chunk.get` reads. */
export const chunkCreate = sessionTool({
  name: 'rlm.chunk.create',
  title: 'Cut a file into chunks',
  description:
    'Cuts a file into chunks, by lines or by definitions (strategy "symbol"), and gives their ids and line ranges; ' +
    'read them with rlm_chunk_get. For a known place use rlm_span_read. Example: {"session_id":"s_…","file_handle":"h_…","strategy":"symbol"}',
  input: z.strictObject({
    session_id: sessionId,
    file_handle: fileHandle,
    strategy: z.enum(['line_based', 'symbol']).default('line_based'),
    chunk_size: z.number().int().min(1).max(MAX_CHUNK_LINES).default(100),
    overlap: z
      .number()
      .int()
      .min(0)
      .max(MAX_CHUNK_LINES - 1)
      .default(10)
      .describe('Lines a chunk shares with the one before.'),
    budget: z.number().int().min(1).max(MAX_CHUNKS_PER_CREATE).default(10),
  }),
  output: {
    chunk_ids: z.array(z.string()),
    total_chunks: z.number(),
    chunks: z.array(
      z.object({
        chunk_id: z.string(),
        start_line: z.number(),
        end_line: z.number(),
        symbol: z.string().optional(),
      }),
    ),
  },
  isReadOnly: true,
  check: ({ strategy, overlap, chunk_size }) => {
    if (strategy === 'line_based' && overlap >= chunk_size) {
      throw new RlmError('INVALID_ARGUMENT', 'The argument overlap must be less than chunk_size.');
    }
  },
  run: async (args, call, services) => {
    const handle = await services.handles.findHandle(call.session.id, args.file_handle);
    const { opened, facts } = await openHandle(handle, call);
    await using _ = opened;
    const { totalLines } = facts;
    const { budget, overlap, chunk_size: chunkSize } = args;
    const plan =
      args.strategy === 'symbol'
        ? planSymbolChunks({
            totalLines,
            symbols: outline(await readText(opened, facts), opened.path),
            budget,
          })
        : planChunks({ totalLines, chunkSize, overlap, budget });
    const { chunks, writes } = services.handles.createChunks(
      call.session.id,
      handle.id,
      plan.map((part) => ({
        startLine: part.start_line,
        endLine: part.end_line,
        symbol: part.symbol ?? null,
      })),
    );
    return {
      writes,
      result: {
        chunk_ids: chunks.map((chunk) => chunk.id),
        total_chunks: chunks.length,
        chunks: chunks.map((chunk) => ({
          chunk_id: chunk.id,
          start_line: chunk.startLine,
          end_line: chunk.endLine,
          ...(chunk.symbol === null ? {} : { symbol: chunk.symbol }),
        })),
      },
    };
  },
});
