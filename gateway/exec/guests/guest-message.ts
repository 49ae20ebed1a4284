/**
 * What a guest says, checked. How long, how deep and of how many parts a frame is, is looked at before it is parsed: a
 * parser at work can't be stopped, and it is the gateway's one thread that it works on. Values of any shape are left to
 * `JSON.parse`: a schema library takes some twenty times as long.
 */
import { z } from 'zod';
import type { Json } from '../engine.ts';
import { MAX_ERROR_CHARS, MAX_HOST_CALL_BYTES, MAX_RESULT_BYTES, MAX_RESULT_DEPTH } from '../exec-limits.ts';
import { shapeOfJson } from './frame-json.ts';
import type { FromGuest } from './guest-frames.ts';

/** Arguments of a host call; the tools' schemas say no to more than four. */
const MAX_ARGUMENTS = 10;
/** Containers inside each other in a frame: two around a result, or around an argument. */
const MAX_DEPTH = MAX_RESULT_DEPTH + 2;
/** Commas and colons of a frame that holds no value of the program's: an error has eleven. */
const MAX_MARKS = 16;
/** Bytes of a result and of the frame around it. */
const MAX_END_BYTES = MAX_RESULT_BYTES + 256;

const line = z.int().min(1).nullable();
const text = z.string().max(MAX_ERROR_CHARS);

const ready = z.strictObject({ type: z.literal('ready') });

const output = z.strictObject({
  type: z.literal('output'),
  stream: z.enum(['stdout', 'stderr']),
  text: z.string(),
});

const call = z.strictObject({
  type: z.literal('call'),
  name: z.enum(['read_span', 'search', 'query', 'list_files']),
  // Whatever `JSON.parse` gives is JSON.
  args: z.array(z.custom<Json>()).max(MAX_ARGUMENTS),
  named: z.custom<{ readonly [name: string]: Json }>(isRecord),
});

const end = z.strictObject({
  type: z.literal('end'),
  end: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('completed') }).transform(({ kind }) => ({ kind, result: undefined })),
    z.strictObject({ kind: z.literal('raised'), type: text, message: text, line, traceback: text }),
    z.strictObject({ kind: z.literal('syntax'), message: text, line }),
    z.strictObject({ kind: z.literal('timeout') }),
    z.strictObject({ kind: z.literal('memory') }),
    z.strictObject({ kind: z.literal('denied'), message: text, line }),
  ]),
});

/** What a frame with a result is but for the result: it is cut out and parsed alone, so that nothing stands beside it. */
const RESULT_HEAD = '{"type":"end","end":{"kind":"completed","result":';
const RESULT_TAIL = '}}';

/**
 * @param unverifiedFrame in which halves of characters are overwritten
 * @throws where it is not a guest's message, or one too long or too deep
 */
export function parseGuestMessage(unverifiedFrame: Buffer): FromGuest {
  const type = typeOf(unverifiedFrame);
  if (type === 'call' && unverifiedFrame.length > MAX_HOST_CALL_BYTES)
    throw new RangeError('a call too long');
  if (type === 'end' && unverifiedFrame.length > MAX_END_BYTES) throw new RangeError('an end too long');
  const { depth, marks } = shapeOfJson(unverifiedFrame);
  if (depth > MAX_DEPTH) throw new RangeError('a frame too deep');
  const frame = unverifiedFrame.toString('utf8');
  const hasResult = frame.startsWith(RESULT_HEAD);
  if (type !== 'call' && !hasResult && marks > MAX_MARKS) throw new RangeError('a frame of too many parts');
  switch (type) {
    case 'ready':
      return ready.parse(JSON.parse(frame));
    case 'output':
      return output.parse(JSON.parse(frame));
    case 'call':
      return call.parse(JSON.parse(frame));
    case 'end':
      return hasResult ? completed(frame) : end.parse(JSON.parse(frame));
  }
}

/** By how the frame begins, as every guest of ours writes it: which limits hold is known before it is parsed. */
function typeOf(frame: Buffer): FromGuest['type'] {
  const found = /^\{"type":"(ready|output|call|end)"/.exec(frame.toString('latin1', 0, 20))?.[1];
  switch (found) {
    case 'ready':
    case 'output':
    case 'call':
    case 'end':
      return found;
    default:
      throw new TypeError('a frame of no type');
  }
}

function completed(frame: string): FromGuest {
  if (!frame.endsWith(RESULT_TAIL)) throw new TypeError('more than a result');
  const result: Json = JSON.parse(frame.slice(RESULT_HEAD.length, -RESULT_TAIL.length));
  return { type: 'end', end: { kind: 'completed', result } };
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
