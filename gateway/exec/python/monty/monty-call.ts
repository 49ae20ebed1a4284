/** A call of a host function, out of the worker's message and with the reply back into it. */
import type { HostCall, HostFunctionName, HostReply, Json } from '../../engine.ts';
import { MAX_HOST_CALL_BYTES } from '../../exec-limits.ts';
import { hostErrorOf } from '../host-errors.ts';
import { type CallResult, decodePair, decodeValue, ValueBudget, ValueTooLarge } from './monty-codec.ts';
import { NoJsonForm } from './monty-value.ts';
import { argumentOf } from './result-json.ts';

const HOST_FUNCTIONS: ReadonlySet<string> = new Set<HostFunctionName>([
  'read_span',
  'search',
  'query',
  'list_files',
]);
/** Arguments of one call: the functions have three. */
const MAX_ARGUMENTS = 10;
/** Lists inside each other in an argument: the functions take one list of strings. */
const MAX_ARGUMENT_DEPTH = 20;
export function isHostFunction(name: string): name is HostFunctionName {
  return HOST_FUNCTIONS.has(name);
}

/** A call, or what it raises in the program instead. */
export type ParsedCall =
  | { readonly kind: 'call'; readonly call: HostCall }
  | { readonly kind: 'refused'; readonly result: CallResult };

/** @throws `MalformedMessage` where the arguments are no values */
export function parseCall(
  name: HostFunctionName,
  encodedArgs: readonly Buffer[],
  encodedNamed: readonly Buffer[],
): ParsedCall {
  const refuse = (type: string, message: string): ParsedCall => ({
    kind: 'refused',
    result: { kind: 'raised', type, message: `${name}(): ${message}` },
  });
  if (encodedArgs.length + encodedNamed.length > MAX_ARGUMENTS)
    return refuse('TypeError', 'too many arguments');
  const budget = new ValueBudget(MAX_ARGUMENT_DEPTH, MAX_HOST_CALL_BYTES);
  const tooLarge = `the arguments are over ${MAX_HOST_CALL_BYTES} bytes, or nested too deep`;
  try {
    const args = encodedArgs.map((value) => argumentOf(decodeValue(value, budget)));
    const named: [string, Json][] = [];
    for (const encoded of encodedNamed) {
      const [key, value] = decodePair(encoded, budget);
      if (key.kind !== 'str') return refuse('TypeError', 'keywords must be strings');
      named.push([key.value, argumentOf(value)]);
    }
    const call = { name, args, named: Object.fromEntries(named) };
    const bytes = Buffer.byteLength(JSON.stringify(call));
    return bytes > MAX_HOST_CALL_BYTES ? refuse('ValueError', tooLarge) : { kind: 'call', call };
  } catch (error) {
    if (error instanceof NoJsonForm) return refuse(error.type, error.message);
    if (error instanceof ValueTooLarge) return refuse('ValueError', tooLarge);
    throw error;
  }
}

export function callResultOf(reply: HostReply): CallResult {
  return reply.ok ? { kind: 'value', value: reply.value } : { kind: 'raised', ...hostErrorOf(reply) };
}
