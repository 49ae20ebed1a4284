import type { JsonRpcId } from '../../shared/jsonrpc/message.ts';

/** Answers that may wait for their acknowledgement; a bridge that takes that many has them, it only does not say so. */
const MAX_OPEN = 4_096;
/** No client has longer ids; one that has must not fill our memory with them. */
const MAX_ID_LENGTH = 256;

/**
 * Which answers the bridge has, by its acknowledgements. Data frames are counted from the connection's first; an
 * answer whose frame is acknowledged need not be kept for a bridge that asks again.
 */
export class Deliveries {
  #sent = 0;
  /** By id, the frame of its answer; oldest first. */
  readonly #open = new Map<JsonRpcId, number>();

  /**
   * One more data frame leaves, `id` the request it answers, if it is an answer.
   * @returns the answers that waited too long for their acknowledgement
   */
  sent(id: JsonRpcId | null): readonly JsonRpcId[] {
    this.#sent += 1;
    if (id === null || (typeof id === 'string' && id.length > MAX_ID_LENGTH)) return [];
    this.#open.delete(id);
    this.#open.set(id, this.#sent);
    if (this.#open.size <= MAX_OPEN) return [];
    const [oldest] = this.#open.keys();
    if (oldest === undefined) return [];
    this.#open.delete(oldest);
    return [oldest];
  }

  /** @returns the answers that have arrived, or `null` where the peer claims frames it was never sent */
  acknowledged(count: number): readonly JsonRpcId[] | null {
    if (count > this.#sent) return null;
    const arrived: JsonRpcId[] = [];
    for (const [id, frame] of this.#open) {
      if (frame > count) break;
      this.#open.delete(id);
      arrived.push(id);
    }
    return arrived;
  }

  /**
   * A request has come under this id. On one connection nothing is sent twice, so where the id has been answered
   * here, this is another call, and the client has had the first answer.
   */
  isReused(id: JsonRpcId): boolean {
    return this.#open.delete(id);
  }
}
