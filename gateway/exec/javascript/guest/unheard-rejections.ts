import type { JSValueHandle } from 'quickjs-wasi';

/** Promises that were rejected with nobody listening, of which so many are watched. */
const MAX_REJECTIONS = 1_000;

/** Promises of the program that were rejected with nobody listening so far. */
export class UnheardRejections {
  /** By the identity of the promise, which is held so that the identity stays its own. */
  readonly #rejections = new Map<number, { promise: JSValueHandle; reason: JSValueHandle }>();

  note(promise: JSValueHandle, reason: JSValueHandle, isHandled: boolean): void {
    const { identity } = promise;
    if (isHandled) {
      const noted = this.#rejections.get(identity);
      this.#rejections.delete(identity);
      noted?.promise.dispose();
      noted?.reason.dispose();
    } else if (this.#rejections.size < MAX_REJECTIONS) {
      this.#rejections.set(identity, { promise: promise.dup(), reason: reason.dup() });
    }
  }

  /** Why the first of them was rejected. */
  firstReason(): JSValueHandle | undefined {
    const [first] = this.#rejections.values();
    return first?.reason;
  }
}
