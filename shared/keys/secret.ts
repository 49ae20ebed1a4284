import { inspect } from 'node:util';

/**
 * A value that must not be seen. Prints, logs and serialises as `[secret]`; `unwrap` is called only
 * where the value is used. Text or bytes.
 */
export class Secret<T extends string | Uint8Array> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  unwrap(): T {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
