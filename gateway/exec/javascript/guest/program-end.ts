/** How a program ended, from what the prelude says of it; and the ends that only the guest can tell. */
import type { Json } from '../../engine.ts';
import { MAX_RESULT_BYTES } from '../../exec-limits.ts';
import type { GuestEnd } from '../../guests/guest-frames.ts';
import type { ErrorFacts } from '../prelude/border.ts';

/** The message of the interpreter's own error, and ours of the same kind. */
export const OUT_OF_MEMORY = 'out of memory';

export const TOO_DEEP = raised('RangeError', 'Maximum call stack size exceeded');
export const NEVER_SETTLED = raised(
  'Error',
  'The program waits for a promise that nothing is left to settle.',
);
export const INTERPRETER_FAILED = raised('InternalError', 'the interpreter failed');

function raised(type: string, message: string): GuestEnd {
  return { kind: 'raised', type, message, line: null, traceback: `${type}: ${message}` };
}

/** @param facts `ErrorFacts` as JSON */
export function raisedEnd(facts: string): GuestEnd {
  // Written by the prelude. A program that deceived it has its say in an error of its own, which the gateway checks.
  const { type, message, line, traceback } = JSON.parse(facts) as ErrorFacts;
  if (type === 'InternalError' && message === OUT_OF_MEMORY) return { kind: 'memory' };
  return { kind: 'raised', type, message, line: line > 0 ? line : null, traceback };
}

/** @param json as `PreludeHost.complete` has it */
export function completedEnd(json: string): GuestEnd {
  return { kind: 'completed', result: resultOf(json) };
}

function resultOf(json: string): Json | undefined {
  if (json === '') return undefined;
  const isLeftOut = json.startsWith('>');
  const bytes = isLeftOut ? Number(json.slice(1)) : Buffer.byteLength(json);
  if (!isLeftOut && bytes <= MAX_RESULT_BYTES) return JSON.parse(json);
  return `[result of ${isLeftOut ? 'more than ' : ''}${bytes} bytes left out: print a summary instead]`;
}
