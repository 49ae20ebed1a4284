import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  fingerprint,
  privateKeyFromSeed,
  publicKeyFromRaw,
  publicKeyOf,
  signEd25519,
  verifyEd25519,
} from '../../shared/keys/ed25519.ts';
import { formatInvitation, type Invitation, newInvitation } from '../../shared/keys/invitation.ts';
import { signerFromSeed } from '../../shared/keys/nacl-signer.ts';
import {
  type EnrolmentAnswer,
  type EnrolmentRequest,
  enrolledMessage,
  enrolmentMessage,
} from '../../shared/signatures/enrolment.ts';
import { ENROL_PATH, HEADER } from '../../shared/wire-names.ts';
import { createAuthority, type TestAuthority } from '../support/tls-fixture.ts';

/** What the server does with the next request. */
export type Behaviour =
  | 'honest'
  /** Registers the key, then cuts the connection: the answer is lost. */
  | 'cut-after-registering'
  /** Proves another identity, all signed properly by that one. */
  | 'other-identity'
  /** Shows the pinned identity, but cannot sign for it. */
  | 'forged-signature'
  /** Signs an answer about another public key. */
  | 'other-key-signed'
  | 'other-key-id'
  | 'endless'
  | 'not-json'
  | 'redirect'
  | { readonly status: number; readonly refusal?: string };

/**
 * The enrolment half of a gateway, with real TLS and real signatures: as docs/wire.md [EN] has it, written from
 * the shared types alone, so that the client is not tested against itself.
 */
export interface EnrolmentServer {
  readonly origin: string;
  readonly pin: string;
  /** PEM of the authority that certified it. */
  readonly ca: string;
  behaviour: Behaviour;
  /** Bodies of all requests, as text. */
  readonly bodies: readonly string[];
  /** Public keys (base64url) by key id. */
  readonly registered: ReadonlyMap<string, string>;
  invite(): { readonly invitation: Invitation; readonly text: string };
  close(): Promise<void>;
}

export async function startEnrolmentServer(name = 'laptop of Ada'): Promise<EnrolmentServer> {
  const authority: TestAuthority = await createAuthority();
  const { cert, key } = await authority.issue();
  const identity = privateKeyFromSeed(new Uint8Array(32).fill(7));
  const other = privateKeyFromSeed(new Uint8Array(32).fill(9));
  const pin = fingerprint(publicKeyOf(identity));
  const invited = new Map<string, Uint8Array>();
  const registered = new Map<string, string>();
  const bodies: string[] = [];
  const state: { behaviour: Behaviour } = { behaviour: 'honest' };

  const answerTo = (request: EnrolmentRequest): EnrolmentAnswer | null => {
    const proofKey = publicKeyFromRaw(invited.get(request.invitation_id) ?? new Uint8Array());
    const ownKey = publicKeyFromRaw(Buffer.from(request.public_key, 'base64url'));
    const message = enrolmentMessage(pin, request);
    if (proofKey === null || ownKey === null) return null;
    if (!verifyEd25519(proofKey, message, Buffer.from(request.proof, 'base64url'))) return null;
    if (!verifyEd25519(ownKey, message, Buffer.from(request.possession, 'base64url'))) return null;
    const known = registered.get(request.invitation_id);
    // The same key again is the same enrolment, asked for twice because its answer was lost.
    if (known !== undefined && known !== request.public_key) return null;
    registered.set(request.invitation_id, request.public_key);
    const isOther = state.behaviour === 'other-identity';
    const signer = isOther || state.behaviour === 'forged-signature' ? other : identity;
    const facts = {
      key_id: state.behaviour === 'other-key-id' ? 'AAAAAAAAAAAA' : request.invitation_id,
      name,
      expires_at: 1_900_000_000,
    };
    const about = state.behaviour === 'other-key-signed' ? 'A'.repeat(43) : request.public_key;
    return {
      ...facts,
      gateway_key: Buffer.from(publicKeyOf(isOther ? other : identity)).toString('base64url'),
      signature: Buffer.from(signEd25519(signer, enrolledMessage(about, facts))).toString('base64url'),
    };
  };

  const server: Server = createServer({ cert, key }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    bodies.push(body);
    const { behaviour } = state;
    if (request.method !== 'POST' || request.url !== ENROL_PATH) return response.writeHead(404).end();
    if (typeof behaviour === 'object') {
      const headers = behaviour.refusal === undefined ? {} : { [HEADER.refusal]: behaviour.refusal };
      return response.writeHead(behaviour.status, headers).end('{}');
    }
    if (behaviour === 'redirect') return response.writeHead(307, { location: '/elsewhere' }).end();
    if (behaviour === 'not-json') return response.writeHead(200).end('<html>');
    if (behaviour === 'endless') {
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      response.on('error', () => undefined).writeHead(200);
      return more();
    }
    const answer = answerTo(JSON.parse(body) as EnrolmentRequest);
    if (behaviour === 'cut-after-registering') return response.destroy();
    return answer === null
      ? response.writeHead(401, { [HEADER.refusal]: 'key_unknown' }).end('{}')
      : response.writeHead(201).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    pin,
    ca: authority.ca,
    bodies,
    registered,
    get behaviour() {
      return state.behaviour;
    },
    set behaviour(behaviour) {
      state.behaviour = behaviour;
    },
    invite: () => {
      const invitation = newInvitation(origin, pin);
      invited.set(invitation.id, signerFromSeed(invitation.seed).publicKey);
      return { invitation, text: formatInvitation(invitation).unwrap() };
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
