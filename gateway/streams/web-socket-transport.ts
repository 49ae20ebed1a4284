import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import type { RawData, WebSocket } from 'ws';
import { CLOSE } from '../../shared/frames/close-codes.ts';
import { parseFrame } from '../../shared/frames/control-frame.ts';
import {
  formatErrorResponse,
  INVALID_REQUEST,
  inspectValue,
  PARSE_ERROR,
} from '../../shared/jsonrpc/message.ts';
import { MAX_MESSAGE_FROM_GATEWAY_BYTES, MAX_WAITING_BYTES } from '../../shared/limits.ts';

/**
 * One bridge connection as the MCP SDK sees it: data frames in and out, message for message. Control frames end
 * here. While more than 1 MiB waits to be written the socket is not read, so a caller that does not take its
 * answers cannot ask for more.
 *
 * Streams that outlive a connection, and the call ledger, belong between this transport and the SDK: see
 * docs/architecture.md.
 */
export class WebSocketTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #onProtocolError: (name: string) => void;
  #isClosed = false;
  #messages = 0;

  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: <T extends JSONRPCMessage>(message: T) => void;

  /** @param socket an open WebSocket whose caller is authenticated */
  constructor(socket: WebSocket, onProtocolError: (name: string) => void) {
    this.#socket = socket;
    this.#onProtocolError = onProtocolError;
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
    await this.#write(this.#bounded(message));
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

  #write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(text, (error) => {
        if (this.#socket.isPaused && this.#socket.bufferedAmount < MAX_WAITING_BYTES / 2)
          this.#socket.resume();
        if (error) reject(error);
        else resolve();
      });
      if (this.#socket.bufferedAmount > MAX_WAITING_BYTES) this.#socket.pause();
    });
  }

  #receive(data: RawData, isBinary: boolean): void {
    const bytes = toBuffer(data);
    const frame = isBinary ? null : parseFrame(bytes);
    switch (frame?.kind) {
      case 'data':
        this.#messages += 1;
        this.#receiveData(bytes);
        return;
      case 'ack':
      case 'bye':
        // Nothing is kept for resending yet; the peer's own close follows its `!bye`.
        return;
      default:
        this.#onProtocolError('invalid_frame');
        this.#socket.close(CLOSE.unsupportedData, 'not a frame of this protocol');
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
    for (const message of Array.isArray(value) ? value : [value]) {
      // `inspectValue` has seen the form of a JSON-RPC message; the SDK checks the rest against its schemas.
      this.onmessage?.(message as JSONRPCMessage);
    }
  }

  #refuse(id: string | number | null, code: number, sentence: string): void {
    this.#onProtocolError(code === PARSE_ERROR ? 'not_json' : 'not_json_rpc');
    void this.#write(formatErrorResponse(id, code, sentence)).catch(() => undefined);
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.();
  }
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
