import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { ApiKey } from '../../shared/keys/api-key.ts';
import { publicKeyFromRaw, verifyEd25519 } from '../../shared/keys/ed25519.ts';
import { signerFromSeed } from '../../shared/keys/nacl-signer.ts';
import { headerMapFromRaw } from '../../shared/signatures/header-map.ts';
import { verifyAnswer } from '../../shared/signatures/upgrade-answer.ts';
import { signUpgrade } from '../../shared/signatures/upgrade-request.ts';
import type { GatewayAddress } from './gateway-in-process.ts';

/** A client without manners: it writes any request it likes, and signs what it likes. */

export type RawHeader = readonly [name: string, value: string];

export interface UpgradeChanges {
  readonly method?: string;
  readonly path?: string;
  readonly httpVersion?: string;
  /** Unix seconds of the signature. */
  readonly nowS?: number;
  readonly nonce?: string;
  readonly keyId?: string;
  readonly instance?: string;
  /** Replaces, adds, or with `null` removes headers before the request is signed. */
  readonly signed?: Readonly<Record<string, string | null>>;
  /** Changes the lines after they have been signed. */
  readonly tamper?: (headers: readonly RawHeader[]) => readonly RawHeader[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A refusal or acceptance of an upgrade, and whether the gateway signed it for this very request. */
export interface UpgradeAnswer extends HttpAnswer {
  readonly isSigned: boolean;
  readonly refusal: string | undefined;
}

export async function dial(gateway: GatewayAddress, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: gateway.host, port: gateway.port, ca: gateway.ca, ...options });
  socket.on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'secureConnect');
  return socket;
}

