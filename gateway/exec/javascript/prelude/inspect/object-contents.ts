import { errorFrames } from '../errors/error-frames.ts';
import { errorType } from '../errors/error-type.ts';
import { isArrayBuffer, isDate, isError, isMap, isRegExp, isSet } from '../kinds.ts';
import {
  bufferSize,
  dateIso,
  dateTime,
  getPrototypeOf,
  isArray,
  isFiniteNumber,
  OwnPromise,
  objectPrototype,
  regExpText,
  typedArrayName,
} from '../primordials.ts';
import { textOf } from '../text.ts';
import { labelOf } from './class-name.ts';
import { listContents, mapContents, setContents, typedArrayContents } from './collection-contents.ts';
import { type Contents, type Show, standingFor, within } from './contents.ts';
import { shownFunction } from './shown-function.ts';

/**
 * What an object shows before its properties, by its kind.
 * @param name of its class
 */
export function contentsOf(value: object, name: string | null, show: Show): Contents {
  if (typeof value === 'function') return standingFor(shownFunction(value));
  if (isError(value)) return standingFor(shownError(value));
  if (isDate(value)) return standingFor(isFiniteNumber(dateTime(value)) ? dateIso(value) : 'Invalid Date');
  if (isRegExp(value)) return standingFor(regExpText(value));
  const typed = typedArrayName(value);
  // Both have a length and indices.
  if (typed !== undefined) return typedArrayContents(value as ArrayLike<unknown>, name, typed, show);
  if (isArray(value)) return listContents(value, name, show);
  if (isSet(value)) return setContents(value, name, show);
  if (isMap(value)) return mapContents(value, name, show);
  if (isArrayBuffer(value)) return within('ArrayBuffer {', [`byteLength: ${bufferSize(value)}`]);
  if (value instanceof OwnPromise) return within('Promise {', []);
  const label = labelOf(value, name, 'Object');
  const isPlain = label === 'Object ' && getPrototypeOf(value) === objectPrototype;
  return within(isPlain ? '{' : `${label}{`, []);
}

function shownError(error: Error): string {
  const message = textOf(error.message);
  const type = errorType(error);
  return `${message === '' ? type : `${type}: ${message}`}${errorFrames(error, type).text}`;
}
