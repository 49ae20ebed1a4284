import { KEEP_ALIVE_INTERVAL_MS, KEEP_ALIVE_MISSED_PONGS } from '../../shared/limits.ts';

/** The members of a WebSocket that this needs. */
export interface PingSocket {
  readonly readyState: number;
  ping(): void;
  pong(): void;
  on(event: 'pong' | 'ping', listener: () => void): unknown;
}

/** Milliseconds a gateway has to answer the ping after a machine woke up: the connection is most likely dead. */
const WAKE_PROBE_MS = 3_000;
const OPEN = 1;

/**
 * Pings every {@link KEEP_ALIVE_INTERVAL_MS} and ends a connection after two pings without a sign of life: a laptop
 * that slept or a VPN that dropped leaves a socket which looks open for many minutes.
 *
 * - A timer that fires far too late means that the machine slept: the connection gets one quick probe.
 * - While reading is paused (the IDE does not read) no pong can be seen, nor the gateway's pings answered. Then
 *   nothing is counted, and an unasked pong (RFC 6455 section 5.5.3) tells the gateway that we live.
 */
export class KeepAlive {
  readonly #socket: PingSocket;
  readonly #dead: () => void;
  #timer: NodeJS.Timeout | undefined;
  #missed = 0;
  #isPaused = false;

  constructor(socket: PingSocket, dead: () => void) {
    this.#socket = socket;
    this.#dead = dead;
    socket.on('pong', () => this.touch());
    socket.on('ping', () => this.touch());
  }

  start(): void {
    this.#schedule(KEEP_ALIVE_INTERVAL_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** A sign of life. */
  touch(): void {
    this.#missed = 0;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#missed = 0;
  }

  #schedule(delayMs: number): void {
    const dueMs = Date.now() + delayMs;
    this.#timer = setTimeout(() => this.#look(Date.now() - dueMs), delayMs);
    this.#timer.unref();
  }

  #look(lateMs: number): void {
    if (this.#socket.readyState !== OPEN) return;
    if (this.#isPaused) {
      this.#socket.pong();
      this.#schedule(KEEP_ALIVE_INTERVAL_MS);
      return;
    }
    if (lateMs > KEEP_ALIVE_INTERVAL_MS) {
      this.#missed = KEEP_ALIVE_MISSED_PONGS;
      this.#socket.ping();
      this.#schedule(WAKE_PROBE_MS);
      return;
    }
    if (this.#missed >= KEEP_ALIVE_MISSED_PONGS) {
      this.#dead();
      return;
    }
    this.#missed += 1;
    this.#socket.ping();
    this.#schedule(KEEP_ALIVE_INTERVAL_MS);
  }
}
