import { randomBytes } from 'node:crypto';
import type { ClientRequest } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { Signer } from '../../shared/keys/nacl-signer.ts';
import { MAX_MESSAGE_FROM_GATEWAY_BYTES } from '../../shared/limits.ts';
import { connectError } from '../../shared/local/connect-errors.ts';
import { gatewayPlace } from '../../shared/local/gateway-place.ts';
import type { HeaderMap } from '../../shared/signatures/header-map.ts';
import type { RequestTies } from '../../shared/signatures/upgrade-answer.ts';
import { signUpgrade } from '../../shared/signatures/upgrade-request.ts';
import { VERSION } from '../../shared/version.ts';
import { BRIDGE_PATH, EXPORTER_BYTES, EXPORTER_LABEL, HEADER, SUBPROTOCOL } from '../../shared/wire-names.ts';
import { type CheckedAnswer, checkAnswer } from './check-answer.ts';
import { Connection } from './connection.ts';

/** An API key, ready to sign. */
export interface SigningKey {
  readonly id: string;
  readonly signer: Signer;
}

/** What an upgrade is signed for and with. */
export interface UpgradeOrder {
  readonly origin: string;
  readonly pin: string;
  readonly instance: string;
  readonly repo: string | undefined;
  readonly key: SigningKey;
  /** Our clock, corrected by what the gateway told, Unix seconds. */
  readonly nowS: number;
}

export type UpgradeOutcome =
  | { readonly kind: 'open'; readonly connection: Connection }
  | Extract<CheckedAnswer, { readonly kind: 'refused' }>;

/** Limits on what even a pinned gateway may make us hold. Ours sends whole frames; TLS records hold 16 KiB. */
const MAX_FRAGMENTS = 64;
const MAX_BUFFERED_CHUNKS = 16 * 1024;
const MAX_PENDING_AUTO_PONGS = 8;
/** Milliseconds for the closing handshake. */
const CLOSE_TIMEOUT_MS = 1_000;

/** `@types/ws` 8.18 does not know the newer options yet. */
type Options = ClientOptions & {
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
  readonly maxPendingAutoPongs: number;
  readonly closeTimeout: number;
};

/**
 * The signed upgrade on a connected TLS socket, mode `bound`: the signature covers this connection's exporter value,
 * so one made here is worth nothing on any other connection. The answer is checked in the same turn in which it
 * arrives, before `ws` opens: on any mismatch the socket is destroyed and no byte of ours follows.
 *
 * @throws `NOT_A_GATEWAY`, `GATEWAY_MISMATCH`, `GATEWAY_UNREACHABLE`; the socket is closed then
 * @see docs/wire.md [UP1] [UP2]
 */
export function upgrade(
  socket: TLSSocket,
  order: UpgradeOrder,
  signal: AbortSignal,
): Promise<UpgradeOutcome> {
  const { authority } = gatewayPlace(order.origin);
  return new Promise((resolve, reject) => {
    let ties: RequestTies | undefined;
    const options: Options = {
      createConnection: () => socket,
      headers: ownHeaders(socket, order),
      finishRequest: (request: ClientRequest) => {
        ties = sign(request, order);
        request.end();
      },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MAX_MESSAGE_FROM_GATEWAY_BYTES,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      maxPendingAutoPongs: MAX_PENDING_AUTO_PONGS,
      closeTimeout: CLOSE_TIMEOUT_MS,
    };
    const ws = new WebSocket(
      `${order.origin.replace(/^https/, 'wss')}${BRIDGE_PATH}`,
      [SUBPROTOCOL],
      options,
    );
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      ws.terminate();
      socket.destroy();
      reject(error instanceof RlmError ? error : handshakeError(error, authority));
    };
    const abort = (): void => fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const check = (response: { statusCode?: number | undefined; rawHeaders: string[] }): CheckedAnswer => {
      // `finishRequest` has run long before an answer can come.
      if (ties === undefined) throw new TypeError('an answer before its request');
      const unverified = { status: response.statusCode ?? 0, rawHeaders: response.rawHeaders };
      return checkAnswer(unverified, ties, order.pin, authority);
    };
    // Stays for good: `ws` reports later breakages here too, which the connection sees as a close.
    ws.on('error', fail);
    ws.once('upgrade', (response) => {
      try {
        check(response);
      } catch (error) {
        fail(error);
      }
    });
    ws.once('unexpected-response', (_, response) => {
      try {
        const answer = check(response);
        if (answer.kind === 'accepted') throw new TypeError('a 101 that did not upgrade');
        signal.removeEventListener('abort', abort);
        resolve(answer);
        ws.terminate();
        socket.destroy();
      } catch (error) {
        fail(error);
      }
    });
    ws.once('open', () => {
      signal.removeEventListener('abort', abort);
      ws.removeListener('error', fail);
      resolve({ kind: 'open', connection: new Connection(ws) });
    });
  });
}

function ownHeaders(socket: TLSSocket, order: UpgradeOrder): Record<string, string> {
  const exported = socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
  return {
    [HEADER.mode]: 'bound',
    [HEADER.channelBinding]: exported.toString('base64url'),
    [HEADER.instance]: order.instance,
    [HEADER.agent]: `rlm-bridge/${VERSION}`,
    ...(order.repo !== undefined && { [HEADER.repo]: order.repo }),
  };
}

/** Signs the request as it stands, just before it is sent. */
function sign(request: ClientRequest, order: UpgradeOrder): RequestTies {
  const headers: HeaderMap = new Map(
    Object.entries(request.getHeaders()).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const signed = signUpgrade(
    { method: 'GET', authority: (headers.get('host') ?? '').toLowerCase(), path: BRIDGE_PATH, headers },
    { keyId: order.key.id, nonce: randomBytes(24).toString('base64url'), nowS: order.nowS },
    (message) => order.key.signer.sign(message),
  );
  for (const [name, value] of Object.entries(signed)) request.setHeader(name, value);
  return { webSocketKey: headers.get('sec-websocket-key') ?? '', signature: signed.signature };
}

/** `ws` reports a wrong `101` in words, without a code; the network's errors have one. */
function handshakeError(error: unknown, authority: string): RlmError {
  const hasCode = typeof (error as { readonly code?: unknown } | null)?.code === 'string';
  if (hasCode) return connectError(error, authority);
  return new RlmError(
    'NOT_A_GATEWAY',
    `What answers at ${authority} does not speak WebSocket as a gateway does.`,
    {
      cause: error,
    },
  );
}
