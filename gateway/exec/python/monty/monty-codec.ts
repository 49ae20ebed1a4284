/**
 * The wire protocol of the Monty worker 0.0.23 (`monty subprocess`), protocol version 2, as far as we speak it.
 *
 * Each message is a 4-byte little-endian length and so many bytes of protobuf. Strict alternation: we send one request,
 * the worker answers with any number of `print` events and then one that ends its turn. Fields by number:
 *
 * | message | fields |
 * |---|---|
 * | request | one of 1 configure, 3 feed, 4 resume_call, 5 resume_name_lookup, 9 reset |
 * | configure | 1 script_name, 2 limits, 6 assert_message_annotations, 9 protocol_version, 10 print_flush_interval_ms |
 * | limits | 1 max_duration_micros, 2 max_memory_bytes, 4 max_recursion_depth, 5 max_suspensions |
 * | feed | 1 code |
 * | resume_call | 1 call_id, 2 result: one of 1 return_value, 2 error (raised), 4 not_found (name) |
 * | resume_name_lookup | one of 1 value, 2 undefined (empty) |
 * | event | one of 1 print, 2 function_call, 3 os_call, 4 name_lookup, 5 resolve_futures, 6 complete, 7 error, 10 ok, 11 fatal_error; beside it 20 total_execution_micros |
 * | print | 1 stream (1 stdout, 2 stderr), 2 text |
 * | function_call | 1 function_name, 2 args*, 3 kwargs* (pairs), 4 call_id, 5 object_id |
 * | os_call | 1 call_id, others by operation |
 * | name_lookup | 1 name, 2 object_id |
 * | complete | 1 value |
 * | error | 1 exception (raised) |
 * | raised | 1 exc_type, 2 message, 3 traceback* |
 * | frame | 1 filename, 2 start {1 line, 2 column}, 4 frame_name, 5 preview_line, 6 hide_caret, 7 hide_frame_name |
 * | value | one of 1 ellipsis, 2 none, 3 not_implemented, 4 boolean, 5 int (zigzag), 6 bigint {1 negative, 2 magnitude, big-endian}, 7 float, 8 str, 9 bytes, 11 list, 12 tuple, 13 named_tuple, 14 dict, 15 set, 16 frozen_set, 17 date, 18 time, 19 datetime, 20 timedelta, 21 timezone, 22 exception {1 type, 2 argument}, 23 type {1 name, 3 origin, 1 where it is builtin}, 24 class_instance {1 type}, 25 function {1 name}, 26 builtin_function, 27 path, 28 file_handle, 29 repr, 30 cycle {2 placeholder} |
 * | list, tuple, set, frozen_set | 1 items* |
 * | named_tuple | 1 type_name, 2 field_names*, 3 values* |
 * | dict | 1 pairs* {1 key, 2 value} |
 *
 * The worker counts as hostile: lengths are checked, values are bounded in depth and size, unknown fields are
 * skipped, but not without end, and what is malformed throws. Values stay undecoded until somebody wants them.
 */
import type { Json } from '../../engine.ts';
import type { MontyValue } from './monty-value.ts';
import {
  bytesField,
  FieldMeter,
  MalformedMessage,
  varintField,
  WireReader,
  WireWriter,
  zigzag,
} from './protobuf-wire.ts';
import { textRepr } from './python-repr.ts';

const PROTOCOL_VERSION = 2;

export interface MontyLimits {
  readonly durationMicros: number;
  readonly memoryBytes: number;
  readonly recursionDepth: number;
}

/** One frame of a traceback. */
export interface MontyFrame {
  readonly line: number | null;
  /** `null` at the level of the module. */
  readonly name: string | null;
  readonly preview: string | null;
  /** Set where a `raise` statement or an import made the error, not where an operation did. */
  readonly hidesCaret: boolean;
  /** Set where the program could not be parsed. */
  readonly hidesName: boolean;
}

export interface MontyException {
  readonly type: string;
  readonly message: string;
  /** Outermost first. */
  readonly frames: readonly MontyFrame[];
}

/** An encoded value: see `decodeValue`. */
export type EncodedValue = Buffer;

