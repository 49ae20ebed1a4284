import { isError } from '../kinds.ts';
import { getOwnPropertyDescriptor, isInteger, ownKeys, push, regExpExec } from '../primordials.ts';
import { textOf } from '../text.ts';
import type { Contents, Show } from './contents.ts';
import { shownString } from './shown-string.ts';

const PLAIN_NAME = /^[a-zA-Z_$][\w$]*$/;
const MAX_PROPERTIES = 1_000;

/** Adds what an object's own properties show to its parts. Runs no getter. */
export function addProperties(value: object, { parts, isIndexed }: Contents, show: Show): void {
  const isOfLanguage = typeof value === 'function' || isError(value);
  const all = ownKeys(value);
  for (let at = 0, kept = 0; at < all.length; at += 1) {
    const key = all[at] ?? '';
    if (isIndexed && typeof key === 'string' && isInteger(+key)) continue;
    const property = getOwnPropertyDescriptor(value, key);
    if (property === undefined || !property.enumerable) continue;
    if (isOfLanguage && (key === 'stack' || key === 'message')) continue;
    if (kept >= MAX_PROPERTIES) {
      push(parts, '... more properties');
      return;
    }
    kept += 1;
    push(parts, `${shownKey(key)}: ${shownAccessor(property) ?? show(property.value)}`);
  }
}

function shownKey(key: PropertyKey): string {
  if (typeof key !== 'string') return textOf(key);
  return regExpExec(PLAIN_NAME, key) === null ? shownString(key) : key;
}

function shownAccessor({ get, set }: PropertyDescriptor): string | null {
  if (get !== undefined) return set === undefined ? '[Getter]' : '[Getter/Setter]';
  return set === undefined ? null : '[Setter]';
}
