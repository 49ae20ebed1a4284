/**
 * The protobuf wire format, as far as the Monty protocol needs it. Reading treats every byte as hostile: lengths are
 * checked against what is there before anything is kept, and views are handed out, never copies.
 * @see https://protobuf.dev/programming-guides/encoding/
 */

/** A message that is none: too short, an impossible key, a number too long. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
/** Bytes of the longest varint. */
const MAX_VARINT_BYTES = 10;
/** Bytes of a varint that any number holds exactly: 49 bits. */
const SMALL_VARINT_BYTES = 7;

/** How many fields may still be read, of a message and of all that are in it: a field is two bytes, and takes far longer. */
export class FieldMeter {
  #left: number;
  readonly #error: () => Error;

  /** @param error what is thrown past that */
  constructor(max: number, error: () => Error = () => new MalformedMessage('too many fields')) {
    this.#left = max;
    this.#error = error;
  }

  take(): void {
    this.#left -= 1;
    if (this.#left < 0) throw this.#error();
  }
}

/**
 * Reads a message field by field, its own or one inside another: no copy, no view, and no object for a field, since
 * there may be hundreds of thousands. What is said of the field at hand holds until the next one.
 */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #meter: FieldMeter;
  readonly #end: number;
  #at: number;
  /** Where the value at hand lies. */
  #valueStart = 0;
  #valueEnd = 0;
  #number = 0;
  #kind: 'varint' | 'fixed64' | 'bytes' | 'fixed32' = 'varint';

  constructor(bytes: Buffer, meter: FieldMeter, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#meter = meter;
    this.#at = start;
    this.#end = end;
  }

  /** The number of the field at hand. */
  get number(): number {
    return this.#number;
  }

  get kind(): 'varint' | 'fixed64' | 'bytes' | 'fixed32' {
    return this.#kind;
  }

  /** Bytes of the value at hand. */
  get size(): number {
    return this.#valueEnd - this.#valueStart;
  }

  /** Steps to the next field. @throws {MalformedMessage} where there is no field, and it is not the end either */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    this.#meter.take();
    this.#skipVarint();
    const key = this.toNumber();
    this.#number = Math.floor(key / 8);
    if (this.#number < 1 || this.#number > 0x1fff_ffff)
      throw new MalformedMessage('an impossible field number');
    switch (key % 8) {
      case VARINT:
        this.#kind = 'varint';
        this.#skipVarint();
        return true;
      case FIXED64:
        this.#kind = 'fixed64';
        this.#skip(8);
        return true;
      case BYTES:
        this.#kind = 'bytes';
        this.#skipVarint();
        this.#skip(this.toNumber());
        return true;
      case FIXED32:
        this.#kind = 'fixed32';
        this.#skip(4);
        return true;
      default:
        throw new MalformedMessage('an impossible wire type');
    }
  }

