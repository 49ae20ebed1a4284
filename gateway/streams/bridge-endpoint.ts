import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSE } from '../../shared/frames/close-codes.ts';
import { MAX_MESSAGE_TO_GATEWAY_BYTES, UPGRADE_DEADLINE_MS } from '../../shared/limits.ts';
import type { RequestTies } from '../../shared/signatures/upgrade-answer.ts';
import {
  EXPORTER_BYTES,
  EXPORTER_LABEL,
  HEADER,
  REFUSALS,
  type Refusal,
  SUBPROTOCOL,
} from '../../shared/wire-names.ts';
import { authenticateUpgrade } from '../access/authenticate-upgrade.ts';
import type { GatewayIdentity } from '../access/identity.ts';
import { keyState } from '../access/key-record.ts';
import type { KeyRegistry } from '../access/key-registry.ts';
import type { NonceMemory } from '../access/nonce-memory.ts';
import { type Caller, mcpServerFactory } from '../mcp/server-factory.ts';
import type { ToolListing } from '../mcp/tool-listing.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ToolPipeline } from '../tools/pipeline.ts';
import { signedAnswerHeaders, tiesOf } from './answer-signer.ts';
import type { Connection, Connections } from './connections.ts';
import { keepAlive } from './keep-alive.ts';
import { checkUpgradeForm } from './upgrade-form.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

/** Connections one key may have open at once: many IDE windows, no flood. */
const MAX_CONNECTIONS_PER_KEY = 64;
/** Calls one connection may have running; more wait unread. Each may start a process or walk a tree. */
const MAX_CALLS_IN_FLIGHT = 32;
/** For the closing handshake: a peer that does not answer it must not hold up a stop, or keep a revoked key's socket. */
const CLOSE_TIMEOUT_MS = 2_000;

export interface BridgeEndpointParts {
  readonly identity: GatewayIdentity;
  readonly keys: KeyRegistry;
  readonly nonces: NonceMemory;
  readonly connections: Connections;
  readonly pipeline: ToolPipeline;
  readonly listing: ToolListing;
  readonly logger: Logger;
  /** `host[:port]` values a request may be addressed to. */
  readonly authorities: () => ReadonlySet<string>;
}

/**
 * `GET /bridge`: signed upgrade in, signed answer out, then MCP on the WebSocket. Every refusal is signed as well.
 * @see docs/wire.md
 */
export class BridgeEndpoint {
  readonly #parts: BridgeEndpointParts;
  readonly #server: WebSocketServer;
  /** What each pending `101` will say, for ws's synchronous `headers` event. */
  readonly #ties = new WeakMap<IncomingMessage, RequestTies>();
  #isStopping = false;

