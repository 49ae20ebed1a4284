import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAck, formatBye, parseFrame } from '../../../shared/frames/control-frame.ts';

const parse = (text: string): ReturnType<typeof parseFrame> => parseFrame(Buffer.from(text, 'latin1'));

describe('data', () => {
  test.each(['{}', '{"jsonrpc":"2.0"', '[', '[{}]', '{!ack 1'])('%j is data, whatever follows', (text) => {
    expect(parse(text)).toEqual({ kind: 'data' });
  });

  test('any bytes after a brace are left alone', () => {
    fc.assert(
      fc.property(fc.constantFrom(0x7b, 0x5b), fc.uint8Array({ maxLength: 2000 }), (first, rest) => {
        expect(parseFrame(Buffer.from([first, ...rest]))).toEqual({ kind: 'data' });
      }),
    );
  });
});

describe('ack', () => {
  test('says the count that was written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (count) => {
        expect(parse(formatAck(count))).toEqual({ kind: 'ack', count });
      }),
    );
  });

  test.each([
    '!ack',
    '!ack ',
    '!ack -1',
    '!ack +1',
    '!ack 01',
    '!ack 1.0',
    '!ack 1e3',
    '!ack 0x1',
    '!ack 1 ',
    '!ack  1',
    '!ack\t1',
    '!ack 1\n',
    '!ACK 1',
    ' !ack 1',
    '!ack 9007199254740992',
    '!ack 99999999999999999999',
  ])('refuses %j', (text) => {
    expect(parse(text)).toEqual({ kind: 'invalid' });
  });
});

describe('bye', () => {
  test('says the code and the reason that were written', () => {
    const printable = fc.string({ unit: fc.constantFrom(...'abc XYZ 019 ~!"#'), maxLength: 480 });
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 4999 }), printable, (code, reason) => {
        expect(parse(formatBye(code, reason))).toEqual({ kind: 'bye', code, reason: reason.trimEnd() });
      }),
    );
  });

  test('always writes a frame that its peer can read, whatever the reason holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (reason) => {
        expect(parse(formatBye(1012, reason))).toMatchObject({ kind: 'bye', code: 1012 });
      }),
    );
  });

  test('cuts a reason that would make the frame too long', () => {
    const frame = formatBye(1012, 'x'.repeat(600));
    expect(frame).toHaveLength(512);
    expect(parse(frame)).toMatchObject({ kind: 'bye', code: 1012 });
  });

  test.each([
    '!bye',
    '!bye 12',
    '!bye 0999 x',
    '!bye 5000 x',
    '!bye 10120',
    '!bye 1012\n',
    '!bye 1012 a\nb',
    '!bye 1012 a\r',
    '!bye 1012 \u00e9',
    '!bye 1012 a\u0000',
  ])('refuses %j', (text) => {
    expect(parse(text)).toEqual({ kind: 'invalid' });
  });
});

describe('anything else', () => {
  test.each(['', ' ', '!', '!nak 1', 'null', '"x"', '\ufeff{}', '\n{}'])('refuses %j', (text) => {
    expect(parseFrame(Buffer.from(text))).toEqual({ kind: 'invalid' });
  });

  test('refuses a control frame of more than 512 bytes, unread', () => {
    const reason = (bytes: number): string => 'x'.repeat(bytes - '!bye 1012 '.length);
    expect(parse(`!bye 1012 ${reason(512)}`)).toMatchObject({ kind: 'bye' });
    expect(parse(`!bye 1012 ${reason(513)}`)).toEqual({ kind: 'invalid' });
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        parseFrame(Buffer.from(bytes));
        parseFrame(Buffer.from([0x21, ...bytes]));
      }),
    );
  });
});
