import { RlmError } from '../errors/rlm-error.ts';

/** A chain that leads to no trusted authority: trying further authorities may help. */
const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
]);

/** A certificate that no further authority would mend. */
const UNFIT = new Set([
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_SIGNATURE_FAILURE',
  'CERT_REVOKED',
  'CERT_REJECTED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'CERT_CHAIN_TOO_LONG',
  'HOSTNAME_MISMATCH',
]);

/** In words a person knows, for the sentence. */
const NETWORK: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'the name service did not answer'],
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'the connection was cut'],
  ['EPIPE', 'the connection was cut'],
  ['ETIMEDOUT', 'no answer'],
  ['ABORT_ERR', 'no answer in time'],
  ['EHOSTUNREACH', 'no route to it'],
  ['ENETUNREACH', 'no network'],
  ['ENETDOWN', 'no network'],
  ['EADDRNOTAVAIL', 'no network'],
]);

/** Of a gateway, or of the proxy in front of it, whose error {@link connectError} has put into our codes already. */
export const isUntrustedChain = (error: unknown): boolean =>
  UNTRUSTED.has(codeOf(error instanceof RlmError ? error.cause : error));

/**
 * What a failed connection means, in our codes. Nothing the other side wrote is repeated: it is not authenticated.
 *
 * @param authority `host[:port]`, for the sentence
 */
export function connectError(cause: unknown, authority: string): RlmError {
  if (cause instanceof RlmError) return cause;
  const code = codeOf(cause);
  const isTls = code === 'EPROTO' || code.startsWith('ERR_SSL_');
  if (!isTls && !code.startsWith('HPE_')) return peerError(cause, authority);
  const what = isTls ? 'TLS 1.3' : 'HTTP';
  return new RlmError('NOT_A_GATEWAY', `What answers at ${authority} does not speak ${what}.`, { cause });
}

/**
 * The same where what answers need not be a gateway: a proxy.
 *
 * @param name for the sentence
 */
export function peerError(cause: unknown, name: string): RlmError {
  const code = codeOf(cause);
  if (UNTRUSTED.has(code)) {
    return new RlmError(
      'CERTIFICATE_UNTRUSTED',
      `The certificate of ${name} comes from no authority that this machine trusts (${code}).`,
      { cause },
    );
  }
  if (UNFIT.has(code)) {
    return new RlmError(
      'CERTIFICATE_UNTRUSTED',
      `The certificate of ${name} is not for this name or use (${code}).`,
      { cause },
    );
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const when = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet';
    return new RlmError(
      'CERTIFICATE_EXPIRED',
      `The certificate of ${name} ${when}, by this machine's clock. If the clock is right: ask its administrator to renew it.`,
      { cause },
    );
  }
  return new RlmError(
    'GATEWAY_UNREACHABLE',
    `Could not reach ${name} (${NETWORK.get(code) ?? (code || 'no connection')}).`,
    { cause },
  );
}

/** The error's code; of several addresses tried, the first one's. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && !('code' in error && error.code)) return codeOf(error.errors[0]);
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : '';
}
