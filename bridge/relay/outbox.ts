import type { JsonRpcId } from '../../shared/jsonrpc/message.ts';

/** One message of the IDE on its way to the gateway. */
export interface Outgoing {
  readonly bytes: Buffer;
  /** The requests in it: one, none (a notification or an answer), or several (a batch). */
  readonly ids: readonly JsonRpcId[];
  /** Of a single request. */
  readonly method: string | undefined;
  readonly kind: 'request' | 'notification' | 'initialized' | 'response';
  /** Whether it may be sent again when nobody knows whether it arrived. */
  readonly isHarmless: boolean;
  /** Monotonic milliseconds by which it must have been sent. */
  deadlineMs: number;
  /** Connections that broke while it was under way. */
  losses: number;
  place: 'waiting' | 'sent';
}

/**
 * Messages that wait for a connection, in order. Bounded by whoever fills it: past a limit of {@link bytes} the IDE is
 * no longer read.
 */
export class Outbox {
  readonly #items = new Set<Outgoing>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#items.size === 0;
  }

  add(item: Outgoing): void {
    item.place = 'waiting';
    this.#items.add(item);
    this.#bytes += item.bytes.length;
  }

  /** The earliest deadline of all that wait; infinite where nothing does. */
  get nextDeadlineMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const item of this.#items) next = Math.min(next, item.deadlineMs);
    return next;
  }

  /** Puts items that were sent in vain before all that wait. */
  putFirst(items: readonly Outgoing[]): void {
    const rest = [...this.#items];
    this.#items.clear();
    this.#bytes = 0;
    for (const item of [...items, ...rest]) this.add(item);
  }

  remove(item: Outgoing): void {
    if (this.#items.delete(item)) this.#bytes -= item.bytes.length;
  }

  removeWhere(predicate: (item: Outgoing) => boolean): readonly Outgoing[] {
    const removed = [...this.#items].filter(predicate);
    for (const item of removed) this.remove(item);
    return removed;
  }

  takeFirst(): Outgoing | undefined {
    const [first] = this.#items;
    if (first === undefined) return undefined;
    this.remove(first);
    first.place = 'sent';
    return first;
  }
}