export type MontyEvent =
  | { readonly kind: 'print'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly kind: 'function_call';
      readonly name: string;
      readonly callId: number;
      readonly args: readonly EncodedValue[];
      /** Encoded pairs: see `decodePair`. */
      readonly named: readonly Buffer[];
      /** Whether it is a method of an object of ours; we hand out none. */
      readonly isMethod: boolean;
    }
  | { readonly kind: 'os_call'; readonly callId: number }
  | { readonly kind: 'name_lookup'; readonly name: string; readonly isAttribute: boolean }
  | { readonly kind: 'resolve_futures' }
  | { readonly kind: 'complete'; readonly value: EncodedValue }
  | { readonly kind: 'error'; readonly exception: MontyException; readonly executionMicros: number }
  | { readonly kind: 'ok' }
  | { readonly kind: 'fatal_error' };

/** The field number of each event, which is also what its first byte says: see `eventKindOf`. */
const EVENT_KINDS = new Map<number, MontyEvent['kind']>([
  [1, 'print'],
  [2, 'function_call'],
  [3, 'os_call'],
  [4, 'name_lookup'],
  [5, 'resolve_futures'],
  [6, 'complete'],
  [7, 'error'],
  [10, 'ok'],
  [11, 'fatal_error'],
]);

// Requests ---------------------------------------------------------------------------------------------------------

const HEADER_BYTES = 4;

function framed(request: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(request.length);
  return Buffer.concat([header, request]);
}

/** Forgets whatever ran before. Answered by `ok`. */
export function encodeReset(): Buffer {
  return framed(bytesField(9, ''));
}

/** Answered by `ok`. Valid once, or after a reset. */
export function encodeConfigure(limits: MontyLimits): Buffer {
  return framed(
    bytesField(1, [
      bytesField(1, '<program>'),
      bytesField(2, [
        varintField(1, limits.durationMicros),
        varintField(2, limits.memoryBytes),
        varintField(4, limits.recursionDepth),
      ]),
      // Off: Python's own AssertionError has no message unless the program gives one.
      varintField(6, 0),
      varintField(9, PROTOCOL_VERSION),
      // Every line at once: what is still held back when an allocation is refused is lost with the process.
      varintField(10, 0),
    ]),
  );
}

export function encodeFeed(code: string): Buffer {
  return framed(bytesField(3, [bytesField(1, code)]));
}

export type CallResult =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'raised'; readonly type: string; readonly message: string }
  /** There is no such function: NameError. */
  | { readonly kind: 'not_found'; readonly name: string };

export function encodeResumeCall(callId: number, result: CallResult): Buffer {
  const writer = new WireWriter();
  // Last first, here and below: see `WireWriter`.
  writer.message(4, () => {
    writer.message(2, () => writeCallResult(writer, result));
    writer.varint(1, callId);
  });
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(writer.length);
  writer.raw(header);
  return writer.toBuffer();
}

function writeCallResult(writer: WireWriter, result: CallResult): void {
  switch (result.kind) {
    case 'value':
      writer.message(1, () => writeJson(writer, result.value));
      break;
    case 'raised':
      writer.message(2, () => {
        writer.text(2, result.message);
        writer.text(1, result.type);
      });
      break;
    case 'not_found':
      writer.text(4, result.name);
      break;
  }
}

/** @param isFunction whether the name is one of the host's functions; else it is undefined: NameError */
export function encodeResumeNameLookup(name: string, isFunction: boolean): Buffer {
  return framed(
    bytesField(5, isFunction ? [bytesField(1, bytesField(25, [bytesField(1, name)]))] : [bytesField(2, '')]),
  );
}

/** A value of JSON as Python's `json.loads` would give it. */
export function encodeJson(value: Json): Buffer {
  const writer = new WireWriter();
  writeJson(writer, value);
  return writer.toBuffer();
}

function writeJson(writer: WireWriter, value: Json): void {
  switch (typeof value) {
    case 'boolean':
      writer.varint(4, value ? 1 : 0);
      break;
    case 'number':
      if (Number.isSafeInteger(value)) writer.varint(5, zigzag(BigInt(value)));
      else writer.double(7, value);
      break;
    case 'string':
      writer.text(8, value);
      break;
    case 'object':
      if (value === null) writer.text(2, '');
      else if (isArray(value)) writer.message(11, () => writeItems(writer, value));
      else writer.message(14, () => writePairs(writer, Object.entries(value)));
  }
}

function writeItems(writer: WireWriter, items: readonly Json[]): void {
  for (let at = items.length - 1; at >= 0; at -= 1) {
    writer.message(1, () => writeJson(writer, items[at] ?? null));
  }
}

