import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ApiKey, newApiKey, newKeyId } from '../../shared/keys/api-key.ts';
import {
  fingerprint,
  privateKeyFromSeed,
  publicKeyFromRaw,
  publicKeyOf,
  signEd25519,
  verifyEd25519,
} from '../../shared/keys/ed25519.ts';
import { type HeaderMap, headerMapFromRaw } from '../../shared/signatures/header-map.ts';
import { signAnswer } from '../../shared/signatures/upgrade-answer.ts';
import { isTimely, parseUpgrade } from '../../shared/signatures/upgrade-request.ts';
import {
  BRIDGE_PATH,
  EXPORTER_BYTES,
  EXPORTER_LABEL,
  HEADER,
  REFUSALS,
  type Refusal,
  SUBPROTOCOL,
} from '../../shared/wire-names.ts';
import { createAuthority, type IssuedCertificate, type TestAuthority } from './tls-fixture.ts';

/**
 * A gateway's wire, without a gateway behind it: real TLS, real WebSocket, real signatures both ways. What it says
 * to a request is a function the test gives. It can also lie, in the ways an attacker or a broken proxy would.
 */
export interface FakeGateway {
  readonly origin: string;
  readonly port: number;
  /** PEM of the authority that certified it. */
  readonly ca: string;
  /** The identity it proves, as a pin. */
  readonly pin: string;
  /** A key it accepts. */
  readonly key: ApiKey;
  /** What it does next; may be changed at any time. */
  behaviour: Behaviour;
  /** Connections that passed the upgrade, in order. */
  readonly accepted: readonly Peer[];
  /** Every upgrade request's headers, accepted or not. */
  readonly upgrades: readonly HeaderMap[];
  /** Every JSON-RPC text that arrived, over all connections. */
  readonly received: readonly string[];
  /** Every acknowledgement that arrived, over all connections. */
  readonly acks: readonly string[];
  /** Resolves when so many acknowledgements have arrived in all. */
  waitForAcks(count: number): Promise<void>;
  /** Resolves with the first text, past or future, that fits. */
  waitFor(predicate: (text: string) => boolean): Promise<string>;
  /** Resolves when so many connections have passed the upgrade in all. */
  waitForConnections(count: number): Promise<Peer>;
  /** Resolves when so many upgrades have arrived in all. */
  waitForUpgrades(count: number): Promise<void>;
  /** Cuts every connection as a network would: no farewell. */
  cutAll(): void;
  /** Ends it; `start` on the same port again with {@link startFakeGateway}'s `port` and `identity`. */
  close(): Promise<void>;
}

export interface Peer {
  readonly socket: WebSocket;
  send(text: string): void;
}

export interface Behaviour {
  /** Answers one text. Default: an MCP server with one tool, `echo`. */
  readonly respond?: (text: string, peer: Peer) => void;
  /** Refuse the upgrade, signed. */
  readonly refuse?: Refusal;
  readonly retryAfterMs?: number;
  /** Refuse or accept without a valid signature. */
  readonly forge?: 'unsigned' | 'other-key' | 'pinned-key-bad-signature' | 'replayed-answer';
  /** Seconds by which its clock differs. */
  readonly clockOffsetS?: number;
  /** Accept TCP and TLS, never answer an upgrade. */
  readonly silent?: boolean;
  /** Sent right behind the `101`. */
  readonly greeting?: string;
}

export interface FakeGatewayOptions {
  readonly port?: number;
  readonly identitySeed?: Uint8Array;
  readonly key?: ApiKey;
  readonly authority?: TestAuthority;
  readonly certificate?: IssuedCertificate;
  readonly behaviour?: Behaviour;
  /** Host in the origin; default `localhost`. */
  readonly host?: string;
}

