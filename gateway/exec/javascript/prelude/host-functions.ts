import type { HostFunctionName } from '../../engine.ts';
import { MAX_HOST_CALL_BYTES } from '../../exec-limits.ts';
import type { PreludeHost } from './border.ts';
import { isPlainObject } from './kinds.ts';
import { defineProperty, floor, keys, OwnError, parse, stringify } from './primordials.ts';
import { quoted } from './text.ts';

/** More than any of them has, and few enough to say so before they are turned into text. */
const MAX_ARGUMENTS = 10;
/** Of a call as JSON, whose characters take three bytes each at most. */
const MAX_CALL_CHARS = floor(MAX_HOST_CALL_BYTES / 3);

/**
 * A function of the gateway's: blocks until it is answered. Its last argument may be an object of arguments by name.
 * It throws what the gateway refuses, as an error with the contract's `code`.
 */
export const hostFunction =
  (name: HostFunctionName, ask: PreludeHost['ask']) =>
  (...values: unknown[]): unknown => {
    const last = values[values.length - 1];
    const hasNamed = isPlainObject(last);
    const named = hasNamed ? namedJson(last) : '{}';
    const count = hasNamed ? values.length - 1 : values.length;
    if (count > MAX_ARGUMENTS) throw refusal('INVALID_ARGUMENT', 'Too many arguments.');
    const call = `{"type":"call","name":"${name}","args":${argumentsJson(values, count)},"named":${named}}`;
    if (call.length > MAX_CALL_CHARS) {
      throw refusal('LIMIT_EXCEEDED', `The arguments of a call may take ${MAX_CALL_CHARS} characters.`);
    }
    const reply = parse(ask(call));
    if (reply.ok === true) return reply.value;
    throw refusal(reply.code, reply.message);
  };

function argumentsJson(values: readonly unknown[], count: number): string {
  let text = '';
  for (let at = 0; at < count; at += 1) {
    text += `${at === 0 ? '' : ','}${stringify(values[at]) ?? 'null'}`;
  }
  return `[${text}]`;
}

function namedJson(named: Readonly<Record<string, unknown>>): string {
  let text = '';
  const names = keys(named);
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] ?? '';
    const json = stringify(named[name]);
    if (json !== undefined) text += `${text === '' ? '' : ','}${quoted(contractName(name))}:${json}`;
  }
  return `{${text}}`;
}

/** What a name is called on the other side. */
const contractName = (name: string): string =>
  name === 'startLine' ? 'start_line' : name === 'endLine' ? 'end_line' : name;

function refusal(code: string, message: string): Error {
  const error = new OwnError(`${code}: ${message}`);
  defineProperty(error, 'code', { value: code, enumerable: true, writable: true, configurable: true });
  return error;
}
