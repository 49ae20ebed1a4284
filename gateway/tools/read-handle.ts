import { z } from 'zod';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { RecordedSpan } from '../provenance/record.ts';
import type { Facts } from '../repo/file-facts.ts';
import type { OpenedPath } from '../repo/opened-path.ts';
import { readSpan } from '../repo/span.ts';
import type { Handle } from '../sessions/handle-store.ts';
import { rootsOf } from './session-roots.ts';
import { spanProvenance } from './span-provenance.ts';
import type { SessionCall, ToolServices } from './tool.ts';

/** What `span.read` and `chunk.get` have in common: lines of a file behind a handle, and their provenance. */
export const spanOutput = {
  label: z.literal('DATA'),
  content: z.string(),
  start_line: z.number(),
  end_line: z.number(),
  total_lines: z.number(),
  hash: z.string(),
  provenance: z.looseObject({}),
  metadata: z.object({ line_count: z.number(), byte_count: z.number(), is_truncated: z.boolean() }),
  warning: z.string().nullable(),
} as const;

/**
 * Opens the file behind a handle, if it is still the file the handle was made for.
 * @throws `STALE_HANDLE` with both hashes, where it is not
 */
export async function openHandle(
  handle: Handle,
  call: SessionCall,
): Promise<{ readonly opened: OpenedPath; readonly facts: Facts }> {
  const opened = await call.repository.guard.open(handle.filePath, rootsOf(call), 'file');
  try {
    const facts = await call.repository.facts.get(opened);
    if (facts.sha256 !== handle.sha256) {
      throw new RlmError('STALE_HANDLE', 'The file has changed since the handle was made.', {
        fields: { old_hash: handle.sha256, new_hash: facts.sha256 },
      });
    }
    return { opened, facts };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

export async function readHandle(
  request: {
    readonly handle: Handle;
    readonly startLine: number;
    readonly endLine: number;
    readonly maxBytes: number;
    readonly sourceType: 'file' | 'chunk';
  },
  call: SessionCall,
  services: ToolServices,
): Promise<{ readonly result: Record<string, unknown>; readonly span: RecordedSpan }> {
  const { handle, sourceType } = request;
  const { opened, facts } = await openHandle(handle, call);
  await using _ = opened;
  const read = await readSpan(opened, facts, request.startLine, request.endLine, request.maxBytes);
  const span: RecordedSpan = {
    file_path: opened.path,
    start_line: read.startLine,
    end_line: read.endLine,
    sha256: read.sha256,
    source_type: sourceType,
  };
  const isRepeated = await services.handles.isRepeatedSpan(call.session.id, span);
  const hash = read.sha256.slice(0, 16);
  return {
    span,
    result: {
      label: 'DATA',
      content: read.content,
      start_line: read.startLine,
      end_line: read.endLine,
      total_lines: facts.totalLines,
      hash,
      provenance: spanProvenance(span, call),
      metadata: { line_count: read.lineCount, byte_count: read.byteCount, is_truncated: read.isTruncated },
      warning: isRepeated ? 'This session has read exactly these lines before.' : null,
    },
  };
}
