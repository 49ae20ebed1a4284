import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import type { RawData, WebSocket } from 'ws';
import { CLOSE } from '../../shared/frames/close-codes.ts';
import { parseFrame } from '../../shared/frames/control-frame.ts';
import {
  formatErrorResponse,
  INVALID_REQUEST,
  inspectValue,
  type JsonRpcId,
  PARSE_ERROR,
} from '../../shared/jsonrpc/message.ts';
import { MAX_MESSAGE_FROM_GATEWAY_BYTES, MAX_WAITING_BYTES } from '../../shared/limits.ts';
import { Deliveries } from './deliveries.ts';

/** Messages of one batch: far more than a client of that revision sends, far less than 4 MiB can hold. */
const MAX_BATCH_MESSAGES = 100;

export interface TransportOwner {
  /** Whether another call may begin now. */
  hasRoom(): boolean;
  onProtocolError(name: string): void;
  /** The caller has these answers, or uses their ids anew: it will not ask for them again. */
  onDelivered(ids: readonly JsonRpcId[]): void;
}

/**
 * One bridge connection as the MCP SDK sees it: data frames in and out, message for message. Control frames end
 * here. While more than 1 MiB waits to be written, or there is no room for another call, nothing is read: a caller
 * that does not take its answers cannot ask for more, and none can have more done at once than is its share.
 *
 * Streams that outlive a connection belong between this transport and the SDK: see docs/architecture.md.
 */
export class WebSocketTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #owner: TransportOwner;
  /** Messages of the last read that wait for room; no more is read before they are delivered. */
  readonly #held: JSONRPCMessage[] = [];
  readonly #deliveries = new Deliveries();
  #isDelivering = false;
  #isClosed = false;
  #messages = 0;

  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: <T extends JSONRPCMessage>(message: T) => void;

  /** @param socket an open WebSocket whose caller is authenticated */
  constructor(socket: WebSocket, owner: TransportOwner) {
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Data frames received so far. */
  get messages(): number {
    return this.#messages;
  }

  async start(): Promise<void> {
    this.#socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#socket.on('close', () => this.#closed());
    if (this.#socket.readyState !== this.#socket.OPEN) this.#closed();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) throw new Error('the connection is closed');
    await this.#write(this.#bounded(message), answeredId(message));
  }

  async close(): Promise<void> {
    if (!this.#isClosed) this.#socket.close(CLOSE.normal);
  }

  /** A message over the limit would end the IDE's reader for good, so an error goes in its place. */
  #bounded(message: JSONRPCMessage): string {
    const text = JSON.stringify(message);
    if (Buffer.byteLength(text) <= MAX_MESSAGE_FROM_GATEWAY_BYTES || !('id' in message)) return text;
    const id = message.id ?? null;
    return formatErrorResponse(id, INVALID_REQUEST, 'The answer is too large for one message. Ask for less.');
  }

  #write(text: string, answers: JsonRpcId | null): Promise<void> {
    const unspoken = this.#deliveries.sent(answers);
    if (unspoken.length > 0) this.#owner.onDelivered(unspoken);
    return new Promise((resolve, reject) => {
      this.#socket.send(text, (error) => {
        this.proceed();
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Delivers what is held and reads on, as far as there is room; to be called when some has been made. */
  proceed(): void {
    if (!this.#isDelivering) void this.#deliver();
  }

  async #deliver(): Promise<void> {
    this.#isDelivering = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if ('method' in next && 'id' in next && this.#deliveries.isReused(next.id)) {
        this.#owner.onDelivered([next.id]);
      }
      this.onmessage?.(next);
      // A call counts as running a turn after it was delivered: until then nobody knows whether there is room.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#isDelivering = false;
    this.#readOrNot();
  }

  #next(): JSONRPCMessage | undefined {
    if (this.#socket.readyState !== this.#socket.OPEN) this.#held.length = 0;
    const next = this.#hasRoom() ? this.#held.shift() : undefined;
    this.#readOrNot();
    return next;
  }

  #readOrNot(): void {
    if (this.#held.length > 0 || !this.#hasRoom()) this.#socket.pause();
    else if (this.#socket.isPaused) this.#socket.resume();
  }

  #hasRoom(): boolean {
    return this.#socket.bufferedAmount <= MAX_WAITING_BYTES && this.#owner.hasRoom();
  }

  #receive(data: RawData, isBinary: boolean): void {
    // ws goes on giving messages while it closes: from a revoked key, or after a frame that broke the rules.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const bytes = toBuffer(data);
    const frame = isBinary ? null : parseFrame(bytes);
    switch (frame?.kind) {
      case 'data':
        this.#messages += 1;
        this.#receiveData(bytes);
        return;
      case 'ack':
        this.#acknowledged(frame.count);
        return;
      case 'bye':
        // The peer's own close follows.
        return;
      default:
        this.#owner.onProtocolError('invalid_frame');
        this.#socket.close(CLOSE.unsupportedData, 'not a frame of this protocol');
    }
  }

  #acknowledged(count: number): void {
    const arrived = this.#deliveries.acknowledged(count);
    if (arrived === null) {
      this.#owner.onProtocolError('invalid_ack');
      this.#socket.close(CLOSE.policyViolation, 'an acknowledgement of what was never sent');
    } else if (arrived.length > 0) {
      this.#owner.onDelivered(arrived);
    }
  }

  #receiveData(bytes: Buffer): void {
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch {
      this.#refuse(null, PARSE_ERROR, 'The message is not JSON.');
      return;
    }
    const facts = inspectValue(value);
    if (facts.kind === 'invalid') {
      this.#refuse(facts.id, INVALID_REQUEST, 'The message is not JSON-RPC 2.0.');
      return;
    }
    const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (messages.length > MAX_BATCH_MESSAGES) {
      this.#refuse(null, INVALID_REQUEST, `A batch has at most ${MAX_BATCH_MESSAGES} messages.`);
      return;
    }
    // `inspectValue` has seen the form of JSON-RPC messages; the SDK checks the rest against its schemas.
    this.#held.push(...(messages as readonly JSONRPCMessage[]));
    this.proceed();
  }

  #refuse(id: string | number | null, code: number, sentence: string): void {
    this.#owner.onProtocolError(code === PARSE_ERROR ? 'not_json' : 'not_json_rpc');
    void this.#write(formatErrorResponse(id, code, sentence), id).catch(() => undefined);
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.();
  }
}

/** The id of the request that a message answers. */
const answeredId = (message: JSONRPCMessage): JsonRpcId | null =>
  'method' in message || !('id' in message) ? null : (message.id ?? null);

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
