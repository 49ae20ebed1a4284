import type { WebSocket } from 'ws';
import { CLOSE } from '../../shared/frames/close-codes.ts';
import { parseFrame } from '../../shared/frames/control-frame.ts';
import { ReceiveCounter } from '../../shared/frames/receive-counter.ts';
import { MAX_WAITING_BYTES } from '../../shared/limits.ts';
import { KeepAlive } from './keep-alive.ts';
import { type Loss, lossFromClose } from './loss.ts';

/** What a connection tells its user. `lost` comes once, and last. */
export interface ConnectionListener {
  /** One JSON-RPC text, unverified, byte for byte as the gateway wrote it. */
  received(bytes: Buffer): void;
  /** What waited to be sent has gone. */
  drained(): void;
  lost(loss: Loss): void;
}

/** Milliseconds a gateway may take from `!bye` to its close; requests in flight may still be answered. */
const BYE_LINGER_MS = 10_000;

/**
 * One WebSocket to a gateway whose identity is proven. Sorts frames into data and control, keeps it alive, and says
 * why it ended. Made paused: nothing is read before `start`.
 *
 * A resumable stream would stand between this class and the relay: it would own several connections in turn and look
 * to the relay like one.
 *
 * @see docs/wire.md [FR1] [KA1] [CL2]
 */
export class Connection {
  readonly #ws: WebSocket;
  readonly #keepAlive: KeepAlive;
  #listener: ConnectionListener | undefined;
  #bye: number | undefined;
  #byeTimer: NodeJS.Timeout | undefined;
  #isTooLarge = false;
  #wasFull = false;
  #loss: Loss | undefined;
  /** Tells the gateway which answers are safe with us: it need not keep them for a call that is sent again. */
  readonly #received: ReceiveCounter;

  constructor(ws: WebSocket) {
    this.#ws = ws;
    this.#received = new ReceiveCounter((frame) => {
      if (ws.readyState === ws.OPEN) ws.send(frame);
    });
    ws.pause();
    this.#keepAlive = new KeepAlive(ws, () => ws.terminate());
    ws.on('error', (error) => {
      // A message over the limit ends the connection; everything else shows as a close.
      if ((error as NodeJS.ErrnoException).code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
        this.#isTooLarge = true;
    });
    ws.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    ws.on('close', (code) => this.#closed(code));
  }

  /** Begins to read. A connection that is already gone says so at once. */
  start(listener: ConnectionListener): void {
    this.#listener = listener;
    if (this.#loss !== undefined) {
      listener.lost(this.#loss);
      return;
    }
    this.#keepAlive.start();
    this.#ws.resume();
  }

  /** Whether more than {@link MAX_WAITING_BYTES} wait to be written: stop producing until `drained`. */
  get isFull(): boolean {
    return this.#ws.bufferedAmount > MAX_WAITING_BYTES;
  }

  /** Whether the gateway has said that it will close: it takes no new requests. */
  get isLeaving(): boolean {
    return this.#bye !== undefined;
  }

  /** Sends one JSON-RPC text as it is. Lost silently if the connection is: `lost` follows. */
  send(bytes: Buffer): void {
    this.#ws.send(bytes, { binary: false }, () => this.#sent());
    if (this.isFull) this.#wasFull = true;
  }

  #sent(): void {
    if (!this.#wasFull || this.isFull || this.#loss !== undefined) return;
    this.#wasFull = false;
    this.#listener?.drained();
  }

  /** Stops reading while the IDE does not read; the gateway is told that we live. */
  pause(): void {
    if (this.#ws.isPaused) return;
    this.#ws.pause();
    this.#keepAlive.pause();
  }

  resume(): void {
    if (!this.#ws.isPaused) return;
    this.#keepAlive.resume();
    this.#ws.resume();
  }

  /** Ends it in good order: the gateway need not wait for us to come back. */
  close(): void {
    this.#ws.resume();
    this.#ws.close(CLOSE.normal);
  }

  /** Ends it at once. */
  terminate(): void {
    this.#ws.terminate();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#keepAlive.touch();
    const frame = isBinary ? ({ kind: 'invalid' } as const) : parseFrame(data);
    switch (frame.kind) {
      case 'data':
        this.#listener?.received(data);
        this.#received.count();
        return;
      case 'ack':
        // Nothing is kept for sending again yet, so there is nothing to drop.
        return;
      case 'bye':
        this.#bye ??= frame.code;
        this.#byeTimer ??= setTimeout(() => this.#ws.terminate(), BYE_LINGER_MS);
        return;
      case 'invalid':
        this.#ws.close(CLOSE.unsupportedData);
        return;
    }
  }

  #closed(code: number): void {
    clearTimeout(this.#byeTimer);
    this.#keepAlive.stop();
    this.#received.stop();
    this.#loss = this.#isTooLarge ? { kind: 'too-large' } : lossFromClose(this.#bye ?? code);
    this.#listener?.lost(this.#loss);
  }
}
