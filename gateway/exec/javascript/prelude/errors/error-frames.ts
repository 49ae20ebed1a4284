import { isObject } from '../kinds.ts';
import { regExpExec, split } from '../primordials.ts';
import { cut } from '../text.ts';

const FRAME = /^ +at (?:(.*) \()?<program>:(\d+)(?::(\d+))?\)?$/;
const MAX_STACK_CHARS = 65_536;
const MAX_FRAMES = 20;

export interface ErrorFrames {
  /** Of the innermost frame, or 0. */
  readonly line: number;
  /** Each on a line of its own, a line's break before it. */
  readonly text: string;
}

/**
 * The frames of the program: neither the prelude's nor the interpreter's.
 * @param ownName of the error's class: where it was made says more than its own constructor
 */
export function errorFrames(error: unknown, ownName = ''): ErrorFrames {
  let line = 0;
  let text = '';
  const stack = isObject(error) ? (error as { stack?: unknown }).stack : undefined;
  if (typeof stack !== 'string') return { line, text };
  const lines = split(cut(stack, MAX_STACK_CHARS), '\n');
  for (let at = 0, kept = 0; at < lines.length && kept < MAX_FRAMES; at += 1) {
    const frame = regExpExec(FRAME, lines[at] ?? '');
    if (frame === null || (kept === 0 && ownName !== '' && frame[1] === ownName)) continue;
    if (line === 0) line = +(frame[2] ?? 0);
    const place = `<program>:${frame[2]}${frame[3] === undefined ? '' : `:${frame[3]}`}`;
    const isTop = frame[1] === undefined || frame[1] === '<eval>';
    text += `\n    at ${isTop ? place : `${frame[1]} (${place})`}`;
    kept += 1;
  }
  return { line, text };
}
