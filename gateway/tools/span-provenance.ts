import type { RecordedSpan } from '../provenance/record.ts';
import type { SessionCall } from './tool.ts';

/** A span's `provenance`, as results carry it. */
export const spanProvenance = (span: RecordedSpan, call: SessionCall) => ({
  file_path: span.file_path,
  start_line: span.start_line,
  end_line: span.end_line,
  content_hash: span.sha256.slice(0, 16),
  source_type: span.source_type,
  repo: call.session.repo,
  commit: call.commit,
  sha256: span.sha256,
});
