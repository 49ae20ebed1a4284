import { createHmac } from 'node:crypto';
import type { ErrorCode } from '../../shared/errors/codes.ts';

/**
 * One call, as the log keeps it: who, when, which session, tool, repository and commit, which spans with their
 * full hashes, how much went out, how it ended and how long it took. Arguments stand in it only as a keyed
 * commitment, since a plain hash of a short pattern or path can be guessed.
 */
export interface CallRecord {
  /** Version of this form; the first field of every leaf. */
  readonly v: 1;
  /** Unix milliseconds. */
  readonly at: number;
  readonly key_id: string;
  /** The bridge process, or `null` for other callers. */
  readonly instance: string | null;
  readonly session_id: string | null;
  /** Canonical, dotted. */
  readonly tool: string;
  readonly repo: string | null;
  readonly commit: string | null;
  readonly outcome: 'ok' | ErrorCode;
  readonly duration_ms: number;
  /** UTF-8 bytes of the answer. */
  readonly output_bytes: number;
  /** HMAC-SHA256 over the arguments as received, hex; `null` where they are nested too deep to be written. */
  readonly arguments_commitment: string | null;
  readonly spans: readonly RecordedSpan[];
}

/** Lines of a file that left the gateway, and the SHA-256 of the content that was returned. */
export interface RecordedSpan {
  readonly file_path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly sha256: string;
  readonly source_type: 'file' | 'chunk' | 'execution';
}

/** The exact bytes that are chained and, one day, exported: no canonical form is needed, nothing is re-made. */
export const leafBytes = (record: CallRecord): Uint8Array => Buffer.from(JSON.stringify(record), 'utf8');

export function commitArguments(secret: Uint8Array, unverifiedArguments: unknown): string | null {
  let text: string;
  try {
    text = JSON.stringify(unverifiedArguments) ?? '';
  } catch {
    // `JSON.parse` takes any depth, `JSON.stringify` has only the stack. No tool takes such arguments, so the call is
    // refused; its record must not fail for it.
    return null;
  }
  return createHmac('sha256', secret).update(text).digest('hex');
}
