import type { ErrorCode } from '../../shared/errors/codes.ts';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { type Refusal, SUBPROTOCOL } from '../../shared/wire-names.ts';

/** What each signed refusal means to a developer: our code, and what happened. */
const MEANING: Readonly<Record<Refusal, readonly [ErrorCode, string]>> = {
  bad_request: ['NOT_A_GATEWAY', 'did not understand the request; this rlm-bridge may be too old for it.'],
  wrong_protocol: [
    'NOT_A_GATEWAY',
    `does not speak ${SUBPROTOCOL}; rlm-bridge and gateway are of different ages.`,
  ],
  key_unknown: ['KEY_UNKNOWN', 'does not know this API key.'],
  key_revoked: ['KEY_REVOKED', 'says that this API key was revoked.'],
  key_expired: ['KEY_EXPIRED', 'says that this API key has expired.'],
  key_exposed: ['KEY_REVOKED', 'says that this API key was sent in the open, so it must be replaced.'],
  signature_invalid: ['SIGNATURE_REFUSED', 'knows this key id, but the signature is not by its key.'],
  clock_skew: ['CLOCK_SKEW', 'says that this machine’s clock is wrong, and correcting for it did not help.'],
  replayed: ['GATEWAY_UNREACHABLE', 'had seen this sign-in before.'],
  channel_mismatch: [
    'GATEWAY_MISMATCH',
    'sees another TLS connection than this end does: something between the two opens TLS. Nothing was sent.',
  ],
  not_allowed: ['NOT_ALLOWED', 'does not allow this API key here.'],
  too_many: ['TOO_MANY_CONNECTIONS', 'has too many connections of this API key.'],
  unavailable: ['GATEWAY_UNREACHABLE', 'is not ready to take connections.'],
};

/** The error for a refusal that was signed by the pinned gateway. */
export function refusalError(refusal: Refusal, authority: string, retryAfterMs: number | null): RlmError {
  const [code, what] = MEANING[refusal];
  return new RlmError(code, `The gateway at ${authority} ${what}`, {
    fields: retryAfterMs === null ? {} : { retry_after_ms: retryAfterMs },
  });
}