  /** Of a varint, to the nearest that a number can be. */
  toNumber(): number {
    let value = 0;
    for (let at = this.#valueEnd - 1; at >= this.#valueStart; at -= 1) {
      value = value * 128 + ((this.#bytes[at] ?? 0) & 0x7f);
    }
    return value;
  }

  /** Of a varint, its 64 bits. */
  toBigInt(): bigint {
    let value = 0n;
    for (let at = this.#valueEnd - 1; at >= this.#valueStart; at -= 1) {
      value = (value << 7n) | BigInt((this.#bytes[at] ?? 0) & 0x7f);
    }
    return BigInt.asUintN(64, value);
  }

  /** Of a varint, the `sint64` that it stands for. */
  toSigned(): bigint {
    if (this.size > SMALL_VARINT_BYTES) return unzigzag(this.toBigInt());
    // Small numbers, which are nearly all, need no arithmetic of large ones.
    const value = this.toNumber();
    return BigInt(value % 2 === 0 ? value / 2 : -(value + 1) / 2);
  }

  toDouble(): number {
    return this.#bytes.readDoubleLE(this.#valueStart);
  }

  toText(maxBytes = Number.POSITIVE_INFINITY): string {
    return this.#bytes.toString(
      'utf8',
      this.#valueStart,
      Math.min(this.#valueEnd, this.#valueStart + maxBytes),
    );
  }

  toBytes(): Buffer {
    return this.#bytes.subarray(this.#valueStart, this.#valueEnd);
  }

  /** The message that the value at hand is, its fields counted with those of this one. */
  toMessage(): WireReader {
    return new WireReader(this.#bytes, this.#meter, this.#valueStart, this.#valueEnd);
  }

  #skipVarint(): void {
    this.#valueStart = this.#at;
    const last = Math.min(this.#end, this.#at + MAX_VARINT_BYTES);
    while (this.#at < last) {
      const byte = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      if (byte < 0x80) {
        this.#valueEnd = this.#at;
        return;
      }
    }
    throw new MalformedMessage(this.#at === this.#end ? 'a number is cut off' : 'a number is too long');
  }

  #skip(length: number): void {
    if (length > this.#end - this.#at) throw new MalformedMessage('a field is cut off');
    this.#valueStart = this.#at;
    this.#at += length;
    this.#valueEnd = this.#at;
  }
}

/**
 * Writes a message from its end to its beginning, so that the length of each part is known when it is due, in one buffer
 * that grows: a list of fifty thousand texts is no list of fifty thousand buffers. Fields are to be given last first.
 */
export class WireWriter {
  #bytes = Buffer.allocUnsafe(512);
  /** Where what is written begins. */
  #start = this.#bytes.length;

  varint(number: number, value: bigint | number): void {
    this.#putVarint(value);
    this.#putKey(number, VARINT);
  }

  double(number: number, value: number): void {
    const at = this.#reserve(8);
    this.#bytes.writeDoubleLE(value, at);
    this.#putKey(number, FIXED64);
  }

  /** A lone surrogate becomes U+FFFD, since the field must be UTF-8. */
  text(number: number, value: string): void {
    const length = Buffer.byteLength(value);
    const at = this.#reserve(length);
    this.#bytes.write(value, at, length, 'utf8');
    this.#putVarint(length);
    this.#putKey(number, BYTES);
  }

  /** A field that is a message: `write` gives that one's fields. */
  message(number: number, write: () => void): void {
    const after = this.length;
    write();
    this.#putVarint(this.length - after);
    this.#putKey(number, BYTES);
  }

  /** Bytes as they are. */
  raw(bytes: Buffer): void {
    const at = this.#reserve(bytes.length);
    bytes.copy(this.#bytes, at);
  }

  get length(): number {
    return this.#bytes.length - this.#start;
  }

  /** What is written; the writer is not to be used any more. */
  toBuffer(): Buffer {
    return this.#bytes.subarray(this.#start);
  }

  #putKey(number: number, wireType: number): void {
    this.#putVarint(number * 8 + wireType);
  }

  #putVarint(value: bigint | number): void {
    if (typeof value === 'number' && value >= 0 && value < 0x80) {
      const at = this.#reserve(1);
      this.#bytes[at] = value;
    } else {
      this.raw(varintBytes(BigInt(value)));
    }
  }

  /** Makes room before what is written, and gives its place. */
  #reserve(length: number): number {
    if (length > this.#start) {
      const written = this.#bytes.subarray(this.#start);
      const larger = Buffer.allocUnsafe(2 * (this.#bytes.length + length));
      this.#start = larger.length - written.length;
      written.copy(larger, this.#start);
      this.#bytes = larger;
    }
    this.#start -= length;
    return this.#start;
  }
}

function varintBytes(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

function key(number: number, wireType: number): Buffer {
  return varintBytes(BigInt(number * 8 + wireType));
}

export function varintField(number: number, value: bigint | number): Buffer {
  return Buffer.concat([key(number, VARINT), varintBytes(BigInt(value))]);
}

/** Text, bytes or a message. A lone surrogate of a text becomes U+FFFD, since the field must be UTF-8. */
export function bytesField(number: number, value: string | Buffer | readonly Buffer[]): Buffer {
  const parts = typeof value === 'string' ? [Buffer.from(value)] : Buffer.isBuffer(value) ? [value] : value;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([key(number, BYTES), varintBytes(BigInt(length)), ...parts]);
}

/** `sint64` as it travels: small negative numbers stay short. */
export function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

function unzigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}
