import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { Log } from '../json-log.ts';
import type { Connection } from './connection.ts';
import type { Loss } from './loss.ts';
import { askedPauseMs, backoffMs, retryAfter } from './retry-policy.ts';

/** What the uplink tells the relay. */
export interface UplinkListener {
  /** A connection to the proven gateway: the listener starts it. */
  opened(connection: Connection): void;
  lost(loss: Loss): void;
  /** A dial failed for a reason that waiting does not mend. */
  refused(error: RlmError): void;
  /** Whether a request waits for a connection: then the uplink tries more often. */
  isWaiting(): boolean;
}

export interface UplinkParts {
  readonly dial: (signal: AbortSignal) => Promise<Connection>;
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/**
 * | state | meaning | leaves |
 * |---|---|---|
 * | idle | nothing to do | a request: dialing |
 * | dialing | a dial is under way | open, waiting, refused |
 * | open | connected | lost: dialing, waiting, idle, refused |
 * | waiting | backing off | timer, or a request: dialing |
 * | refused | only a person can mend it | a request, not too soon: dialing |
 * | stopped | for good | |
 */
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'dialing'; readonly abort: AbortController }
  | { readonly kind: 'open'; readonly connection: Connection; readonly sinceMs: number }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout; readonly isHeld: boolean }
  | { readonly kind: 'refused'; readonly error: RlmError; readonly untilMs: number }
  | { readonly kind: 'stopped' };

/** A connection that lived this long counts as good: the next backoff begins from the start. */
const STABLE_MS = 5_000;

/** Milliseconds between dials that requests bring forward. */
const DEMAND_SPACING_MS = 1_000;

/** Keeps one connection to the gateway: dials, waits, dials again, and knows when not to. */
export class Uplink {
  readonly #parts: UplinkParts;
  readonly #listener: UplinkListener;
  #state: State = { kind: 'idle' };
  #attempt = 0;
  #dialedAtMs = 0;
  #lastFailure: RlmError | undefined;

  constructor(parts: UplinkParts, listener: UplinkListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** Why the last dial failed, while there is no connection. */
  get lastFailure(): RlmError | undefined {
    return this.#lastFailure;
  }

  start(): void {
    if (this.#state.kind === 'idle') this.#dial();
  }

  /**
   * A request wants a connection.
   * @returns the error to answer it with at once, or `null` where it is worth waiting
   */
  demand(): RlmError | null {
    const state = this.#state;
    switch (state.kind) {
      case 'idle':
        this.#dial();
        return null;
      case 'waiting':
        // A person has come back: no long wait for them.
        if (!state.isHeld && this.#parts.nowMs() - this.#dialedAtMs >= DEMAND_SPACING_MS) this.#dial();
        return null;
      case 'refused':
        if (this.#parts.nowMs() < state.untilMs) return state.error;
        this.#dial();
        return null;
      case 'stopped':
        return this.#lastFailure ?? new RlmError('CONNECTION_LOST', 'rlm-bridge is ending.');
      case 'dialing':
      case 'open':
        return null;
    }
  }

  /** To be called by the listener when the connection it was given is lost. */
  connectionLost(loss: Loss): void {
    const state = this.#state;
    if (state.kind !== 'open') return;
    this.#parts.log.info('uplink.lost', { why: loss.kind });
    if (this.#parts.nowMs() - state.sinceMs >= STABLE_MS) this.#attempt = 0;
    this.#state = { kind: 'idle' };
    this.#listener.lost(loss);
    switch (loss.kind) {
      case 'idle':
        // A request that crossed the close waits now, and nobody else would dial for it.
        if (this.#listener.isWaiting()) this.#wait(null);
        return;
      case 'restarting':
        if (this.#attempt === 0) this.#dial();
        else this.#wait(null);
        return;
      case 'dropped':
      case 'too-large':
        this.#wait(null);
        return;
      case 'refused':
        this.#failed(loss.error);
    }
  }

  stop(): void {
    const state = this.#state;
    this.#state = { kind: 'stopped' };
    if (state.kind === 'dialing') state.abort.abort();
    if (state.kind === 'waiting') clearTimeout(state.timer);
    if (state.kind === 'open') state.connection.close();
  }

  #dial(): void {
    if (this.#state.kind === 'waiting') clearTimeout(this.#state.timer);
    const abort = new AbortController();
    const startedMs = this.#parts.nowMs();
    this.#dialedAtMs = startedMs;
    this.#state = { kind: 'dialing', abort };
    this.#parts.dial(abort.signal).then(
      (connection) => this.#opened(connection, abort, startedMs),
      (error: unknown) => {
        if (!isCurrent(this.#state, abort)) return;
        this.#failed(error instanceof RlmError ? error : unexpected(error));
      },
    );
  }

  #opened(connection: Connection, abort: AbortController, startedMs: number): void {
    if (!isCurrent(this.#state, abort)) {
      connection.terminate();
      return;
    }
    const nowMs = this.#parts.nowMs();
    this.#parts.log.info('uplink.open', { tookMs: Math.round(nowMs - startedMs) });
    this.#state = { kind: 'open', connection, sinceMs: nowMs };
    this.#lastFailure = undefined;
    this.#listener.opened(connection);
  }

  #failed(error: RlmError): void {
    this.#lastFailure = error;
    this.#parts.log.warn('uplink.failed', { code: error.code });
    const retry = retryAfter(error);
    if (retry.kind === 'backoff') {
      this.#wait(askedPauseMs(error));
      return;
    }
    this.#state = { kind: 'refused', error, untilMs: this.#parts.nowMs() + retry.afterMs };
    this.#listener.refused(error);
  }

  /** @param askedMs what the gateway asked for, which no request may shorten */
  #wait(askedMs: number | null): void {
    const delayMs = askedMs ?? backoffMs(this.#attempt, this.#listener.isWaiting(), this.#parts.random());
    this.#attempt += 1;
    const timer = setTimeout(() => this.#dial(), delayMs);
    this.#state = { kind: 'waiting', timer, isHeld: askedMs !== null };
  }
}

const isCurrent = (state: State, abort: AbortController): boolean =>
  state.kind === 'dialing' && state.abort === abort;

const unexpected = (cause: unknown): RlmError =>
  new RlmError('GATEWAY_UNREACHABLE', 'The connection to the gateway failed.', { cause });
