import type { JsonRpcId } from '../../shared/jsonrpc/message.ts';

/**
 * What must be said again when the gateway has lost a stateful client's conversation: its `initialize` line and its
 * `notifications/initialized`, byte for byte. A client of the stateless revision (2026-07-28) says neither, and
 * nothing is put back for it.
 */
export class Conversation {
  #opening: { readonly id: JsonRpcId; readonly bytes: Buffer } | undefined;
  #isEstablished = false;
  #initialized: Buffer | undefined;

  /** The IDE has asked to initialize; a later one replaces an earlier. */
  asked(id: JsonRpcId, bytes: Buffer): void {
    this.#opening = { id, bytes };
    this.#isEstablished = false;
    this.#initialized = undefined;
  }

  /** Whether this is the id of an `initialize` that has no result yet. */
  isOpening(id: JsonRpcId): boolean {
    return this.#opening?.id === id && !this.#isEstablished;
  }

  /** With the result of `initialize` the conversation stands. */
  answered(isResult: boolean): void {
    this.#isEstablished = isResult;
  }

  initialized(bytes: Buffer): void {
    this.#initialized = bytes;
  }

  /** What to send on a new stream before anything else, or `null` where there is nothing to put back. */
  get toReplay(): {
    readonly id: JsonRpcId;
    readonly opening: Buffer;
    readonly initialized: Buffer | undefined;
  } | null {
    if (this.#opening === undefined || !this.#isEstablished) return null;
    return { id: this.#opening.id, opening: this.#opening.bytes, initialized: this.#initialized };
  }
}
