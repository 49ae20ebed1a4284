import { request } from 'node:https';
import { checkServerIdentity } from 'node:tls';
import { type ApiKey, newApiKey } from '../../shared/keys/api-key.ts';
import { fingerprint } from '../../shared/keys/ed25519.ts';
import type { Invitation } from '../../shared/keys/invitation.ts';
import { signerFromSeed } from '../../shared/keys/nacl-signer.ts';
import { type EnrolmentRequest, enrolmentMessage } from '../../shared/signatures/enrolment.ts';
import type { GatewayAddress } from './gateway-in-process.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** What `rlm-workspace login` sends, and where it is wrong. */
export function enrolmentOf(
  invitation: Invitation,
  changes: {
    readonly created?: number;
    readonly publicKey?: Uint8Array;
    readonly key?: ApiKey;
    readonly gatewayKey?: string;
  } = {},
): { readonly key: ApiKey; readonly request: EnrolmentRequest } {
  const key = changes.key ?? newApiKey(invitation.id).key;
  const own = signerFromSeed(key.seed);
  const fields = {
    invitation_id: invitation.id,
    public_key: text(changes.publicKey ?? own.publicKey),
    created: changes.created ?? Math.floor(Date.now() / 1000),
  };
  const message = enrolmentMessage(changes.gatewayKey ?? invitation.gatewayKey, fields);
  return {
    key,
    request: {
      ...fields,
      proof: text(signerFromSeed(invitation.seed).sign(message)),
      possession: text(own.sign(message)),
    },
  };
}

export const pinOf = (gateway: GatewayAddress): string => fingerprint(gateway.identityKey);

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One plain HTTPS request. */
export function fetchGateway(
  gateway: GatewayAddress,
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
  } = {},
): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: gateway.host,
        port: gateway.port,
        ca: gateway.ca,
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        agent: false,
        // Whatever `Host` says, the certificate is checked against where we went.
        checkServerIdentity: (_, certificate) => checkServerIdentity(gateway.host, certificate),
      },
      (incoming) => {
        let body = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: body }),
        );
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

export const postEnrolment = (
  gateway: GatewayAddress,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<PlainAnswer> =>
  fetchGateway(gateway, '/enrol', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
