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
import { signedAnswerHeaders } from './answer-signer.ts';
import type { Connection, Connections } from './connections.ts';
import { keepAlive } from './keep-alive.ts';
import { checkUpgradeForm } from './upgrade-form.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

/** Connections one key may have open at once: many IDE windows, no flood. */
const MAX_CONNECTIONS_PER_KEY = 64;

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
      handleProtocols: () => SUBPROTOCOL,
    } as ConstructorParameters<typeof WebSocketServer>[0]);
    this.#server.on('headers', (lines, message) => this.#addSignedHeaders(lines, message));
  }

  /** Takes over a socket that asks for an upgrade; ends it on every path but success. */
  async upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Node never closes an upgrade that nobody answers.
    const deadline = setTimeout(() => socket.destroy(), UPGRADE_DEADLINE_MS);
    socket.on('error', () => socket.destroy());
    try {
      await this.#decide(message, socket, head);
    } catch {
      this.#refuse(message, socket, 'unavailable', null);
    } finally {
      clearTimeout(deadline);
    }
  }

  async #decide(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { keys, nonces, connections, authorities } = this.#parts;
    const form = checkUpgradeForm(message, authorities());
    if (form.kind === 'unfit') {
      this.#refuse(message, socket, form.refusal, null);
      return;
    }
    const verdict = await authenticateUpgrade(form.request, {
      keys,
      nonces,
      channelBinding: channelBindingOf(socket),
      nowMs: Date.now(),
    });
    if (verdict.kind === 'refused') {
      this.#refuse(message, socket, verdict.refusal, verdict.claimedKeyId);
      return;
    }
    const { principal, instance, repo } = verdict;
    if (connections.countOf(principal.keyId) >= MAX_CONNECTIONS_PER_KEY) {
      this.#refuse(message, socket, 'too_many', principal.keyId);
      return;
    }
    if (socket.destroyed) return;
    this.#ties.set(message, tiesOf(message));
    this.#server.handleUpgrade(message, socket, head, (webSocket) =>
      this.#serve(webSocket, { principal, instance, preferredRepo: repo }),
    );
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

  #refuse(message: IncomingMessage, socket: Duplex, refusal: Refusal, claimedKeyId: string | null): void {
    const { logger, identity } = this.#parts;
    const address = message.socket.remoteAddress ?? '';
    logger.event('auth_failure', { reason: refusal, key_id: claimedKeyId, address });
    if (refusal === 'key_exposed') logger.event('key_exposed', { key_id: claimedKeyId, address });
    if (socket.destroyed) return;
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
  }

  #serve(socket: WebSocket, caller: Caller): void {
    const { connections, logger, keys, pipeline, listing } = this.#parts;
    const { keyId } = caller.principal;
    const openedAt = performance.now();
    let callsInFlight = 0;
    const connection: Connection = {
      id: randomUUID(),
      keyId,
      get callsInFlight() {
        return callsInFlight;
      },
      sendControl: (frame) => {
        if (socket.readyState === socket.OPEN) socket.send(frame);
      },
      close: (code, reason) => socket.close(code, reason),
    };
    const transport = new WebSocketTransport(socket, (name) =>
      logger.event('protocol_error', { connection: connection.id, name }),
    );
    connections.add(connection);
    logger.event('connection_open', {
      key_id: keyId,
      instance: caller.instance ?? '',
      connection: connection.id,
    });
    socket.on('error', () => undefined);
    socket.once('close', (code) => {
      connections.remove(connection);
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
      onCall: (isStarting) => {
        callsInFlight += isStarting ? 1 : -1;
      },
    });
    serveStdio(factory, {
      transport,
      onerror: (error) => logger.event('protocol_error', { connection: connection.id, name: error.name }),
    });
    // The key may have been revoked between the check and now, when there was no connection to cut yet.
    const key = keys.find(keyId);
    if (key === null || keyState(key, Date.now()) !== 'valid') {
      socket.close(CLOSE.keyRevoked, 'key revoked');
    }
  }
}

/** base64url of the TLS exporter value; a value nobody can send where the socket is not TLS. */
function channelBindingOf(socket: Duplex): string {
  if (!(socket instanceof TLSSocket)) return '\0';
  return socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)).toString('base64url');
}

function tiesOf(message: IncomingMessage): RequestTies {
  const signature = message.headers['signature'];
  return {
    webSocketKey: message.headers['sec-websocket-key'] ?? '',
    signature: typeof signature === 'string' ? signature : undefined,
  };
}
