import { OwnString, slice, stringify, symbolText, toWellFormed } from './primordials.ts';

export const cut = (text: string, length: number): string => slice(text, 0, length);

/** As JSON, whole characters only. */
export const quoted = (text: string): string => stringify(toWellFormed(text));

/** The text of any value at all: what a value's own `toString` throws stays here. */
export function textOf(value: unknown): string {
  try {
    return typeof value === 'symbol' ? symbolText(value) : OwnString(value);
  } catch {
    return '[no text]';
  }
}
