import { inspect } from '../inspect/inspect.ts';
import { isObject } from '../kinds.ts';
import { includes, is, parseDecimal, parseInteger, stringify } from '../primordials.ts';
import { textOf } from '../text.ts';
import { printed } from './print.ts';

const DIRECTIVES = 'sdifjoOc';
/** Of the three levels of objects that are shown, those that `%s` leaves out. */
const LEVELS_LEFT_OUT_OF_TEXT = 2;

/** `%s`, `%d`, `%i`, `%f`, `%j`, `%o`, `%O`, `%c` and `%%` of a console's first argument, and the rest after it. */
export function formatted(values: readonly unknown[]): string {
  const format = values[0];
  if (typeof format !== 'string' || values.length < 2 || !includes(format, '%')) return printed(values);
  let next = 1;
  let text = '';
  for (let at = 0; at < format.length; at += 1) {
    const directive = format[at] === '%' ? (format[at + 1] ?? '') : '';
    if (directive === '%') {
      text += '%';
      at += 1;
    } else if (directive !== '' && next < values.length && includes(DIRECTIVES, directive)) {
      text += directed(directive, values[next]);
      next += 1;
      at += 1;
    } else text += format[at];
  }
  return next < values.length ? `${text} ${printed(values, next)}` : text;
}

function directed(directive: string, value: unknown): string {
  switch (directive) {
    case 's':
      if (isObject(value) || is(value, -0)) return inspect(value, LEVELS_LEFT_OUT_OF_TEXT);
      return typeof value === 'bigint' ? `${value}n` : textOf(value);
    case 'd':
      return isNoNumber(value) ? 'NaN' : `${+(value as number)}`;
    case 'i':
      return isNoNumber(value) ? 'NaN' : `${parseInteger(value as string, 10)}`;
    case 'f':
      return typeof value === 'symbol' ? 'NaN' : `${parseDecimal(value as string)}`;
    case 'j':
      return stringify(value) ?? 'undefined';
    case 'c':
      return '';
    default:
      return inspect(value);
  }
}

const isNoNumber = (value: unknown): boolean => isObject(value) || typeof value === 'symbol';
