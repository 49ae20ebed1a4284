/**
 * The rules by which the result of a program becomes JSON. The full tier's guest follows the very same, so that a program's result does
 * not depend on the tier that ran it:
 *
 * | Python | JSON |
 * |---|---|
 * | None, also where the program's last statement is no expression | null |
 * | bool | boolean |
 * | int within 2^53 - 1 either way | number |
 * | other int | string: decimal digits; past 14,000 bits what `hex()` gives, since decimal digits cost quadratic time |
 * | float | number; `nan`, `inf` and `-inf` as these strings |
 * | str | string, lone surrogates as U+FFFD |
 * | list, tuple, named tuple, deque | array |
 * | set, frozenset | array, sorted where all elements are strings (by their UTF-8) or all are JSON numbers (by value), else as they come |
 * | dict and its subclasses | object; a key that is no str by its `str()`, the later of two alike wins |
 * | a container inside itself | the string `[...]`, or `{...}` for a dict |
 * | everything else | string: its `repr()` |
 *
 * Subclasses count as what they derive from. A result with more than MAX_RESULT_DEPTH containers inside each other is
 * replaced by the string TOO_DEEP, one of more than MAX_RESULT_BYTES of JSON by the string of `tooLong`.
 *
 * Monty sends an instance of a program's own class without its repr, so such a result is refused here
 * (`NoJsonForm`), and the full tier gives it.
 */
import type { Json } from '../../engine.ts';
import { MAX_RESULT_BYTES, MAX_RESULT_DEPTH } from '../../exec-limits.ts';
import { type MontyValue, NoJsonForm } from './monty-value.ts';
import { floatText, intText, reprOf, strOf } from './python-repr.ts';

export const TOO_DEEP = `[result nested more than ${MAX_RESULT_DEPTH} deep left out: print a summary instead]`;

export function tooLong(bytes: number): string {
  return `[result of ${bytes} bytes left out: print a summary instead]`;
}

/** Of one whose bytes were not counted to the end. */
export const FAR_TOO_LONG = `[result of more than ${MAX_RESULT_BYTES} bytes left out: print a summary instead]`;

function intJson(value: bigint): number | string {
  // Exact where it is a safe integer, and never one where it was not.
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : intText(value);
}

function sorted(items: readonly Json[]): readonly Json[] {
  const texts = items.filter((item) => typeof item === 'string');
  if (texts.length === items.length) return inCodePointOrder(texts);
  const numbers = items.filter((item) => typeof item === 'number');
  return numbers.length === items.length ? numbers.sort((a, b) => a - b) : items;
}

/** A character of two halves: only these come elsewhere in JavaScript's own order, before U+E000 to U+FFFF. */
const PAIR = /[\ud800-\udfff]/;

/** The order of UTF-8. */
function inCodePointOrder(texts: string[]): readonly string[] {
  if (!texts.some((text) => PAIR.test(text))) return texts.sort();
  return texts
    .map((text) => Buffer.from(text))
    .sort(Buffer.compare)
    .map((bytes) => bytes.toString());
}

function resultJson(value: MontyValue): Json {
  switch (value.kind) {
    case 'none':
      return null;
    case 'bool':
    case 'str':
    case 'repr':
      return value.value;
    case 'int':
      return intJson(value.value);
    case 'float':
      return Number.isFinite(value.value) ? value.value : floatText(value.value);
    case 'list':
    case 'tuple':
    case 'named_tuple':
      return value.items.map(resultJson);
    case 'set':
    case 'frozenset':
      return sorted(value.items.map(resultJson));
    case 'dict':
      // Defines own properties, so that a key `__proto__` is a key like any other.
      return Object.fromEntries(value.pairs.map(([key, item]) => [strOf(key), resultJson(item)]));
    case 'cycle':
      return value.placeholder;
    case 'ellipsis':
    case 'not_implemented':
    case 'path':
    case 'builtin_function':
    case 'bytes':
      return reprOf(value);
    case 'other':
      throw new NoJsonForm(
        'TypeError',
        `the value of the last expression is of type ${value.name}: end the program with print(...) or str(...) of it`,
      );
  }
}

/**
 * The result of a program as JSON, by the rules above.
 * @throws {NoJsonForm} an instance of the program's own classes
 */
export function resultOf(value: MontyValue): Json {
  const json = resultJson(value);
  const bytes = Buffer.byteLength(JSON.stringify(json));
  return bytes > MAX_RESULT_BYTES ? tooLong(bytes) : json;
}

/**
 * An argument of a host call as JSON: plain values only, none of them bent.
 * @throws {NoJsonForm} for what JSON has no form for
 */
export function argumentOf(value: MontyValue): Json {
  switch (value.kind) {
    case 'none':
      return null;
    case 'bool':
    case 'str':
      return value.value;
    case 'int': {
      const number = Number(value.value);
      if (!Number.isSafeInteger(number)) {
        throw new NoJsonForm('ValueError', 'an integer argument is out of range');
      }
      return number;
    }
    case 'float':
      if (!Number.isFinite(value.value)) throw new NoJsonForm('ValueError', 'a float argument is not finite');
      return value.value;
    case 'list':
    case 'tuple':
    case 'named_tuple':
      return value.items.map(argumentOf);
    case 'dict':
      return Object.fromEntries(
        value.pairs.map(([key, item]) => {
          if (key.kind !== 'str') throw new NoJsonForm('TypeError', 'keys of an argument must be str');
          return [key.value, argumentOf(item)];
        }),
      );
    case 'cycle':
      throw new NoJsonForm('ValueError', 'an argument contains itself');
    case 'other':
      throw new NoJsonForm('TypeError', `an argument can't be of type ${value.name}`);
    default:
      throw new NoJsonForm('TypeError', `an argument can't be of type ${value.kind}`);
  }
}
