import { RlmError } from '../../shared/errors/rlm-error.ts';
import { fingerprint, PUBLIC_KEY_BYTES, publicKeyFromRaw, verifyEd25519 } from '../../shared/keys/ed25519.ts';
import { headerMapFromRaw } from '../../shared/signatures/header-map.ts';
import { type RequestTies, verifyAnswer } from '../../shared/signatures/upgrade-answer.ts';
import { HEADER, isRefusal, type Refusal } from '../../shared/wire-names.ts';

/** An answer that the pinned gateway signed for our very request. */
export type CheckedAnswer =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      /** The gateway's clock, Unix seconds. */
      readonly timeS: number | null;
      readonly retryAfterMs: number | null;
    };

/**
 * Checks who answered an upgrade, `101` and refusals alike, before anything it says is believed: first the identity
 * key against the pin, then the signature. Without this a proxy could forge "revoked" and send a developer to
 * throw away a good key, or take the place of the gateway with a certificate this machine happens to trust.
 *
 * @param rawHeaders as Node received them, doubles included
 * @throws `NOT_A_GATEWAY` nothing there speaks as a gateway would
 * @throws `GATEWAY_MISMATCH` another identity, or a signature that is not the pinned key's
 * @see docs/wire.md [UP2]
 */
export function checkAnswer(
  unverified: { readonly status: number; readonly rawHeaders: readonly string[] },
  ties: RequestTies,
  pin: string,
  authority: string,
): CheckedAnswer {
  const notAGateway = (): RlmError =>
    new RlmError(
      'NOT_A_GATEWAY',
      `What answers at ${authority} is no rlm-gateway (HTTP ${unverified.status}, not signed).`,
    );
  const headers = headerMapFromRaw(unverified.rawHeaders);
  const rawKey = Buffer.from(headers?.get(HEADER.gatewayKey) ?? '', 'base64url');
  if (headers === null || rawKey.length !== PUBLIC_KEY_BYTES) throw notAGateway();
  const found = fingerprint(rawKey);
  if (found !== pin) {
    throw new RlmError(
      'GATEWAY_MISMATCH',
      `The gateway at ${authority} has the identity ${found}, but ${pin} is pinned. Nothing was sent to it.`,
    );
  }
  const key = publicKeyFromRaw(rawKey);
  const isSigned =
    key !== null &&
    verifyAnswer({ status: unverified.status, headers }, ties, (message, signature) =>
      verifyEd25519(key, message, signature),
    );
  if (!isSigned) {
    throw new RlmError(
      'GATEWAY_MISMATCH',
      `The answer of ${authority} is not signed by the pinned gateway: something between may have changed it. Nothing was sent.`,
    );
  }
  if (unverified.status === 101) return { kind: 'accepted' };
  const refusal = headers.get(HEADER.refusal) ?? '';
  if (!isRefusal(refusal)) {
    throw new RlmError(
      'NOT_A_GATEWAY',
      `The gateway at ${authority} refused for a reason that this rlm-bridge does not know; it may be too old.`,
    );
  }
  return {
    kind: 'refused',
    refusal,
    timeS: wholeNumber(headers.get(HEADER.time)),
    retryAfterMs: wholeNumber(headers.get(HEADER.retryAfter)),
  };
}

const wholeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^[0-9]{1,12}$/.test(text) ? Number(text) : null;
