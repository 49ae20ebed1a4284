import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type RequestTies, signAnswer } from '../../shared/signatures/upgrade-answer.ts';
import { HEADER } from '../../shared/wire-names.ts';
import type { GatewayIdentity } from '../access/identity.ts';

/**
 * Makes the headers of a signed answer to an upgrade, `101` or refusal: the gateway's key and clock, what else
 * is given, and the signature over all of it.
 */
export function signedAnswerHeaders(
  answer: {
    readonly status: number;
    /** `sec-websocket-accept` and further `rlm-*` headers. */
    readonly headers: Readonly<Record<string, string>>;
  },
  ties: RequestTies,
  identity: GatewayIdentity,
): Record<string, string> {
  const nowS = Math.floor(Date.now() / 1000);
  const headers: Record<string, string> = {
    [HEADER.gatewayKey]: Buffer.from(identity.publicKey).toString('base64url'),
    [HEADER.time]: String(nowS),
    ...answer.headers,
  };
  const signature = signAnswer(
    { status: answer.status, headers: new Map(Object.entries(headers)) },
    ties,
    { keyId: identity.fingerprint, nonce: randomBytes(16).toString('base64url'), nowS },
    (message) => identity.sign(message),
  );
  return { ...headers, ...signature };
}

/** What of a request its answer is bound to. */
export function tiesOf(message: IncomingMessage): RequestTies {
  const signature = message.headers['signature'];
  return {
    webSocketKey: message.headers['sec-websocket-key'] ?? '',
    signature: typeof signature === 'string' ? signature : undefined,
  };
}
