import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageHeadScanner } from '../../../bridge/stdio/message-head.ts';

function scan(text: string, chunkBytes = 7): unknown {
  const scanner = new MessageHeadScanner();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) scanner.push(bytes.subarray(at, at + chunkBytes));
  return scanner.head;
}

describe('the head of a message that was not kept', () => {
  it('has the top-level id wherever it stands, and no other', () => {
    const id = fc.oneof(fc.integer(), fc.string());
    fc.assert(
      fc.property(
        id,
        fc.jsonValue(),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        (value, params, isLast, size) => {
          const nested = { id: 'not this one', method: 'nor this', params };
          const message = isLast
            ? { method: 'm', params: nested, jsonrpc: '2.0', id: value }
            : { id: value, params: nested, method: 'm' };
          expect(scan(JSON.stringify(message), size)).toEqual({ id: value, hasMethod: true });
        },
      ),
    );
  });

  it.each([
    ['an answer', '{"jsonrpc":"2.0","id":3,"result":{"id":4}}', { id: 3, hasMethod: false }],
    ['a batch', '[{"id":1,"method":"m"}]', { id: null, hasMethod: false }],
    ['an id that is none', '{"id":{"a":1},"method":"m"}', { id: null, hasMethod: true }],
    ['an id without end', `{"id":"${'x'.repeat(5000)}","method":"m"}`, { id: null, hasMethod: true }],
    ['a key in a string', '{"a":"\\"id\\":5,","id":6,"method":"m"}', { id: 6, hasMethod: true }],
    ['no JSON at all', '}}}]]"{{', { id: null, hasMethod: false }],
  ])('is right for %s', (_, text, head) => {
    expect(scan(text)).toEqual(head);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const scanner = new MessageHeadScanner();
        scanner.push(Buffer.from(bytes));
        expect(scanner.head).toHaveProperty('id');
      }),
    );
  });
});
