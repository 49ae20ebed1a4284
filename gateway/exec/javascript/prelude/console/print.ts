import { inspect } from '../inspect/inspect.ts';
import type { Put } from './put.ts';

/** The values of a line, from one on, with a space between. */
export function printed(values: readonly unknown[], from = 0): string {
  let text = '';
  for (let at = from; at < values.length; at += 1) {
    const value = values[at];
    text += (at > from ? ' ' : '') + (typeof value === 'string' ? value : inspect(value));
  }
  return text;
}

/** As in Python: values on a line of stdout, with no directives in the first. */
export const printOf =
  (put: Put) =>
  (...values: unknown[]): void =>
    put('stdout', `${printed(values)}\n`);
