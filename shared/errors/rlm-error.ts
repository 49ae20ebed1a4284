import { ERROR_CODES, type ErrorCode, type ErrorFacts } from './codes.ts';

/**
 * An error with a code of the table. `message` is one sentence for a person: what happened, what was expected,
 * what was found. It never holds a secret, file content, or the peer's text.
 */
export class RlmError extends Error {
  readonly code: ErrorCode;
  /** Further fields of a tool's failure result, for example `retry_after_ms`. Contract names, snake_case. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly fields?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RlmError';
    this.code = code;
    this.fields = options.fields ?? {};
  }

  get facts(): ErrorFacts {
    return ERROR_CODES[this.code];
  }

  /** The next step to offer; nothing where the message ends in a command of its own. */
  get next(): string {
    const own = this.fields['next'];
    if (typeof own === 'string') return own;
    const { next } = this.facts;
    return this.message.includes(next) || /\bRun: \S/.test(this.message) ? '' : next;
  }

  /** `message` and the next step, as one paragraph. */
  get sentence(): string {
    return this.next === '' ? this.message : `${this.message} ${this.next}`;
  }
}

export const isRlmError = (value: unknown): value is RlmError => value instanceof RlmError;
