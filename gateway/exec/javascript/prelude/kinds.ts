/** What kind of object a value is, by what the language's own methods make of it: no program can pretend that. */
import {
  bufferSize,
  dateTime,
  getPrototypeOf,
  isArray,
  mapSize,
  OwnError,
  objectPrototype,
  regExpSource,
  setSize,
} from './primordials.ts';

export const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Whether it is an object as a program writes it in braces. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isArray(value)) return false;
  const prototype = getPrototypeOf(value);
  return prototype === objectPrototype || prototype === null;
}

export const isMap = (value: object): boolean => accepts(mapSize, value);
export const isSet = (value: object): boolean => accepts(setSize, value);
export const isRegExp = (value: object): boolean => accepts(regExpSource, value);
export const isDate = (value: object): boolean => accepts(dateTime, value);
export const isArrayBuffer = (value: object): boolean => accepts(bufferSize, value);
export const isError = (value: object): value is Error => value instanceof OwnError;

function accepts(method: (value: object) => unknown, value: object): boolean {
  // What is plainly an object or a list need not be asked: each refusal is an error that is made and thrown away.
  const prototype = isArray(value) ? null : getPrototypeOf(value);
  if (prototype === null || prototype === objectPrototype) return false;
  try {
    method(value);
    return true;
  } catch {
    return false;
  }
}
