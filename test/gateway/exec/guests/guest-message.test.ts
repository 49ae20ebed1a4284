import { describe, expect, test } from 'vitest';
import { MAX_HOST_CALL_BYTES, MAX_RESULT_BYTES } from '../../../../gateway/exec/exec-limits.ts';
import type { FromGuest } from '../../../../gateway/exec/guests/guest-frames.ts';
import { parseGuestMessage } from '../../../../gateway/exec/guests/guest-message.ts';

const parse = (json: string): FromGuest => parseGuestMessage(Buffer.from(json));
const completed = (result: string): string => `{"type":"end","end":{"kind":"completed","result":${result}}}`;
const keys = (count: number): string => Array.from({ length: count }, (_, at) => `"k${at}":0`).join(',');

describe('what a guest says', () => {
  test.each<FromGuest>([
    { type: 'ready' },
    { type: 'output', stream: 'stderr', text: 'a,b:[c]\u0000'.repeat(10_000) },
    {
      type: 'call',
      name: 'query',
      args: [null, true, -1.5, 'é', [[]], { a: {} }],
      named: { paths: Array(10_000).fill('x') },
    },
    { type: 'end', end: { kind: 'completed', result: 'é'.repeat(60_000) } },
    { type: 'end', end: { kind: 'completed', result: Array(131_000).fill(1) } },
    {
      type: 'end',
      end: { kind: 'completed', result: Object.fromEntries([...'abcdef'].map((k) => [k, [{}]])) },
    },
    {
      type: 'end',
      end: { kind: 'completed', result: { type: 'end', end: { kind: 'completed', result: 1 } } },
    },
    {
      type: 'end',
      end: {
        kind: 'raised',
        type: '\u0001'.repeat(8_192),
        message: '\u0001'.repeat(8_192),
        line: 1,
        traceback: ',:'.repeat(4_096),
      },
    },
    { type: 'end', end: { kind: 'syntax', message: 'm', line: null } },
    { type: 'end', end: { kind: 'denied', message: 'm', line: 2 } },
    { type: 'end', end: { kind: 'timeout' } },
    { type: 'end', end: { kind: 'memory' } },
  ])('is what comes out: %#', (message) => {
    expect(parse(JSON.stringify(message))).toEqual(message);
  });

  test('is an end without a value, where there is none', () => {
    expect(parse('{"type":"end","end":{"kind":"completed"}}')).toEqual({
      type: 'end',
      end: { kind: 'completed', result: undefined },
    });
  });

  test('has whole characters only, in keys as in texts', () => {
    expect(parse(completed('{"\\ud800":"\\udc00"}'))).toMatchObject({
      end: { result: { '\ufffd': '\ufffd' } },
    });
    expect(parse('{"type":"output","stream":"stdout","text":"\\ud800"}')).toMatchObject({ text: '\ufffd' });
    expect(parse('{"type":"end","end":{"kind":"syntax","message":"\\ud800","line":null}}')).toMatchObject({
      end: { message: '\ufffd' },
    });
    expect(parse('{"type":"call","name":"search","args":["\\ud800"],"named":{"\\udc00":1}}')).toMatchObject({
      args: ['\ufffd'],
      named: { '\ufffd': 1 },
    });
  });
});

describe('is refused before it is parsed', () => {
  /** What `JSON.parse` says of what is none: frames that are refused earlier say something else. */
  const LATE = SyntaxError;

  test.each([
    ['an end of keys', `{"type":"end","end":{"kind":"timeout",${keys(20_000)}]`],
    ['an output of keys', `{"type":"output",${keys(60_000)}]`],
    ['a ready of keys', `{"type":"ready",${keys(60_000)}]`],
    ['a call of keys', `{"type":"call","name":"search","args":[],"named":{${keys(20_000)}]`],
    ['brackets in a call', `{"type":"call","name":"search","args":[${'['.repeat(60_000)}`],
    ['brackets in a result', completed('['.repeat(200_000))],
    ['brackets in an output', `{"type":"output","x":${'['.repeat(600_000)}`],
    ['objects inside each other', completed('{"":'.repeat(60_000))],
    ['a call too long', `{"type":"call","name":"search","args":["${'x'.repeat(MAX_HOST_CALL_BYTES)}`],
    ['a result too long', completed(`"${'x'.repeat(MAX_RESULT_BYTES + 500)}`)],
    ['brackets alone', '['.repeat(600_000)],
    ['another type first', `{"stream":"stdout","type":"output","text":"x"`],
    ['a type that is none', `{"type":"run"`],
  ])('%s', (_, json) => {
    expect(() => parse(json)).toThrow(expect.not.objectContaining({ name: LATE.name }));
  });
});

describe('is no message', () => {
  test.each([
    ['something beside a result', completed('1,"more":2')],
    ['something behind a result', completed('1},"more":{"x":2')],
    ['a result twice', completed('1,"result":2')],
    ['a result in another order', '{"type":"end","end":{"result":1,"kind":"completed"}}'],
    ['a result of nothing', completed('')],
    ['a result with another tail', '{"type":"end","end":{"kind":"completed","result":1]]'],
    ['a result that is cut off', '{"type":"end","end":{"kind":"completed","result":1'],
    ['a type that is another further on', '{"type":"output","stream":"stdout","text":"","type":"end"}'],
    ['a call that becomes an output', '{"type":"call","type":"output","stream":"stdout","text":""}'],
    ['a kind that becomes another', '{"type":"end","end":{"kind":"timeout","kind":"completed","result":1}}'],
  ])('%s', (_, json) => {
    expect(() => parse(json)).toThrow();
  });

  test('101 containers around each other, but 100 are a result', () => {
    const nested = (depth: number): string => completed(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(() => parse(nested(100))).not.toThrow();
    expect(() => parse(nested(101))).toThrow(RangeError);
  });
});