export async function startFakeGateway(options: FakeGatewayOptions = {}): Promise<FakeGateway> {
  const authority = options.authority ?? (await createAuthority());
  const certificate = options.certificate ?? (await authority.issue());
  const identity = privateKeyFromSeed(options.identitySeed ?? randomBytes(32));
  const rawIdentity = publicKeyOf(identity);
  const liar = privateKeyFromSeed(randomBytes(32));
  const key = options.key ?? newApiKey(newKeyId()).key;
  const publicKey = publicKeyFromRaw(publicKeyOf(privateKeyFromSeed(key.seed.unwrap())));
  const state: {
    behaviour: Behaviour;
    readonly accepted: Peer[];
    readonly upgrades: HeaderMap[];
    readonly received: string[];
    readonly acks: string[];
    readonly waiters: Set<() => void>;
  } = {
    behaviour: options.behaviour ?? {},
    accepted: [],
    upgrades: [],
    received: [],
    acks: [],
    waiters: new Set(),
  };
  const changed = (): void => {
    for (const waiter of [...state.waiters]) waiter();
  };
  const sockets = new Set<Socket>();
  const server = createServer({ key: certificate.key, cert: certificate.cert, minVersion: 'TLSv1.2' });
  server.on('request', (_, response) => response.writeHead(404).end());
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  const wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });

  const nowS = (): number => Math.floor(Date.now() / 1000) + (state.behaviour.clockOffsetS ?? 0);

  /** Signs an answer, truthfully or as the behaviour has it. */
  const signed = (
    status: number,
    own: ReadonlyMap<string, string>,
    request: HeaderMap,
  ): Map<string, string> => {
    const { forge } = state.behaviour;
    if (forge === 'unsigned') return new Map(own);
    const headers = new Map(own);
    const raw = forge === 'other-key' ? publicKeyOf(liar) : rawIdentity;
    headers.set(HEADER.gatewayKey, Buffer.from(raw).toString('base64url'));
    headers.set(HEADER.time, String(nowS()));
    const signer = forge === undefined || forge === 'replayed-answer' ? identity : liar;
    const ties = {
      // A recorded answer was made for another request.
      webSocketKey:
        forge === 'replayed-answer'
          ? randomBytes(16).toString('base64')
          : (request.get('sec-websocket-key') ?? ''),
      signature: request.get('signature'),
    };
    const made = signAnswer(
      { status, headers },
      ties,
      { keyId: fingerprint(raw), nonce: randomBytes(24).toString('base64url'), nowS: nowS() },
      (message) => signEd25519(signer, message),
    );
    headers.set('signature-input', made['signature-input']);
    headers.set('signature', made.signature);
    return headers;
  };

  const refusalFor = (request: HeaderMap, authorityName: string, socket: TLSSocket): Refusal | null => {
    if (state.behaviour.refuse !== undefined) return state.behaviour.refuse;
    const parsed = parseUpgrade({
      method: 'GET',
      authority: authorityName,
      path: BRIDGE_PATH,
      headers: request,
    });
    if (parsed === null) return 'bad_request';
    if (parsed.params.keyid !== key.id) return 'key_unknown';
    if (!isTimely(parsed.params, nowS())) return 'clock_skew';
    const isValid =
      publicKey !== null &&
      parsed.verify((message, signature) => verifyEd25519(publicKey, message, signature));
    if (!isValid) return 'signature_invalid';
    const exported = socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
    return request.get(HEADER.channelBinding) === exported.toString('base64url') ? null : 'channel_mismatch';
  };

  server.on('upgrade', (request: IncomingMessage, socket: TLSSocket, head: Buffer) => {
    const headers = headerMapFromRaw(request.rawHeaders) ?? new Map<string, string>();
    state.upgrades.push(headers);
    changed();
    if (state.behaviour.silent === true) return;
    const refusal =
      request.url === BRIDGE_PATH ? refusalFor(headers, headers.get('host') ?? '', socket) : 'bad_request';
    if (refusal !== null) {
      const status = REFUSALS[refusal];
      const { retryAfterMs } = state.behaviour;
      const own = new Map([[HEADER.refusal as string, refusal as string]]);
      if (retryAfterMs !== undefined) own.set(HEADER.retryAfter, String(retryAfterMs));
      const lines = [...signed(status, own, headers)].map(([name, value]) => `${name}: ${value}`);
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n${lines.join('\r\n')}\r\n\r\n`,
      );
      return;
    }
    wss.once('headers', (lines) => {
      const accept = lines.find((line) => line.toLowerCase().startsWith('sec-websocket-accept:')) ?? '';
      const own = new Map([['sec-websocket-accept', accept.slice(accept.indexOf(':') + 1).trim()]]);
      const answer = signed(101, own, headers);
      answer.delete('sec-websocket-accept');
      for (const [name, value] of answer) lines.push(`${name}: ${value}`);
    });
    // A greeting leaves in one piece with the 101, so that it arrives with it.
    if (state.behaviour.greeting !== undefined) socket.cork();
    wss.handleUpgrade(request, socket, head, (webSocket) => {
      const peer: Peer = { socket: webSocket, send: (text) => webSocket.send(text) };
      state.accepted.push(peer);
      webSocket.on('error', () => undefined);
      webSocket.on('message', (data: Buffer) => {
        const text = data.toString('utf8');
        const isAck = text.startsWith('!ack ');
        (isAck ? state.acks : state.received).push(text);
        changed();
        if (isAck) return;
        (state.behaviour.respond ?? respondAsMcp)(text, peer);
      });
      if (state.behaviour.greeting !== undefined) {
        peer.send(state.behaviour.greeting);
        socket.uncork();
      }
      changed();
    });
  });

  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        state.waiters.delete(look);
        resolve(found);
      };
      state.waiters.add(look);
      look();
    });

  return {
    origin: `https://${options.host ?? 'localhost'}:${port}`,
    port,
    ca: authority.ca,
    pin: fingerprint(rawIdentity),
    key,
    get behaviour() {
      return state.behaviour;
    },
    set behaviour(behaviour: Behaviour) {
      state.behaviour = behaviour;
    },
    accepted: state.accepted,
    upgrades: state.upgrades,
    received: state.received,
    acks: state.acks,
    waitFor: (predicate) => until(() => state.received.find(predicate)),
    waitForAcks: (count) => until(() => state.acks[count - 1]).then(() => undefined),
    waitForConnections: (count) => until(() => state.accepted[count - 1]),
    waitForUpgrades: (count) =>
      until(() => (state.upgrades.length >= count ? true : undefined)).then(() => undefined),
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      wss.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });

/** Enough of MCP 2025-11-25 for a client to get through. Notifications and answers are taken silently. */
export function respondAsMcp(text: string, peer: Peer): void {
  const message = JSON.parse(text) as { id?: unknown; method?: string; params?: Record<string, unknown> };
  if (message.id === undefined || message.method === undefined) return;
  peer.send(
    JSON.stringify({ jsonrpc: '2.0', id: message.id, result: resultOf(message.method, message.params) }),
  );
}

function resultOf(method: string, params: Record<string, unknown> | undefined): unknown {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'fake-gateway', version: '0' },
      };
    case 'tools/list':
      return { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] };
    case 'tools/call':
      return { content: [{ type: 'text', text: JSON.stringify(params?.['arguments'] ?? null) }] };
    default:
      return {};
  }
}
