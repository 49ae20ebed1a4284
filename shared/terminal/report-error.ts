import { isRlmError, RlmError } from '../errors/rlm-error.ts';
import { paint } from './colour.ts';
import { escapeControl } from './escape-control.ts';
import { Interrupted } from './interrupted.ts';
import { say, type Terminal } from './streams.ts';

/** An error as a person or a script gets to see it. */
export interface ErrorReport {
  readonly code: string;
  /** What happened. */
  readonly message: string;
  /** The cause, where there is one that says more: `ECONNREFUSED`, a file's `EACCES`. */
  readonly detail?: string;
  /** What to do. */
  readonly next?: string;
}

/**
 * Says on standard error what happened, the detail, and the next command; with `isJson` as one JSON object on
 * one line, `{"error": {code, message, detail?, next?}}`. An interruption is not reported: the user knows.
 */
export function reportError(terminal: Terminal, error: unknown, { isJson = false } = {}): void {
  if (error instanceof Interrupted) return;
  const report = describeError(error);
  if (isJson) {
    say(terminal, JSON.stringify({ error: report }));
    return;
  }
  const { message, detail, next } = report;
  const tail = detail === undefined ? '' : ` (${detail})`;
  say(terminal, `${paint(terminal, 'red', 'Error:')} ${escapeControl(message)}${escapeControl(tail)}`);
  if (next !== undefined) say(terminal, escapeControl(next));
}

export function describeError(error: unknown): ErrorReport {
  const known = isRlmError(error)
    ? error
    : new RlmError('FAILED', `Something went wrong that this command did not expect: ${nameOf(error)}.`, {
        cause: error,
      });
  const detail = systemDetail(known.cause);
  return {
    code: known.code,
    message: known.message,
    ...(detail === undefined || known.message.includes(detail) ? {} : { detail }),
    ...(known.next === '' ? {} : { next: known.next }),
  };
}

/** `ECONNREFUSED`, `ERR_TLS_CERT_ALTNAME_INVALID`. */
const SYSTEM_CODE = /^E[A-Z0-9_]+$/;

/** The code of a system error. Its message stays out: it may repeat what a peer or a file said. */
function systemDetail(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined;
  if (!SYSTEM_CODE.test(cause.code)) return undefined;
  const call = 'syscall' in cause && typeof cause.syscall === 'string' ? ` from ${cause.syscall}` : '';
  return `${cause.code}${call}`;
}

const nameOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'no error object';