/** The request a bridge would send on this very connection, and where it is wrong. */
export function upgradeLines(
  socket: TLSSocket,
  gateway: GatewayAddress,
  key: ApiKey,
  changes: UpgradeChanges = {},
): readonly RawHeader[] {
  const exported = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  const headers = new Map<string, string>([
    ['host', `${gateway.host}:${gateway.port}`],
    ['connection', 'Upgrade'],
    ['upgrade', 'websocket'],
    ['sec-websocket-key', randomBytes(16).toString('base64')],
    ['sec-websocket-version', '13'],
    ['sec-websocket-protocol', 'rlm-bridge.v1'],
    ['rlm-mode', 'bound'],
    ['rlm-channel-binding', exported.toString('base64url')],
    ['rlm-instance', changes.instance ?? randomUUID()],
    ['rlm-agent', 'test/1'],
  ]);
  for (const [name, value] of Object.entries(changes.signed ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  const signer = signerFromSeed(key.seed);
  const lacksForm = !headers.has('sec-websocket-key') || !headers.has('sec-websocket-protocol');
  const signature = lacksForm
    ? {}
    : signUpgrade(
        {
          method: changes.method ?? 'GET',
          authority: (headers.get('host') ?? '').toLowerCase(),
          path: changes.path ?? '/bridge',
          headers,
        },
        {
          keyId: changes.keyId ?? key.id,
          nonce: changes.nonce ?? randomBytes(24).toString('base64url'),
          nowS: changes.nowS ?? Math.floor(Date.now() / 1000),
        },
        signer.sign,
      );
  const lines: readonly RawHeader[] = [...headers, ...Object.entries<string>(signature)];
  return changes.tamper?.(lines) ?? lines;
}

export const requestText = (lines: readonly RawHeader[], changes: UpgradeChanges = {}): string =>
  [
    `${changes.method ?? 'GET'} ${changes.path ?? '/bridge'} HTTP/${changes.httpVersion ?? '1.1'}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

/** Reads one HTTP answer from a socket; what follows it stays unread. */
export async function readAnswer(socket: TLSSocket): Promise<HttpAnswer> {
  let text = '';
  const isWhole = (): boolean => {
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
    return end >= 0 && text.length >= end + 4 + length;
  };
  const closed = once(socket, 'close').then(() => null);
  while (!isWhole()) {
    const got = await Promise.race([once(socket, 'data') as Promise<[Buffer]>, closed]);
    if (got === null) throw new Error(`the connection closed after ${text.length} characters`);
    text += got[0].toString('latin1');
  }
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(statusLine.split(' ')[1]),
    rawHeaders: pairs.flat(),
    headers: new Map(pairs),
    body,
  };
}

/** Sends a request as it is and checks the answer as a bridge does. */
export async function tryUpgrade(
  gateway: GatewayAddress,
  key: ApiKey,
  changes: UpgradeChanges = {},
): Promise<UpgradeAnswer> {
  const socket = await dial(gateway);
  return sendUpgrade(socket, gateway, upgradeLines(socket, gateway, key, changes), changes);
}

export async function sendUpgrade(
  socket: TLSSocket,
  gateway: GatewayAddress,
  lines: readonly RawHeader[],
  changes: UpgradeChanges = {},
): Promise<UpgradeAnswer> {
  const answer = readAnswer(socket);
  socket.write(requestText(lines, changes));
  return checked(await answer, gateway, lines);
}

function checked(answer: HttpAnswer, gateway: GatewayAddress, lines: readonly RawHeader[]): UpgradeAnswer {
  // A header that was sent twice has no one value that an answer could be tied to.
  const sent = (name: string): string | undefined => {
    const values = lines.filter(([own]) => own.toLowerCase() === name).map(([, value]) => value);
    return values.length === 1 ? values[0] : undefined;
  };
  const headers = headerMapFromRaw(answer.rawHeaders);
  const identity = publicKeyFromRaw(gateway.identityKey);
  const isSigned =
    headers !== null &&
    identity !== null &&
    verifyAnswer(
      { status: answer.status, headers },
      { webSocketKey: sent('sec-websocket-key') ?? '', signature: sent('signature') },
      (message, signature) => verifyEd25519(identity, message, signature),
    );
  return { ...answer, isSigned, refusal: answer.headers.get('rlm-refusal') };
}

export type ToolBody = Readonly<Record<string, unknown>>;

interface JsonRpcAnswer {
  readonly id?: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A bridge's end of an open connection, with MCP's handshake done. */
export class Peer {
  readonly ws: WebSocket;
  readonly socket: TLSSocket;
  /** Every text that has arrived. */
  readonly texts: string[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #nextId = 1;
  readonly #changed = new Set<() => void>();

  constructor(ws: WebSocket, socket: TLSSocket) {
    this.ws = ws;
    this.socket = socket;
    ws.on('error', () => {});
    ws.on('message', (data: Buffer) => {
      this.texts.push(data.toString('utf8'));
      this.#notify();
    });
    this.closed = once(ws, 'close').then(([code, reason]: unknown[]) => {
      this.#notify();
      return { code: Number(code), reason: String(reason) };
    });
  }

  get messages(): readonly JsonRpcAnswer[] {
    return this.texts.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as JsonRpcAnswer);
  }

  get controls(): readonly string[] {
    return this.texts.filter((text) => text.startsWith('!'));
  }

  /** Sends a request without waiting. @returns its id */
  post(method: string, params: unknown = {}): number {
    const id = this.#nextId++;
    this.ws.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return id;
  }

  notify(method: string, params: unknown = {}): void {
    this.ws.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  async answerTo(id: unknown): Promise<JsonRpcAnswer> {
    for (;;) {
      const found = this.messages.find((message) => message.id === id && !('method' in message));
      if (found !== undefined) return found;
      if (this.ws.readyState === this.ws.CLOSED) throw new Error('the connection closed before the answer');
      await new Promise<void>((resolve) => this.#changed.add(resolve));
    }
  }

  request(method: string, params: unknown = {}): Promise<JsonRpcAnswer> {
    return this.answerTo(this.post(method, params));
  }

  /** Calls a tool and gives its one JSON object. */
  async call(tool: string, args: unknown = {}): Promise<ToolBody> {
    return bodyOf(await this.request('tools/call', { name: tool, arguments: args }));
  }

  /** A session with the whole repository as its root. */
  async session(config?: Readonly<Record<string, number>>): Promise<string> {
    const made = await this.call('rlm_session_create', config === undefined ? {} : { config });
    const id = String(made['session_id']);
    await this.call('rlm_roots_set', { session_id: id, roots: ['.'] });
    return id;
  }

  #notify(): void {
    for (const resolve of this.#changed) resolve();
    this.#changed.clear();
  }
}

export function bodyOf(answer: JsonRpcAnswer): ToolBody {
  const body = answer.result?.['structuredContent'];
  if (typeof body !== 'object' || body === null) throw new Error(`no tool result: ${JSON.stringify(answer)}`);
  return body as ToolBody;
}

/** Opens a connection as a bridge does; `initialize` has been answered. */
export async function openPeer(
  gateway: GatewayAddress,
  key: ApiKey,
  changes: UpgradeChanges = {},
): Promise<Peer> {
  const peer = await openSilentPeer(gateway, key, changes);
  await peer.request('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  });
  peer.notify('notifications/initialized');
  return peer;
}

/** The same, before a word of MCP. */
export async function openSilentPeer(
  gateway: GatewayAddress,
  key: ApiKey,
  changes: UpgradeChanges = {},
): Promise<Peer> {
  const socket = await dial(gateway);
  const ws = new WebSocket(`wss://${gateway.host}:${gateway.port}/bridge`, ['rlm-bridge.v1'], {
    createConnection: () => socket,
    perMessageDeflate: false,
    finishRequest: (request) => {
      const webSocketKey = String(request.getHeader('sec-websocket-key'));
      const signed = { ...changes.signed, 'sec-websocket-key': webSocketKey };
      for (const [name, value] of upgradeLines(socket, gateway, key, { ...changes, signed })) {
        request.setHeader(name, value);
      }
      request.end();
    },
  });
  onTestFinished(() => ws.terminate());
  const peer = new Peer(ws, socket);
  await once(ws, 'open');
  return peer;
}
