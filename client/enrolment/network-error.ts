import type { ErrorCode } from '../../shared/errors/codes.ts';
import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';

/** What Node calls a certificate it does not like, and what we do. */
const BY_TLS_CODE: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  CERT_HAS_EXPIRED: ['CERTIFICATE_EXPIRED', 'shows a certificate that has expired'],
  CERT_NOT_YET_VALID: ['CERTIFICATE_EXPIRED', 'shows a certificate that is not valid yet'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['CERTIFICATE_UNTRUSTED', 'shows a certificate for another name'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['CERTIFICATE_UNTRUSTED', 'shows a self-signed certificate'],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'CERTIFICATE_UNTRUSTED',
    'shows a certificate of a CA that is not trusted here',
  ],
  UNABLE_TO_GET_ISSUER_CERT: [
    'CERTIFICATE_UNTRUSTED',
    'shows a certificate of a CA that is not trusted here',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'CERTIFICATE_UNTRUSTED',
    'shows a certificate of a CA that is not trusted here',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'CERTIFICATE_UNTRUSTED',
    'shows a certificate of a CA that is not trusted here',
  ],
  EPROTO: ['NOT_A_GATEWAY', 'does not speak TLS'],
  HPE_INVALID_CONSTANT: ['NOT_A_GATEWAY', 'does not speak HTTP'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['NOT_A_GATEWAY', 'does not speak TLS'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['NOT_A_GATEWAY', 'does not speak TLS'],
};

/** Turns whatever a connection failed with into one of our errors. */
export function networkError(error: unknown, origin: string, isLate: boolean): RlmError {
  if (isRlmError(error)) return error;
  if (isLate) {
    return new RlmError('GATEWAY_UNREACHABLE', `Nothing at ${origin} answered in time.`, { cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown failure';
  const known = Object.hasOwn(BY_TLS_CODE, code) ? BY_TLS_CODE[code] : undefined;
  if (known !== undefined)
    return new RlmError(known[0], `What answers at ${origin} ${known[1]}.`, { cause: error });
  return new RlmError('GATEWAY_UNREACHABLE', `Could not reach ${origin} (${code}).`, { cause: error });
}
