import { z } from 'zod';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { ApiKey } from '../../shared/keys/api-key.ts';
import { fingerprint, publicKeyFromRaw, verifyEd25519 } from '../../shared/keys/ed25519.ts';
import type { Invitation } from '../../shared/keys/invitation.ts';
import { signerFromSeed } from '../../shared/keys/nacl-signer.ts';
import type { GatewayRoute } from '../../shared/local/gateway-route.ts';
import {
  type EnrolmentRequest,
  enrolledMessage,
  enrolmentMessage,
} from '../../shared/signatures/enrolment.ts';
import { ENROL_PATH } from '../../shared/wire-names.ts';
import { type HttpAnswer, postJson } from './post-json.ts';
import { refusalOf } from './refusal.ts';

/** What the gateway promised, under its own signature. */
export interface Enrolled {
  readonly keyId: string;
  /** Given by the administrator; any text. */
  readonly name: string;
  /** Unix seconds, or null where the key does not expire. */
  readonly expiresAtS: number | null;
}

const Answer = z.object({
  key_id: z.string().max(64),
  name: z.string().max(256),
  expires_at: z.number().int().nonnegative().nullable(),
  gateway_key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});

/**
 * Registers the public half of `key` with an invitation. Neither the invitation's seed nor the key's leaves this
 * process: both sign the request. The answer counts only under the signature of the identity that the invitation
 * pins, so a man in the middle, even one with a certificate this machine trusts, can register nothing and
 * pretend nothing.
 *
 * @param key its id is the invitation's
 * @param way how the invitation's gateway is reached
 * @throws `INVITATION_INVALID` used, expired, revoked or unknown
 * @throws `CLOCK_SKEW` this machine's clock is off
 * @throws `GATEWAY_MISMATCH` the answer is not the pinned gateway's
 * @throws `GATEWAY_UNREACHABLE`, `CERTIFICATE_UNTRUSTED`, `CERTIFICATE_EXPIRED`, `NOT_A_GATEWAY`
 * @see docs/wire.md [EN4]
 */
export async function enrol(
  invitation: Invitation,
  key: ApiKey,
  way: Omit<GatewayRoute, 'origin'>,
  nowS: number,
): Promise<Enrolled> {
  const request = enrolmentRequest(invitation, key, nowS);
  const answer = await postJson({ ...way, origin: invitation.origin }, ENROL_PATH, request);
  if (answer.status !== 200 && answer.status !== 201) throw refusalOf(answer, invitation.origin);
  return verifiedAnswer(answer, invitation, request.public_key);
}

function enrolmentRequest(invitation: Invitation, key: ApiKey, nowS: number): EnrolmentRequest {
  const own = signerFromSeed(key.seed);
  const facts = {
    invitation_id: invitation.id,
    public_key: Buffer.from(own.publicKey).toString('base64url'),
    created: nowS,
  };
  const message = enrolmentMessage(invitation.gatewayKey, facts);
  const base64url = (signature: Uint8Array): string => Buffer.from(signature).toString('base64url');
  return {
    ...facts,
    proof: base64url(signerFromSeed(invitation.seed).sign(message)),
    possession: base64url(own.sign(message)),
  };
}

function verifiedAnswer(answer: HttpAnswer, invitation: Invitation, publicKey: string): Enrolled {
  const parsed = Answer.safeParse(answer.body);
  if (!parsed.success) {
    throw new RlmError('NOT_A_GATEWAY', `What answers at ${invitation.origin} is not a gateway.`);
  }
  const { key_id, name, expires_at, gateway_key, signature } = parsed.data;
  const identity = Buffer.from(gateway_key, 'base64url');
  const verifier = publicKeyFromRaw(identity);
  if (verifier === null || fingerprint(identity) !== invitation.gatewayKey) {
    throw mismatch(invitation, 'has another identity key than the invitation pins');
  }
  const signed = enrolledMessage(publicKey, { key_id, name, expires_at });
  if (!verifyEd25519(verifier, signed, Buffer.from(signature, 'base64url'))) {
    throw mismatch(invitation, 'did not sign its answer with its identity key');
  }
  if (key_id !== invitation.id) throw mismatch(invitation, 'registered the key under another id');
  return { keyId: key_id, name, expiresAtS: expires_at };
}

const mismatch = (invitation: Invitation, what: string): RlmError =>
  new RlmError(
    'GATEWAY_MISMATCH',
    `What answers at ${invitation.origin} ${what} (${invitation.gatewayKey} was expected).`,
  );
