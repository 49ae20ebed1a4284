import type { ErrorCode } from '../../shared/errors/codes.ts';
import type { RlmError } from '../../shared/errors/rlm-error.ts';
import { BACKOFF_MAX_MS, BACKOFF_MIN_MS, REFUSED_RETRY_MS } from '../../shared/limits.ts';

/** What to do after a failed dial. */
export type Retry =
  /** Try again by itself, after a growing wait. */
  | { readonly kind: 'backoff' }
  /** Only a person can mend it: answer requests with the error, and try again when one comes, at most this often. */
  | { readonly kind: 'on-demand'; readonly afterMs: number };

/** Milliseconds between looks at what lies on this machine: a file or the keychain, cheap to read again. */
const LOCAL_RETRY_MS = 1_000;
/** The same for what a network may mend by itself: a captive portal's certificate, a load balancer's error page. */
const NETWORK_RETRY_MS = 5_000;
/** While a person waits for an answer the backoff stays below this. */
const WAITED_FOR_MAX_MS = 2_000;
/** A gateway may ask for a pause, but not switch a bridge off. */
const MAX_ASKED_PAUSE_MS = 60_000;

const LOCAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SETTINGS_INVALID',
  'GATEWAY_NOT_SET',
  'GATEWAY_NOT_TRUSTED',
  'KEY_MISSING',
  'KEY_MALFORMED',
  'KEY_FILE_UNSAFE',
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_UNAVAILABLE',
]);
const NETWORK: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NOT_A_GATEWAY',
  'CERTIFICATE_UNTRUSTED',
  'CERTIFICATE_EXPIRED',
]);
const TRANSIENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['GATEWAY_UNREACHABLE', 'TOO_MANY_CONNECTIONS']);

export function retryAfter(error: RlmError): Retry {
  if (TRANSIENT.has(error.code)) return { kind: 'backoff' };
  if (LOCAL.has(error.code)) return { kind: 'on-demand', afterMs: LOCAL_RETRY_MS };
  if (NETWORK.has(error.code)) return { kind: 'on-demand', afterMs: NETWORK_RETRY_MS };
  return { kind: 'on-demand', afterMs: REFUSED_RETRY_MS };
}

/**
 * Exponential backoff with full jitter, so that bridges which lost the same gateway do not come back in one wave.
 *
 * @param attempt 0 for the first
 * @param isWaitedFor whether a request waits for the outcome
 * @param random in [0, 1)
 */
export function backoffMs(attempt: number, isWaitedFor: boolean, random: number): number {
  const ceiling = isWaitedFor ? WAITED_FOR_MAX_MS : BACKOFF_MAX_MS;
  return Math.floor(random * Math.min(ceiling, BACKOFF_MIN_MS * 2 ** Math.min(attempt, 20)));
}

/** Milliseconds the gateway itself asked to wait, bounded; `null` where it did not. */
export function askedPauseMs(error: RlmError): number | null {
  const asked = error.fields['retry_after_ms'];
  return typeof asked === 'number' ? Math.min(asked, MAX_ASKED_PAUSE_MS) : null;
}