function writePairs(writer: WireWriter, pairs: readonly [string, Json][]): void {
  for (const [key, item] of pairs.toReversed()) {
    writer.message(1, () => {
      writer.message(2, () => writeJson(writer, item));
      writer.message(1, () => writer.text(8, key));
    });
  }
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

// Events -----------------------------------------------------------------------------------------------------------

/** What a message is, by its first byte; `undefined` for none that we know. */
export function eventKindOf(firstByte: number): MontyEvent['kind'] | undefined {
  // All are messages (wire type 2) in fields below 16.
  return firstByte % 8 === 2 ? EVENT_KINDS.get(firstByte >> 3) : undefined;
}

/** Fields of an event but for its values: an error has a frame for each call that Python's recursion limit lets be. */
const MAX_EVENT_FIELDS = 20_000;
/** Arguments of a call, and frames of an error, that are kept: far more than a call may have, and all that an error has. */
const MAX_REPEATED = 2_000;
/** Bytes of a name: none that we know is as long, and one that we do not is told to the worker again. */
const MAX_NAME_BYTES = 256;

/** @throws {MalformedMessage} where it is no event of the protocol */
export function decodeEvent(message: Buffer): MontyEvent {
  let kind: MontyEvent['kind'] | undefined;
  let body: WireReader | undefined;
  let executionMicros = 0;
  const reader = new WireReader(message, new FieldMeter(MAX_EVENT_FIELDS));
  while (reader.next()) {
    if (reader.number === 20) executionMicros = numberOf(reader);
    const fieldKind = reader.kind === 'bytes' ? EVENT_KINDS.get(reader.number) : undefined;
    if (fieldKind === undefined) continue;
    if (body !== undefined) throw new MalformedMessage('two events in one');
    kind = fieldKind;
    body = reader.toMessage();
  }
  if (kind === undefined || body === undefined) throw new MalformedMessage('no event');
  switch (kind) {
    case 'print':
      return printOf(body);
    case 'function_call':
      return functionCallOf(body);
    case 'os_call':
      return { kind, callId: fieldsOf(body).number(1) };
    case 'name_lookup':
      return nameLookupOf(body);
    case 'complete':
      return { kind, value: fieldsOf(body).bytes(1) ?? missing('a value') };
    case 'error': {
      const exception = fieldsOf(body).message(1) ?? missing('an exception');
      return { kind, exception: exceptionOf(exception), executionMicros };
    }
    case 'resolve_futures':
    case 'ok':
    case 'fatal_error':
      return { kind };
  }
}

function missing(what: string): never {
  throw new MalformedMessage(`${what} is missing`);
}

function numberOf(reader: WireReader): number {
  return reader.kind === 'varint' ? reader.toNumber() : 0;
}

/** Field numbers of the messages that are read whole are below this. */
const SMALL_NUMBERS = 16;

/** Of each field with a small number the first, by one pass. */
class Fields {
  readonly #numbers: number[] = [];
  readonly #messages: WireReader[] = [];
  readonly #bytes: Buffer[] = [];
  /** The largest number of a field that was there. */
  largest = 0;

  constructor(reader: WireReader) {
    while (reader.next()) {
      const { number, kind } = reader;
      if (number > this.largest) this.largest = number;
      if (number >= SMALL_NUMBERS) continue;
      if (kind === 'bytes' && this.#bytes[number] === undefined) {
        this.#bytes[number] = reader.toBytes();
        this.#messages[number] = reader.toMessage();
      } else if (kind === 'varint') {
        this.#numbers[number] ??= reader.toNumber();
      }
    }
  }

  number(number: number): number {
    return this.#numbers[number] ?? 0;
  }

  bytes(number: number): Buffer | undefined {
    return this.#bytes[number];
  }

  /** To be read once. */
  message(number: number): WireReader | undefined {
    return this.#messages[number];
  }

  text(number: number): string {
    return this.#bytes[number]?.toString('utf8') ?? '';
  }
}

const fieldsOf = (reader: WireReader): Fields => new Fields(reader);

function printOf(body: WireReader): MontyEvent {
  const fields = fieldsOf(body);
  const stream = fields.number(1);
  if (stream !== 1 && stream !== 2) throw new MalformedMessage('an unknown stream');
  return { kind: 'print', stream: stream === 1 ? 'stdout' : 'stderr', text: fields.text(2) };
}

function functionCallOf(body: WireReader): MontyEvent {
  let name: string | undefined;
  let callId: number | undefined;
  let isMethod = false;
  const args: Buffer[] = [];
  const named: Buffer[] = [];
  while (body.next()) {
    const { number, kind } = body;
    if (number === 4 && kind === 'varint') callId ??= body.toNumber();
    if (kind !== 'bytes') continue;
    if (number === 1) name ??= body.toText(MAX_NAME_BYTES);
    else if (number === 2 && args.length < MAX_REPEATED) args.push(body.toBytes());
    else if (number === 3 && named.length < MAX_REPEATED) named.push(body.toBytes());
    else if (number === 5) isMethod = true;
  }
  return { kind: 'function_call', name: name ?? '', callId: callId ?? 0, args, named, isMethod };
}

function nameLookupOf(body: WireReader): MontyEvent {
  const fields = fieldsOf(body);
  const name = fields.bytes(1)?.toString('utf8', 0, MAX_NAME_BYTES) ?? '';
  return { kind: 'name_lookup', name, isAttribute: fields.bytes(2) !== undefined };
}

function exceptionOf(body: WireReader): MontyException {
  let type: string | undefined;
  let message: string | undefined;
  const frames: MontyFrame[] = [];
  while (body.next()) {
    const { number, kind } = body;
    if (kind !== 'bytes') continue;
    if (number === 1) type ??= body.toText();
    else if (number === 2) message ??= body.toText();
    else if (number === 3 && frames.length < MAX_REPEATED) frames.push(frameOf(body.toMessage()));
  }
  return { type: type ?? '', message: message ?? '', frames };
}

function frameOf(body: WireReader): MontyFrame {
  const fields = fieldsOf(body);
  const start = fields.message(2);
  const line = start === undefined ? 0 : fieldsOf(start).number(1);
  const name = fields.text(4);
  return {
    line: line >= 1 ? line : null,
    name: name === '' || name === '<module>' ? null : name,
    preview: fields.bytes(5)?.toString('utf8') ?? null,
    hidesCaret: fields.number(6) === 1,
    hidesName: fields.number(7) === 1,
  };
}

// Values -----------------------------------------------------------------------------------------------------------

/** A value nested deeper, or larger, than allowed. */
export class ValueTooLarge extends Error {
  override readonly name = 'ValueTooLarge';
  readonly by: 'depth' | 'size';

  constructor(by: 'depth' | 'size') {
    super(`a value over its ${by}`);
    this.by = by;
  }
}

/** Bytes that a value takes as JSON at least: one, and what stands between it and the next. */
const LEAST_BYTES = 2;
/** Fields in a byte of JSON at most: a named tuple's item is of three, its name among them, and may be of two bytes. */
const FIELDS_A_BYTE = 1.5;

/**
 * How much of one or several values may be decoded: what would be too long as JSON anyway is not taken apart, nor its
 * texts made longer by their escapes, nor its elements sorted.
 */
export class ValueBudget {
  readonly #maxDepth: number;
  #left: number;
  readonly fields: FieldMeter;

  /**
   * @param maxDepth containers inside each other
   * @param maxBytes of all values as JSON, by what they take at least; what is within it may still be longer than that
   */
  constructor(maxDepth: number, maxBytes: number) {
    this.#maxDepth = maxDepth;
    // The last value has none after it.
    this.#left = maxBytes + 1;
    this.fields = new FieldMeter(FIELDS_A_BYTE * maxBytes, () => new ValueTooLarge('size'));
  }

  /** @throws {ValueTooLarge} */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new ValueTooLarge('size');
  }

  /** @throws {ValueTooLarge} */
  enter(depth: number): void {
    if (depth > this.#maxDepth) throw new ValueTooLarge('depth');
  }
}

/**
 * @throws {MalformedMessage} where it is no value
 * @throws {ValueTooLarge}
 */
export function decodeValue(encoded: EncodedValue, budget: ValueBudget): MontyValue {
  return decodedFrom(new WireReader(encoded, budget.fields), budget, 0);
}

/** @throws as `decodeValue` */
export function decodePair(encoded: Buffer, budget: ValueBudget): readonly [MontyValue, MontyValue] {
  return pairOf(new WireReader(encoded, budget.fields), budget, 0);
}

/** @param depth of the containers around it */
function decodedFrom(reader: WireReader, budget: ValueBudget, depth: number): MontyValue {
  budget.take(LEAST_BYTES);
  while (reader.next()) {
    const value = fieldValue(reader, budget, depth + 1);
    if (value !== undefined) return value;
  }
  throw new MalformedMessage('a value of no kind');
}

function pairOf(reader: WireReader, budget: ValueBudget, depth: number): readonly [MontyValue, MontyValue] {
  let key: MontyValue | undefined;
  let value: MontyValue | undefined;
  while (reader.next()) {
    if (reader.kind !== 'bytes') continue;
    if (reader.number === 1) key ??= decodedFrom(reader.toMessage(), budget, depth);
    else if (reader.number === 2) value ??= decodedFrom(reader.toMessage(), budget, depth);
  }
  return [key ?? missing('a key'), value ?? missing('a value')];
}

function itemsOf(
  list: WireReader,
  itemNumber: number,
  budget: ValueBudget,
  depth: number,
): readonly MontyValue[] {
  budget.enter(depth);
  const items: MontyValue[] = [];
  while (list.next()) {
    if (list.number === itemNumber && list.kind === 'bytes')
      items.push(decodedFrom(list.toMessage(), budget, depth));
  }
  return items;
}

function pairsOf(
  dict: WireReader,
  budget: ValueBudget,
  depth: number,
): readonly (readonly [MontyValue, MontyValue])[] {
  budget.enter(depth);
  const pairs: (readonly [MontyValue, MontyValue])[] = [];
  while (dict.next()) {
    if (dict.number === 1 && dict.kind === 'bytes') pairs.push(pairOf(dict.toMessage(), budget, depth));
  }
  return pairs;
}

/** `undefined` for a field that is unknown. */
function fieldValue(reader: WireReader, budget: ValueBudget, depth: number): MontyValue | undefined {
  const { number, kind } = reader;
  if (kind === 'varint') {
    if (number === 4) return { kind: 'bool', value: reader.toNumber() !== 0 };
    if (number === 5) return { kind: 'int', value: reader.toSigned() };
    return undefined;
  }
  if (kind === 'fixed64') return number === 7 ? { kind: 'float', value: reader.toDouble() } : undefined;
  if (kind !== 'bytes') return undefined;
  const items = (itemNumber: number): readonly MontyValue[] =>
    itemsOf(reader.toMessage(), itemNumber, budget, depth);
  switch (number) {
    case 11:
      return { kind: 'list', items: items(1) };
    case 12:
      return { kind: 'tuple', items: items(1) };
    case 13:
      return { kind: 'named_tuple', items: items(3) };
    case 14:
      return { kind: 'dict', pairs: pairsOf(reader.toMessage(), budget, depth) };
    case 15:
      return { kind: 'set', items: items(1) };
    case 16:
      return { kind: 'frozenset', items: items(1) };
    default:
      return leafOf(reader, budget);
  }
}

/** A value without others in it, whose texts are as long in JSON as here, or longer. */
function leafOf(reader: WireReader, budget: ValueBudget): MontyValue | undefined {
  switch (reader.number) {
    case 1:
      return { kind: 'ellipsis' };
    case 2:
      return { kind: 'none' };
    case 3:
      return { kind: 'not_implemented' };
    case 6:
      budget.take(reader.size);
      return { kind: 'int', value: bigIntOf(reader.toMessage()) };
    case 8:
      return { kind: 'str', value: textOf(reader, budget) };
    case 9:
      budget.take(reader.size);
      return { kind: 'bytes', value: reader.toBytes() };
    case 17:
      return dateOf(reader.toMessage());
    case 18:
      return { kind: 'other', name: 'datetime.time' };
    case 19:
      return dateTimeOf(reader.toMessage());
    case 20:
      return timedeltaOf(reader.toMessage());
    case 21:
      return { kind: 'other', name: 'datetime.timezone' };
    case 22:
      budget.take(reader.size);
      return exceptionValueOf(reader.toMessage());
    case 23:
      return typeOf(reader.toMessage());
    case 24: {
      const type = fieldsOf(reader.toMessage()).message(1) ?? missing('a class');
      return { kind: 'other', name: nameOf(fieldsOf(type)) };
    }
    case 25:
      return { kind: 'repr', value: `<function ${nameOf(fieldsOf(reader.toMessage()))}>` };
    case 26:
      return { kind: 'builtin_function', value: textOf(reader, budget) };
    case 27:
      return { kind: 'path', value: textOf(reader, budget) };
    case 28:
      return { kind: 'other', name: 'file' };
    case 29:
      return { kind: 'repr', value: textOf(reader, budget) };
    case 30:
      return { kind: 'cycle', placeholder: nameBytes(fieldsOf(reader.toMessage()).bytes(2)) };
    default:
      return undefined;
  }
}

function textOf(reader: WireReader, budget: ValueBudget): string {
  budget.take(reader.size);
  return reader.toText();
}

/** Of a type or a function, its name, cut where it is longer than one that could be meant. */
function nameOf(fields: Fields): string {
  return nameBytes(fields.bytes(1));
}

function nameBytes(bytes: Buffer | undefined): string {
  return bytes?.toString('utf8', 0, MAX_NAME_BYTES) ?? '';
}

function typeOf(body: WireReader): MontyValue {
  const fields = fieldsOf(body);
  return fields.number(3) === 1
    ? { kind: 'repr', value: `<class '${nameOf(fields)}'>` }
    : { kind: 'other', name: 'type' };
}

function bigIntOf(body: WireReader): bigint {
  const fields = fieldsOf(body);
  const magnitude = fields.bytes(2);
  const value =
    magnitude === undefined || magnitude.length === 0 ? 0n : BigInt(`0x${magnitude.toString('hex')}`);
  return fields.number(1) === 1 ? -value : value;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

function isoDate(year: number, month: number, day: number): string {
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

function dateOf(body: WireReader): MontyValue {
  const fields = fieldsOf(body);
  const [year, month, day] = [fields.number(1), fields.number(2), fields.number(3)];
  return { kind: 'repr', value: `datetime.date(${year}, ${month}, ${day})`, str: isoDate(year, month, day) };
}

function dateTimeOf(body: WireReader): MontyValue {
  const fields = fieldsOf(body);
  // With a time zone.
  if (fields.largest >= 8) return { kind: 'other', name: 'datetime.datetime' };
  const [year, month, day, hour, minute, second, micros] = [1, 2, 3, 4, 5, 6, 7].map((n) => fields.number(n));
  const parts = [year, month, day, hour, minute];
  if (second !== 0 || micros !== 0) parts.push(second);
  if (micros !== 0) parts.push(micros);
  const time = [hour, minute, second].map((part) => padded(part ?? 0, 2)).join(':');
  const fraction = micros === 0 ? '' : `.${padded(micros ?? 0, 6)}`;
  return {
    kind: 'repr',
    value: `datetime.datetime(${parts.join(', ')})`,
    str: `${isoDate(year ?? 0, month ?? 0, day ?? 0)} ${time}${fraction}`,
  };
}

/** Days may be negative, and travel as 64 bits then; seconds and microseconds never are. */
function timedeltaOf(body: WireReader): MontyValue {
  let days = 0;
  let seconds = 0;
  let micros = 0;
  while (body.next()) {
    if (body.kind !== 'varint') continue;
    if (body.number === 1) days = Number(BigInt.asIntN(32, body.toBigInt()));
    else if (body.number === 2) seconds = body.toNumber();
    else if (body.number === 3) micros = body.toNumber();
  }
  const parts = Object.entries({ days, seconds, microseconds: micros }).filter(([, value]) => value !== 0);
  const shown = parts.length === 0 ? '0' : parts.map(([name, value]) => `${name}=${value}`).join(', ');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const time = `${hours}:${padded(minutes, 2)}:${padded(seconds % 60, 2)}`;
  const fraction = micros === 0 ? '' : `.${padded(micros, 6)}`;
  const head = days === 0 ? '' : `${days} ${Math.abs(days) === 1 ? 'day' : 'days'}, `;
  return { kind: 'repr', value: `datetime.timedelta(${shown})`, str: `${head}${time}${fraction}` };
}

function exceptionValueOf(body: WireReader): MontyValue {
  const fields = fieldsOf(body);
  const argument = fields.bytes(2)?.toString('utf8');
  const shown = argument === undefined ? '' : textRepr(argument);
  const type = fields.text(1);
  return { kind: 'repr', value: `${type}(${shown})`, str: type === 'KeyError' ? shown : (argument ?? '') };
}
