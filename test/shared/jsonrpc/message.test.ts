import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatErrorResponse, inspectMessage } from '../../../shared/jsonrpc/message.ts';

const inspect = (value: unknown): ReturnType<typeof inspectMessage> => inspectMessage(JSON.stringify(value));
const id = fc.oneof(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger());

describe('what a message is', () => {
  test('a request has a method and an id, whatever else it carries', () => {
    fc.assert(
      fc.property(id, fc.string(), fc.jsonValue(), (ownId, method, params) => {
        expect(inspect({ jsonrpc: '2.0', id: ownId, method, params })).toEqual({
          kind: 'request',
          id: ownId,
          method,
        });
      }),
    );
  });

  test('a notification has a method and no id', () => {
    expect(inspect({ jsonrpc: '2.0', method: 'notifications/initialized' })).toEqual({
      kind: 'notification',
      method: 'notifications/initialized',
    });
  });

  test('a response has a result or an error, and an id that is null where the request could not be read', () => {
    expect(inspect({ jsonrpc: '2.0', id: 7, result: {} })).toEqual({ kind: 'response', id: 7 });
    expect(inspect({ jsonrpc: '2.0', id: 7, result: null })).toEqual({ kind: 'response', id: 7 });
    expect(inspect({ jsonrpc: '2.0', id: 'a', error: {} })).toEqual({ kind: 'response', id: 'a' });
    expect(inspect({ jsonrpc: '2.0', id: null, error: {} })).toEqual({ kind: 'response', id: null });
  });

  test('a batch is the sum of its parts', () => {
    const batch = [
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { jsonrpc: '2.0', method: 'n' },
      { jsonrpc: '2.0', id: 2, result: 1 },
    ];
    expect(inspect(batch)).toEqual({
      kind: 'batch',
      parts: [
        { kind: 'request', id: 1, method: 'ping' },
        { kind: 'notification', method: 'n' },
        { kind: 'response', id: 2 },
      ],
    });
  });
});

describe('what is no message', () => {
  test.each(['', ' ', '{', '{"a":1}}', '{"jsonrpc":"2.0"', "{'a':1}", 'undefined', '{}{}'])(
    '%j is no JSON',
    (text) => {
      expect(inspectMessage(text)).toEqual({ kind: 'invalid', reason: 'not-json', id: null });
    },
  );

  test.each([
    null,
    true,
    1,
    'x',
    {},
    { jsonrpc: '1.0', method: 'x' },
    { jsonrpc: 2.0, method: 'x' },
    { method: 'x' },
    { jsonrpc: '2.0' },
    { jsonrpc: '2.0', method: 1 },
    { jsonrpc: '2.0', method: null, result: 1 },
    { jsonrpc: '2.0', id: null, method: 'x' },
    { jsonrpc: '2.0', id: {}, method: 'x' },
    { jsonrpc: '2.0', id: [1], method: 'x' },
    { jsonrpc: '2.0', id: true, method: 'x' },
    [],
    [1],
    [[]],
    [{ jsonrpc: '2.0', method: 'x' }, 1],
  ])('%j is no message', (value) => {
    expect(inspect(value)).toEqual({ kind: 'invalid', reason: 'not-a-message', id: null });
  });

  test('its id is told where it has one, so that the error can be sent to whoever waits', () => {
    expect(inspect({ jsonrpc: '1.0', id: 5, method: 'x' })).toMatchObject({ kind: 'invalid', id: 5 });
    expect(inspect({ jsonrpc: '2.0', id: 'a' })).toMatchObject({ kind: 'invalid', id: 'a' });
  });

  test('a number too large for a number is no id', () => {
    expect(inspectMessage('{"jsonrpc":"2.0","id":1e999,"method":"x"}')).toMatchObject({
      kind: 'invalid',
      id: null,
    });
  });

  test('keys of the prototype are keys like any other', () => {
    const text = '{"__proto__":{"jsonrpc":"2.0","method":"x"},"constructor":1}';
    expect(inspectMessage(text)).toEqual({ kind: 'invalid', reason: 'not-a-message', id: null });
    expect(inspectMessage('{"jsonrpc":"2.0","__proto__":{"id":1},"method":"x"}')).toEqual({
      kind: 'notification',
      method: 'x',
    });
  });

  test('hostile text never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void inspectMessage(text)));
    fc.assert(fc.property(fc.json(), (text) => void inspectMessage(text)));
    expect(inspectMessage('['.repeat(100_000))).toMatchObject({ kind: 'invalid' });
  });
});

describe('an error answer', () => {
  test('is one line, and a response to its id', () => {
    fc.assert(
      fc.property(fc.option(id), fc.integer(), fc.string({ unit: 'binary' }), (ownId, code, message) => {
        const line = formatErrorResponse(ownId, code, message);
        expect(line).not.toMatch(/[\n\r]/);
        expect(JSON.parse(line)).toEqual({ jsonrpc: '2.0', id: ownId, error: { code, message } });
        expect(inspectMessage(line)).toEqual({ kind: 'response', id: ownId });
      }),
    );
  });

  test('carries data only where there is some', () => {
    expect(JSON.parse(formatErrorResponse(1, -32000, 'm', { code: 'KEY_MISSING' })).error).toEqual({
      code: -32000,
      message: 'm',
      data: { code: 'KEY_MISSING' },
    });
  });
});
