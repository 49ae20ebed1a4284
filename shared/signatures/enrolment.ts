/**
 * Enrolment: a developer's machine registers a public key with an invitation. The invitation's seed signs and is
 * never sent, so whoever reads the request on the way can register no key of their own. `POST /enrol` carries
 * JSON {@link EnrolmentRequest}; the answer is {@link EnrolmentAnswer}, signed by the gateway's identity.
 * @see docs/wire.md [EN1]
 */
export interface EnrolmentRequest {
  readonly invitation_id: string;
  /** base64url, 32 bytes: the new key's public half. */
  readonly public_key: string;
  /** Unix seconds. */
  readonly created: number;
  /** base64url, 64 bytes, by the invitation's seed over {@link enrolmentMessage}. */
  readonly proof: string;
  /** base64url, 64 bytes, by the new key over the same message: the sender holds the private half. */
  readonly possession: string;
}

export interface EnrolmentAnswer {
  readonly key_id: string;
  readonly name: string;
  /** Unix seconds, or null where the key does not expire. */
  readonly expires_at: number | null;
  /** base64url, 32 bytes: the gateway's identity; its fingerprint is the pin. */
  readonly gateway_key: string;
  /** base64url, 64 bytes, by the gateway's identity over {@link enrolledMessage}. */
  readonly signature: string;
}

/** The bytes both proofs of a request sign: bound to the gateway, the invitation, the key and the time. */
export const enrolmentMessage = (
  gatewayFingerprint: string,
  request: Pick<EnrolmentRequest, 'invitation_id' | 'public_key' | 'created'>,
): Buffer =>
  Buffer.from(
    ['rlm-enrol.v1', gatewayFingerprint, request.invitation_id, request.public_key, request.created].join(
      '\n',
    ),
  );

/** The bytes the gateway signs: its promise that this public key is registered under this id. */
export const enrolledMessage = (
  publicKey: string,
  answer: Pick<EnrolmentAnswer, 'key_id' | 'name' | 'expires_at'>,
): Buffer =>
  Buffer.from(
    ['rlm-enrolled.v1', publicKey, answer.key_id, answer.name, answer.expires_at ?? 'never'].join('\n'),
  );
