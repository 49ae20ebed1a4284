import { MAX_ERROR_CHARS } from '../../../exec-limits.ts';
import { inspect } from '../inspect/inspect.ts';
import { isError, isObject } from '../kinds.ts';
import { max } from '../primordials.ts';
import { cut, quoted, textOf } from '../text.ts';
import { errorFrames } from './error-frames.ts';
import { errorType } from './error-type.ts';

const MAX_TYPE_CHARS = 200;

/** What a program threw, as `ErrorFacts` in JSON. Never throws, whatever its getters do. */
export function errorFacts(error: unknown): string {
  let type = 'Error';
  let message = '';
  let found = { line: 0, text: '' };
  try {
    if (isObject(error) && isError(error)) {
      type = errorType(error);
      message = textOf(error.message);
      found = errorFrames(error, type);
    } else {
      message = `Uncaught ${inspect(error)}`;
    }
  } catch {
    message ||= 'an error that can not be read';
  }
  const head = message === '' ? type : `${type}: ${message}`;
  const traceback = `${cut(head, max(MAX_ERROR_CHARS - found.text.length, 0))}${found.text}`;
  // Written by hand: `stringify` would look for a `toJSON`, which a program can put on every object.
  return `{"type":${quoted(cut(type, MAX_TYPE_CHARS))},"message":${quoted(cut(message, MAX_ERROR_CHARS))},"line":${found.line},"traceback":${quoted(cut(traceback, MAX_ERROR_CHARS))}}`;
}
