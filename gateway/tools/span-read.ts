import { z } from 'zod';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { MAX_SPAN_LINES } from '../../shared/limits.ts';
import { fileHandle, maxBytes, sessionId } from './arguments.ts';
import { readHandle, spanOutput } from './read-handle.ts';
import { sessionTool } from './tool.ts';

/** 1-based. */
export const lineNumber = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** @throws `INVALID_ARGUMENT` lines in the wrong order; `LIMIT_EXCEEDED` more of them than a span has */
export function assertSpanRange(range: { readonly start_line: number; readonly end_line: number }): void {
  const { start_line, end_line } = range;
  if (end_line < start_line) {
    throw new RlmError('INVALID_ARGUMENT', 'The argument end_line must not be less than start_line.');
  }
  const lines = end_line - start_line + 1;
  if (lines > MAX_SPAN_LINES) {
    throw new RlmError(
      'LIMIT_EXCEEDED',
      `A span has at most ${MAX_SPAN_LINES} lines; ${lines} were asked for.`,
    );
  }
}

/** Reads a bounded span of lines. */
export const spanRead = sessionTool({
  name: 'rlm.span.read',
  title: 'Read lines',
  description:
    `Reads lines start_line to end_line (1-based, inclusive, at most ${MAX_SPAN_LINES}) of a file by its handle. Read ` +
    'little, where a search or listing has pointed. Example: {"session_id":"s_…","file_handle":"h_…","start_line":1,"end_line":80}',
  input: z.strictObject({
    session_id: sessionId,
    file_handle: fileHandle,
    start_line: lineNumber,
    end_line: lineNumber,
    max_bytes: maxBytes,
  }),
  output: spanOutput,
  isReadOnly: true,
  check: assertSpanRange,
  run: async (args, call, services) => {
    const handle = await services.handles.findHandle(call.session.id, args.file_handle);
    const { result, span } = await readHandle(
      {
        handle,
        startLine: args.start_line,
        endLine: args.end_line,
        maxBytes: args.max_bytes,
        sourceType: 'file',
      },
      call,
      services,
    );
    return { result, spans: [span] };
  },
});
