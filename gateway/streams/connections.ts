import type { CloseCode } from '../../shared/frames/close-codes.ts';
import { formatBye } from '../../shared/frames/control-frame.ts';

/** What the registry needs of a live connection. */
export interface Connection {
  readonly id: string;
  readonly keyId: string;
  /** Sends a text frame; the peer may be gone already. */
  sendControl(frame: string): void;
  close(code: CloseCode, reason: string): void;
  /** Calls that have begun and are not answered yet. */
  readonly callsInFlight: number;
}

const DRAIN_POLL_MS = 20;

/** The bridges that are connected now, so that a revoked key's connections can be cut and a restart announced. */
export class Connections {
  readonly #byId = new Map<string, Connection>();

  add(connection: Connection): void {
    this.#byId.set(connection.id, connection);
  }

  remove(connection: Connection): void {
    this.#byId.delete(connection.id);
  }

  get size(): number {
    return this.#byId.size;
  }

  countOf(keyId: string): number {
    return [...this.#byId.values()].filter((connection) => connection.keyId === keyId).length;
  }

  /** @returns how many were cut */
  cut(keyId: string, code: CloseCode, reason: string): number {
    const theirs = [...this.#byId.values()].filter((connection) => connection.keyId === keyId);
    for (const connection of theirs) {
      // Cut once: a peer that takes its time to close is not cut again at the next look.
      this.#byId.delete(connection.id);
      end(connection, code, reason);
    }
    return theirs.length;
  }

  closeAll(code: CloseCode, reason: string): void {
    for (const connection of this.#byId.values()) end(connection, code, reason);
  }

  /** Resolves when no call is in flight any more, or at the deadline. */
  async drained(deadlineMs: number): Promise<void> {
    const until = performance.now() + deadlineMs;
    while (performance.now() < until && this.#isBusy()) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
  }

  #isBusy(): boolean {
    return [...this.#byId.values()].some((connection) => connection.callsInFlight > 0);
  }
}

function end(connection: Connection, code: CloseCode, reason: string): void {
  connection.sendControl(formatBye(code, reason));
  connection.close(code, reason);
}
