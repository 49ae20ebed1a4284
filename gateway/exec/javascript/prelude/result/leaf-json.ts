import { errorType } from '../errors/error-type.ts';
import { isDate, isError, isRegExp } from '../kinds.ts';
import { dateIso, dateTime, functionText, isFiniteNumber, regExpText } from '../primordials.ts';
import { quoted, textOf } from '../text.ts';

/** The JSON of a value that has no others inside: a text, for each that JSON does not know. `null` of all else. */
export function leafJson(value: unknown): string | null {
  switch (typeof value) {
    case 'undefined':
      return 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return isFiniteNumber(value) ? `${value}` : `"${value}"`;
    case 'string':
      return quoted(value);
    case 'bigint':
      return `"${value}"`;
    case 'symbol':
      return quoted(textOf(value));
    case 'function':
      return quoted(functionText(value));
    case 'object':
      return value === null ? 'null' : leafObjectJson(value);
  }
}

function leafObjectJson(value: object): string | null {
  if (isDate(value)) return isFiniteNumber(dateTime(value)) ? quoted(dateIso(value)) : '"Invalid Date"';
  if (isError(value)) return quoted(`${errorType(value)}: ${textOf(value.message)}`);
  return isRegExp(value) ? quoted(regExpText(value)) : null;
}
