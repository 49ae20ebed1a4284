import type { ErrorCode } from '../../shared/errors/codes.ts';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { HEADER, isRefusal, type Refusal } from '../../shared/wire-names.ts';
import type { HttpAnswer } from './post-json.ts';

const BY_REFUSAL: Partial<Record<Refusal, readonly [ErrorCode, string]>> = {
  clock_skew: ['CLOCK_SKEW', 'refused the enrolment because this machine’s clock is too far off'],
  too_many: ['TOO_MANY_CONNECTIONS', 'is being asked too often; wait a minute'],
  unavailable: ['GATEWAY_UNREACHABLE', 'cannot enrol anybody at the moment'],
};

const REFUSED: readonly [ErrorCode, string] = [
  'INVITATION_INVALID',
  'refused the invitation: it was used, has expired, or was withdrawn',
];

/**
 * What an answer other than success means. It is not signed, so it is a hint and no more: nothing is stored or
 * forgotten because of it. An answer without our header comes from something in between, or from no gateway.
 */
export function refusalOf({ status, headers }: HttpAnswer, origin: string): RlmError {
  const refusal = headers.get(HEADER.refusal) ?? '';
  const [code, what] = isRefusal(refusal) ? (BY_REFUSAL[refusal] ?? REFUSED) : byStatus(status);
  return new RlmError(code, `The gateway at ${origin} ${what} (HTTP ${status}).`);
}

function byStatus(status: number): readonly [ErrorCode, string] {
  if ([401, 403, 409, 410].includes(status)) return REFUSED;
  if (status === 429) return ['TOO_MANY_CONNECTIONS', 'is being asked too often; wait a minute'];
  if (status === 502 || status === 503 || status === 504) {
    return ['GATEWAY_UNREACHABLE', 'is not up behind the proxy that answers for it'];
  }
  // RFC 9110 section 15.5.20.
  if (status === 421) return ['NOT_A_GATEWAY', 'does not know itself by this address'];
  return ['NOT_A_GATEWAY', 'does not offer enrolment, so it may be no gateway'];
}
