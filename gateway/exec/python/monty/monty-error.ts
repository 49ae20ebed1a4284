/** What an error of the worker means for the run: a limit, a program that is none, or an exception of the program's. */
import type { EngineEnd } from '../../engine.ts';
import { MAX_ERROR_CHARS } from '../../exec-limits.ts';
import type { MontyException, MontyFrame, MontyLimits } from './monty-codec.ts';

/** The name that a traceback gives to the program. */
const FILE_NAME = '<program>';
const SYNTAX_ERRORS: ReadonlySet<string> = new Set(['SyntaxError', 'IndentationError', 'TabError']);
/** Frames alike in a row that a traceback shows, as Python's own. */
const MAX_FRAMES_ALIKE = 3;

/**
 * @param executionMicros the interpreter's clock at the error
 */
export function endOfError(
  exception: MontyException,
  executionMicros: number,
  limits: MontyLimits,
): EngineEnd {
  if (isTimeLimit(exception, executionMicros, limits)) return { kind: 'timeout' };
  if (isMemoryLimit(exception, limits)) return { kind: 'memory' };
  const last = exception.frames.at(-1);
  const message = cut(exception.message);
  const line = last?.line ?? null;
  // Raised by a statement of the program, it has a frame with a name like any other error.
  if (SYNTAX_ERRORS.has(exception.type) && last?.hidesName === true) return { kind: 'syntax', message, line };
  const type = cut(exception.type);
  return { kind: 'raised', type, message, line, traceback: tracebackOf(exception) };
}

/** An exception that the program did not raise, but its run has to end with. */
export function raisedBySandbox(type: string, message: string): EngineEnd {
  return { kind: 'raised', type, message, line: null, traceback: `${type}: ${message}` };
}

/** By the interpreter's clock, which a program that raises TimeoutError itself has not used up. */
function isTimeLimit(exception: MontyException, executionMicros: number, limits: MontyLimits): boolean {
  return exception.type === 'TimeoutError' && executionMicros >= limits.durationMicros;
}

/**
 * By what only the interpreter can make: its message with our number, and an innermost frame that is no `raise`. A
 * program may write the message, but not raise it without a statement that does.
 */
function isMemoryLimit(exception: MontyException, limits: MontyLimits): boolean {
  if (exception.type !== 'MemoryError' || exception.frames.at(-1)?.hidesCaret === true) return false;
  const found = /^memory limit exceeded: \d+ bytes > (\d+) bytes$/.exec(exception.message);
  return found?.[1] === String(limits.memoryBytes);
}

function tracebackOf({ type, message, frames }: MontyException): string {
  const lines: string[] = frames.length > 0 ? ['Traceback (most recent call last):'] : [];
  let alike = 0;
  frames.forEach((frame, index) => {
    alike = isAlike(frame, frames[index - 1]) ? alike + 1 : 1;
    if (alike <= MAX_FRAMES_ALIKE) lines.push(frameText(frame));
    else if (!isAlike(frame, frames[index + 1])) lines.push(repeated(alike - MAX_FRAMES_ALIKE));
  });
  lines.push(message === '' ? type : `${type}: ${message}`);
  return cut(lines.join('\n'));
}

function isAlike(frame: MontyFrame, other: MontyFrame | undefined): boolean {
  return other !== undefined && frame.line === other.line && frame.name === other.name;
}

function repeated(times: number): string {
  return `  [Previous line repeated ${times} more ${times === 1 ? 'time' : 'times'}]`;
}

function frameText({ line, name, preview }: MontyFrame): string {
  const head = `  File "${FILE_NAME}", line ${line ?? '?'}, in ${name ?? '<module>'}`;
  const code = preview?.trim();
  return code ? `${head}\n    ${code}` : head;
}

function cut(text: string): string {
  return text.length > MAX_ERROR_CHARS ? `${text.slice(0, MAX_ERROR_CHARS - 1).toWellFormed()}…` : text;
}
