import type { JsonRpcId } from '../../shared/jsonrpc/message.ts';

/** What is known of a message too long to be kept. */
export interface MessageHead {
  /** The top-level `id`, wherever in the message it stands: some clients write it last. */
  readonly id: JsonRpcId | null;
  /** Whether it has a top-level `method`, and so is a request or a notification rather than an answer. */
  readonly hasMethod: boolean;
}

/** Bytes of a key or an id that are kept; longer ones count as unknown. */
const MAX_TOKEN_BYTES = 256;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const [COLON, COMMA, SPACE] = [0x3a, 0x2c, 0x20];

/**
 * Finds the top-level `id` and `method` of a JSON object while it streams by, in constant memory. Follows nesting and
 * strings only; it does not check that the rest is JSON, for the message is refused either way.
 */
export class MessageHeadScanner {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** At depth 1: whether the next token is a key or a value. */
  #place: 'key' | 'value' = 'key';
  #key = '';
  #token: number[] = [];
  #idText: string | null = null;
  #hasMethod = false;

  get head(): MessageHead {
    return { id: parseId(this.#idText), hasMethod: this.#hasMethod };
  }

  push(bytes: Buffer): void {
    for (const byte of bytes) {
      if (this.#isInString) this.#inString(byte);
      else this.#outside(byte);
    }
  }

  #inString(byte: number): void {
    this.#keep(byte);
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInString = false;
  }

  #outside(byte: number): void {
    switch (byte) {
      case QUOTE:
        this.#isInString = true;
        this.#keep(byte);
        return;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#keep(byte);
        this.#depth += 1;
        return;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (this.#depth === 1) this.#endValue();
        this.#depth -= 1;
        return;
      case COLON:
        if (this.#depth === 1 && this.#place === 'key') {
          this.#key = this.#takeToken();
          this.#place = 'value';
        }
        return;
      case COMMA:
        if (this.#depth === 1) this.#endValue();
        return;
      default:
        if (byte > SPACE) this.#keep(byte);
    }
  }

  #endValue(): void {
    const value = this.#takeToken();
    if (this.#place === 'value') {
      if (this.#key === '"id"') this.#idText = value;
      if (this.#key === '"method"') this.#hasMethod = true;
    }
    this.#place = 'key';
  }

  #keep(byte: number): void {
    if (this.#depth === 1 && this.#token.length <= MAX_TOKEN_BYTES) this.#token.push(byte);
  }

  #takeToken(): string {
    const token = this.#token;
    this.#token = [];
    return token.length > MAX_TOKEN_BYTES ? '' : Buffer.from(token).toString('utf8');
  }
}

function parseId(text: string | null): JsonRpcId | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? value : null;
  } catch {
    return null;
  }
}