  constructor(parts: BridgeEndpointParts) {
    this.#parts = parts;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_TO_GATEWAY_BYTES,
      // One of our messages is one frame; more room than that only serves a flood.
      maxFragments: 16,
      maxBufferedChunks: 4096,
      maxPendingAutoPongs: 8,
      closeTimeout: CLOSE_TIMEOUT_MS,
      handleProtocols: () => SUBPROTOCOL,
    } as ConstructorParameters<typeof WebSocketServer>[0]);
    this.#server.on('headers', (lines, message) => this.#addSignedHeaders(lines, message));
  }

  /** From now on refuses everybody: a connection made while the gateway stops would never be told to go. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Takes over a socket that asks for an upgrade; ends it on every path but success. */
  async upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Node never closes an upgrade that nobody answers, nor a refused socket whose peer keeps its own end open.
    const deadline = setTimeout(() => socket.destroy(), UPGRADE_DEADLINE_MS);
    socket.once('close', () => clearTimeout(deadline));
    socket.on('error', () => socket.destroy());
    try {
      if (await this.#decide(message, socket, head)) clearTimeout(deadline);
    } catch {
      this.#refuse(message, socket, 'unavailable', null);
    }
  }

  /** @returns whether the socket is a WebSocket now */
  async #decide(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<boolean> {
    const { keys, nonces, connections, authorities } = this.#parts;
    const form = checkUpgradeForm(message, authorities());
    if (form.kind === 'unfit') return this.#refuse(message, socket, form.refusal, form.exposedKeyId);
    const verdict = await authenticateUpgrade(form.request, {
      keys,
      nonces,
      channelBinding: channelBindingOf(socket),
      nowMs: Date.now(),
    });
    if (verdict.kind === 'refused') {
      return this.#refuse(message, socket, verdict.refusal, verdict.claimedKeyId);
    }
    const { principal, instance, repo } = verdict;
    if (this.#isStopping) return this.#refuse(message, socket, 'unavailable', principal.keyId);
    if (connections.countOf(principal.keyId) >= MAX_CONNECTIONS_PER_KEY) {
      return this.#refuse(message, socket, 'too_many', principal.keyId);
    }
    if (socket.destroyed) return false;
    this.#ties.set(message, tiesOf(message));
    this.#server.handleUpgrade(message, socket, head, (webSocket) =>
      this.#serve(webSocket, { principal, instance, preferredRepo: repo }),
    );
    return true;
  }

  #addSignedHeaders(lines: string[], message: IncomingMessage): void {
    const ties = this.#ties.get(message);
    const accept = lines.find((line) => /^sec-websocket-accept:/i.test(line))?.split(': ')[1];
    if (ties === undefined || accept === undefined) throw new Error('an upgrade without its signature');
    const headers = signedAnswerHeaders(
      { status: 101, headers: { 'sec-websocket-accept': accept, [HEADER.mode]: 'bound' } },
      ties,
      this.#parts.identity,
    );
    delete headers['sec-websocket-accept'];
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  }

  #refuse(message: IncomingMessage, socket: Duplex, refusal: Refusal, claimedKeyId: string | null): false {
    const { logger, identity } = this.#parts;
    const address = message.socket.remoteAddress ?? '';
    logger.event('auth_failure', { reason: refusal, key_id: claimedKeyId, address });
    if (refusal === 'key_exposed') logger.event('key_exposed', { key_id: claimedKeyId, address });
    if (socket.destroyed) return false;
    const status = REFUSALS[refusal];
    const headers = {
      connection: 'close',
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...signedAnswerHeaders({ status, headers: { [HEADER.refusal]: refusal } }, tiesOf(message), identity),
    };
    const body = JSON.stringify({ error: refusal });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        ...lines,
        `content-length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
    return false;
  }

  #serve(socket: WebSocket, caller: Caller): void {
    const { connections, logger, keys, pipeline, listing } = this.#parts;
    const { keyId } = caller.principal;
    const openedAt = performance.now();
    let callsInFlight = 0;
    let isRevoked = false;
    const connection: Connection = {
      id: randomUUID(),
      keyId,
      get callsInFlight() {
        return callsInFlight;
      },
      sendControl: (frame) => {
        if (socket.readyState === socket.OPEN) socket.send(frame);
      },
      close: (code, reason) => {
        isRevoked ||= code === CLOSE.keyRevoked;
        socket.close(code, reason);
      },
    };
    const transport = new WebSocketTransport(socket, {
      hasRoom: () => callsInFlight < MAX_CALLS_IN_FLIGHT,
      onProtocolError: (name) => logger.event('protocol_error', { connection: connection.id, name }),
      onDelivered: (ids) => pipeline.delivered(caller, ids),
    });
    connections.add(connection);
    logger.event('connection_open', {
      key_id: keyId,
      instance: caller.instance ?? '',
      connection: connection.id,
    });
    socket.on('error', () => undefined);
    // A call outlives its connection, and its connection counts until it ends: who comes and goes gets no more done.
    const removeIfEnded = (): void => {
      if (socket.readyState === socket.CLOSED && callsInFlight === 0) connections.remove(connection);
    };
    socket.once('close', (code) => {
      removeIfEnded();
      logger.event('connection_close', {
        key_id: keyId,
        connection: connection.id,
        close_code: code,
        open_ms: Math.round(performance.now() - openedAt),
        messages: transport.messages,
      });
    });
    keepAlive(socket);
    const factory = mcpServerFactory(caller, {
      pipeline,
      listing,
      // Nobody will come back for what a revoked key has begun.
      isGone: () => socket.readyState !== socket.OPEN && !isRevoked,
      onCall: (isStarting) => {
        callsInFlight += isStarting ? 1 : -1;
        if (isStarting) return;
        transport.proceed();
        removeIfEnded();
      },
    });
    serveStdio(factory, {
      transport,
      onerror: (error) => logger.event('protocol_error', { connection: connection.id, name: error.name }),
    });
    // The key may have been revoked between the check and now, when there was no connection to cut yet.
    const key = keys.find(keyId);
    if (key === null || keyState(key, Date.now()) !== 'valid') {
      if (keys.isStale) socket.close(CLOSE.internal, 'unavailable');
      else socket.close(CLOSE.keyRevoked, 'key revoked');
    }
  }
}

/** base64url of the TLS exporter value; a value nobody can send where the socket is not TLS. */
function channelBindingOf(socket: Duplex): string {
  if (!(socket instanceof TLSSocket)) return '\0';
  return socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)).toString('base64url');
}
