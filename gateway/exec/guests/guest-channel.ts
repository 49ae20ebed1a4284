/**
 * A guest's bytes, cut into checked messages, for whoever listens at the moment. What a guest can make the gateway hold is
 * one frame and what its channel holds, and what it can make it do in one turn of the event loop is one frame too many.
 */
import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { MAX_GUEST_BYTES, MAX_GUEST_FRAME_BYTES } from '../exec-limits.ts';
import { CHANNEL_FD, encodeFrame, FrameReader, type FromGuest, type ToGuest } from './guest-frames.ts';
import { parseGuestMessage } from './guest-message.ts';
import { PacedIntake } from './paced-intake.ts';

/** Milliseconds between the two signs that a process is gone: its end, and the end of its channel. */
const FAREWELL_MS = 100;

/** Why there is nothing more to come. */
export interface GuestLoss {
  /** For the log; holds nothing of what the guest said. */
  readonly reason: string;
  /** Of a process that has ended; both are `null` otherwise. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

type OnMessage = (message: FromGuest) => void;
type OnLoss = (loss: GuestLoss) => void;

export class GuestChannel {
  readonly #socket: Duplex;
  readonly #frames = new FrameReader(MAX_GUEST_FRAME_BYTES);
  readonly #intake: PacedIntake<Buffer>;
  #received = 0;
  #unsent = 0;
  #onMessage: OnMessage = () => {};
  #onLoss: OnLoss = () => {};
  #loss: GuestLoss | null = null;
  #isClosed = false;
  #farewell: NodeJS.Timeout | null = null;

  /** @param child started with a pipe as its descriptor 3 */
  constructor(child: ChildProcess) {
    const socket = child.stdio[CHANNEL_FD];
    if (!socket || !('write' in socket)) throw new TypeError('the guest was started without its channel');
    // Spawned with `pipe`, which on Unix is a socket pair.
    this.#socket = socket as Duplex;
    this.#intake = new PacedIntake(this.#socket, {
      cut: (chunk) => this.#frames.frames(chunk),
      onMessage: (frame) => this.#onMessage(parseGuestMessage(frame)),
      onBroken: () => this.#lose('it broke the protocol'),
    });
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', () => this.#lose('its channel broke'));
    // It may have closed the channel and live on; where it has ended, its exit says more.
    this.#socket.once('close', () => this.#loseSoon('it closed its channel', null, null));
    child.once('error', () => this.#lose('it could not be started'));
    // What it said last may still lie in the channel, whose end comes after it, or never, where somebody holds it open.
    child.once('exit', (code, signal) => this.#loseSoon(`it ended (${signal ?? code})`, code, signal));
    // Then all of it is here.
    child.once('close', (code, signal) =>
      this.#intake.whenDone(() => this.#lose(`it ended (${signal ?? code})`, code, signal)),
    );
  }

  /** Whether the guest has said more than what is being handled: asked by who heard a message that must be its last. */
  get hasMore(): boolean {
    return this.#frames.hasMore || this.#intake.hasMore;
  }

  /** Messages that the kernel has not taken yet: the guest does not read. */
  get unsentMessages(): number {
    return this.#unsent;
  }

  send(message: ToGuest): void {
    if (this.#isClosed || this.#loss !== null) return;
    this.#unsent += 1;
    this.#socket.write(encodeFrame(message), () => {
      this.#unsent -= 1;
    });
  }

  /** From now on, what the guest says goes here; what it has said before does not come again. */
  listen(onMessage: OnMessage, onLoss: OnLoss): void {
    this.#onMessage = onMessage;
    this.#onLoss = onLoss;
    if (this.#loss !== null) onLoss(this.#loss);
  }

  /** Whoever listens next is told this as the reason why there is nothing to hear. */
  giveUp(reason: string): void {
    this.#onLoss = () => {};
    this.#lose(reason);
  }

  /** Hears and says nothing from now on: what the guest has said already is dropped, unread. */
  close(): void {
    this.#isClosed = true;
    this.#intake.close();
    clearTimeout(this.#farewell ?? undefined);
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#farewell?.refresh();
    this.#received += chunk.length;
    if (this.#received > MAX_GUEST_BYTES) this.#lose('it said too much');
    else this.#intake.take(chunk);
  }

  #loseSoon(reason: string, exitCode: number | null, signal: NodeJS.Signals | null): void {
    if (this.#isClosed || this.#loss !== null) return;
    clearTimeout(this.#farewell ?? undefined);
    this.#farewell = setTimeout(() => {
      // What it has said takes its time to be heard, and more of it may lie in the channel until then.
      if (this.#intake.isDone) this.#lose(reason, exitCode, signal);
      else this.#intake.whenDone(() => this.#loseSoon(reason, exitCode, signal));
    }, FAREWELL_MS);
  }

  #lose(reason: string, exitCode: number | null = null, signal: NodeJS.Signals | null = null): void {
    if (this.#isClosed || this.#loss !== null) return;
    this.#loss = { reason, exitCode, signal };
    const tell = this.#onLoss;
    this.close();
    tell(this.#loss);
  }
}
