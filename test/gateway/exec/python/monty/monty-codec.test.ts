import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Json } from '../../../../../gateway/exec/engine.ts';
import {
  decodeEvent,
  decodeValue,
  encodeConfigure,
  encodeFeed,
  encodeJson,
  encodeReset,
  encodeResumeCall,
  encodeResumeNameLookup,
  eventKindOf,
  ValueBudget,
} from '../../../../../gateway/exec/python/monty/monty-codec.ts';
import { bytesField, varintField } from '../../../../../gateway/exec/python/monty/protobuf-wire.ts';
import { argumentOf } from '../../../../../gateway/exec/python/monty/result-json.ts';

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

const MAX_BYTES = 20_000;

function decoded(encoded: Buffer): ReturnType<typeof decodeValue> {
  return decodeValue(encoded, new ValueBudget(100, MAX_BYTES));
}

describe('events recorded from the worker 0.0.23', () => {
  it.each([
    ['ok', '5200', { kind: 'ok' }],
    ['print', '0a06 0801 1202 610a', { kind: 'print', stream: 'stdout', text: 'a\n' }],
    [
      'function_call',
      '1215 0a03666f6f 12022802 1a0a 0a03420162 1203420178 a00111 b801e807',
      { kind: 'function_call', name: 'foo', callId: 0, args: [hex('2802')], isMethod: false },
    ],
    [
      'an error',
      '3a560a540a115a65726f4469766973696f6e4572726f7212106469766973696f6e206279207a65726f1a2d0a103c707974686f6e2d' +
        '696e7075742d303e1204080110011a040801100422083c6d6f64756c653e2a03312f30a0010cb801e807',
      {
        kind: 'error',
        executionMicros: 12,
        exception: {
          type: 'ZeroDivisionError',
          message: 'division by zero',
          frames: [{ line: 1, name: null, preview: '1/0', hidesCaret: false, hidesName: false }],
        },
      },
    ],
    [
      'a program that is none',
      '3a710a6f0a0b53796e7461784572726f7212354578706563746564206120706172616d65746572206f722074686520656e64206f66' +
        '2074686520706172616d65746572206c6973741a290a103c707974686f6e2d696e7075742d303e1204080110071a04080110082a07' +
        '6465662066283a3801b801e807',
      {
        kind: 'error',
        executionMicros: 0,
        exception: { type: 'SyntaxError', frames: [{ line: 1, name: null, hidesName: true }] },
      },
    ],
  ])('%s', (_what, recorded, event) => {
    expect(decodeEvent(hex(recorded))).toMatchObject(event);
  });

  it('every kind of value', () => {
    const event = decodeEvent(
      hex(
        '3282030aff025afc020a020a000a0212000a021a000a0220010a02280a0a02280d0a0d320b12094000000000000000000a0939000000' +
          '000000f83f0a04420261620a044a0263640a065a040a0228020a0662040a0228020a136a110a01501201781201791a0228021a02' +
          '28040a0c720a0a080a022802120228040a067a040a0228020a078201040a0228020a0a8a010708e40f100118020a0c9a010908e4' +
          '0f1001180220030a05a2010208010a03aa01000a12b2010f0a0a56616c75654572726f721201780a0aba01070a03696e7418010a' +
          '0eea010b3c636c617373202741273e0a34c201310a190a014112120a101d36017ca07942d795ff62358e5e88ff180212120a109d' +
          '2ca6e2e589480ca30f53ba0ed21ab61a000a06d201036c656e0a145a120a0228020a0cf20109080412055b2e2e2e5d0a20ea011d' +
          '3c66756e6374696f6e20273c6c616d6264613e2720617420307832633e0a0eea010b72616e676528302c2033290a10ea010d6469' +
          '63745f6b657973285b5d290a0242000a0228000a022000a001b601b801e807',
      ),
    );
    const value = event.kind === 'complete' ? decoded(event.value) : null;
    const one = { kind: 'int', value: 1n };
    const two = { kind: 'int', value: 2n };
    expect(value).toEqual({
      kind: 'list',
      items: [
        { kind: 'ellipsis' },
        { kind: 'none' },
        { kind: 'not_implemented' },
        { kind: 'bool', value: true },
        { kind: 'int', value: 5n },
        { kind: 'int', value: -7n },
        { kind: 'int', value: 2n ** 70n },
        { kind: 'float', value: 1.5 },
        { kind: 'str', value: 'ab' },
        { kind: 'bytes', value: Buffer.from('cd') },
        { kind: 'list', items: [one] },
        { kind: 'tuple', items: [one] },
        { kind: 'named_tuple', items: [one, two] },
        { kind: 'dict', pairs: [[one, two]] },
        { kind: 'set', items: [one] },
        { kind: 'frozenset', items: [one] },
        { kind: 'repr', value: 'datetime.date(2020, 1, 2)', str: '2020-01-02' },
        { kind: 'repr', value: 'datetime.datetime(2020, 1, 2, 3, 0)', str: '2020-01-02 03:00:00' },
        { kind: 'repr', value: 'datetime.timedelta(days=1)', str: '1 day, 0:00:00' },
        { kind: 'other', name: 'datetime.timezone' },
        { kind: 'repr', value: "ValueError('x')", str: 'x' },
        { kind: 'repr', value: "<class 'int'>" },
        { kind: 'repr', value: "<class 'A'>" },
        { kind: 'other', name: 'A' },
        { kind: 'builtin_function', value: 'len' },
        { kind: 'list', items: [one, { kind: 'cycle', placeholder: '[...]' }] },
        { kind: 'repr', value: "<function '<lambda>' at 0x2c>" },
        { kind: 'repr', value: 'range(0, 3)' },
        { kind: 'repr', value: 'dict_keys([])' },
        { kind: 'str', value: '' },
        { kind: 'int', value: 0n },
        { kind: 'bool', value: false },
      ],
    });
  });
});

describe('requests, byte by byte', () => {
  it.each([
    ['reset', encodeReset(), '02000000 4a00'],
    ['feed', encodeFeed('1/0'), '07000000 1a05 0a03312f30'],
    [
      'configure',
      encodeConfigure({ durationMicros: 500_000, memoryBytes: 1024, recursionDepth: 1000 }),
      '1f000000 0a1d 0a093c70726f6772616d3e 120a 08a0c21e 108008 20e807 3000 4802 5000',
    ],
    ['a value', encodeResumeCall(3, { kind: 'value', value: -1 }), '0a000000 2208 0803 1204 0a02 2801'],
    [
      'an error',
      encodeResumeCall(0, { kind: 'raised', type: 'E', message: 'm' }),
      '0e000000 220c 0800 1208 1206 0a0145 12016d',
    ],
    ['no function', encodeResumeCall(0, { kind: 'not_found', name: 'f' }), '09000000 2207 0800 1203 220166'],
    ['a name', encodeResumeNameLookup('f', true), '0a000000 2a08 0a06 ca0103 0a0166'],
    ['no name', encodeResumeNameLookup('f', false), '04000000 2a02 1200'],
  ])('%s', (_what, encoded, expected) => {
    expect(encoded.toString('hex')).toBe(expected.replaceAll(' ', ''));
  });
});

describe('values of JSON', () => {
  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (json) => {
        // What JSON itself can carry: no negative zero.
        const value: Json = JSON.parse(JSON.stringify(json));
        expect(argumentOf(decoded(encodeJson(value)))).toEqual(value);
      }),
    );
  });

  it('keep integers to the last digit, and a key that means something to JavaScript', () => {
    for (const value of [0, -1, 2 ** 31, -(2 ** 31), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
      expect(decoded(encodeJson(value))).toEqual({ kind: 'int', value: BigInt(value) });
    }
    const value: Json = JSON.parse('{"__proto__": {"a": 1}}');
    const back = argumentOf(decoded(encodeJson(value)));
    expect(JSON.stringify(back)).toBe('{"__proto__":{"a":1}}');
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });

  it('come back as they went, however large', () => {
    for (let count = 0; count < 600; count += 7) {
      const value: Json = [
        Array(count).fill(0.5),
        Array(count).fill(-1e9),
        Array(count).fill('é'.repeat(count % 200)),
        Array(count).fill({ key: [null, true] }),
      ];
      expect(argumentOf(decodeValue(encodeJson(value), new ValueBudget(100, 4_000_000)))).toEqual(value);
    }
  });

  it('of fifty thousand parts are written into one buffer, not into one each', () => {
    const paths = Array.from({ length: 50_000 }, (_, at) => `folder-${at % 97}/é/${at}.ts`);
    const joins = vi.spyOn(Buffer, 'concat');
    const makes = vi.spyOn(Buffer, 'allocUnsafe');
    const encoded = encodeJson({ paths });
    const made = joins.mock.calls.length + makes.mock.calls.length;
    vi.restoreAllMocks();
    expect(made).toBeLessThan(50);
    const back = decodeValue(encoded, new ValueBudget(100, 4_000_000));
    expect(argumentOf(back)).toEqual({ paths });
  });

  it('have no halves of characters', () => {
    expect(decoded(encodeJson('a\ud800'))).toEqual({ kind: 'str', value: 'a\ufffd' });
  });
});

describe('a hostile worker', () => {
  it.each([
    ['nothing', ''],
    ['a field cut off', '0a06 0801'],
    ['a length past the end', '0aff ffff ff0f'],
    ['a length past all memory', '0aff ffff ffff ffff ffff 01'],
    ['a number that never ends', '08ff ffff ffff ffff ffff ffff'],
    ['a number cut off', 'a001 80'],
    ['an impossible wire type', '0f00'],
    ['a group', '0b0c'],
    ['field number 0', '0200'],
    ['two events', '5200 5200'],
    ['an unknown event only', '6200'],
    ['an unknown stream', '0a04 0807 1200'],
    ['complete without a value', '3200'],
    ['an error without an exception', '3a00'],
  ])('%s is no event', (_what, bytes) => {
    expect(() => decodeEvent(hex(bytes))).toThrow(expect.objectContaining({ name: 'MalformedMessage' }));
  });

  it('may say what we do not know: it is skipped', () => {
    const event = Buffer.concat([
      varintField(90, 5),
      bytesField(99, 'more'),
      hex('5200'),
      hex('f1061122334455667788 fd0611223344'),
    ]);
    expect(decodeEvent(event)).toEqual({ kind: 'ok' });
  });

  it('does nothing worse than throw, whatever it sends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const decode of [decodeEvent, decoded]) {
          try {
            decode(Buffer.from(bytes));
          } catch (error) {
            expect(['MalformedMessage', 'ValueTooLarge']).toContain(
              error instanceof Error ? error.name : error,
            );
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('nests no deeper than allowed', () => {
    const nested = (depth: number): Buffer => {
      let value = hex('1200');
      for (let level = 0; level < depth; level += 1) value = bytesField(11, [bytesField(1, value)]);
      return value;
    };
    expect(() => decoded(nested(100))).not.toThrow();
    expect(() => decoded(nested(101))).toThrow(expect.objectContaining({ by: 'depth' }));
    expect(() => decoded(nested(5_000))).toThrow(expect.objectContaining({ by: 'depth' }));
  });

  it('sends no more values than can be so many bytes of JSON', () => {
    const list = (length: number): Buffer => bytesField(11, Array(length).fill(bytesField(1, hex('1200'))));
    expect(() => decoded(list(MAX_BYTES / 2 - 1))).not.toThrow();
    expect(() => decoded(list(MAX_BYTES / 2))).toThrow(expect.objectContaining({ by: 'size' }));
  });

  it.each([
    ['a text', bytesField(8, 'x'.repeat(MAX_BYTES))],
    ['bytes', bytesField(9, Buffer.alloc(MAX_BYTES))],
    ['an error', bytesField(22, [bytesField(1, 'ValueError'), bytesField(2, '\x01'.repeat(MAX_BYTES))])],
    ['an integer', bytesField(6, [bytesField(2, Buffer.alloc(MAX_BYTES, 1))])],
    ['a repr', bytesField(29, 'x'.repeat(MAX_BYTES))],
    ['a path', bytesField(27, 'x'.repeat(MAX_BYTES))],
    [
      'a set of texts',
      bytesField(15, Array(MAX_BYTES / 10).fill(bytesField(1, bytesField(8, 'x'.repeat(9))))),
    ],
    [
      'keys',
      bytesField(
        14,
        Array(100).fill(
          bytesField(1, [
            bytesField(1, bytesField(8, 'x'.repeat(MAX_BYTES / 100))),
            bytesField(2, hex('1200')),
          ]),
        ),
      ),
    ],
    [
      'fields that we do not know',
      Buffer.concat([Buffer.concat(Array(100_000).fill(hex('7800'))), hex('1200')]),
    ],
  ])('has %s left alone that is too long as JSON', (_, value) => {
    expect(() => decoded(value)).toThrow(expect.objectContaining({ by: 'size' }));
  });

  it('has all taken apart that is not, to the last byte', () => {
    const value = Array(MAX_BYTES / 2)
      .fill(1)
      .slice(1);
    expect(JSON.stringify(value).length).toBe(MAX_BYTES - 1);
    expect(argumentOf(decoded(encodeJson(value)))).toEqual(value);
    const named = Buffer.concat([
      bytesField(1, 'Point'),
      ...Array(MAX_BYTES / 2 - 1).fill(bytesField(2, 'x')),
      ...Array(MAX_BYTES / 2 - 1).fill(bytesField(3, hex('2802'))),
    ]);
    expect(argumentOf(decoded(bytesField(13, named)))).toEqual(value);
    const pairs = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [at, at % 10]));
    expect(argumentOf(decoded(encodeJson(pairs)))).toEqual(pairs);
    const text = 'é'.repeat(MAX_BYTES / 2 - 1);
    expect(decoded(encodeJson(text))).toEqual({ kind: 'str', value: text });
  });

  it.each([
    ['an event', Buffer.concat([Buffer.concat(Array(100_000).fill(hex('7800'))), hex('5200')])],
    ['a print', bytesField(1, [hex('0801'), ...Array(100_000).fill(hex('7800'))])],
    ['a call', bytesField(2, Array(100_000).fill(hex('7800')))],
    ['a call of arguments', bytesField(2, Array(100_000).fill(bytesField(2, '')))],
    ['an error', bytesField(7, [bytesField(1, Array(100_000).fill(hex('7800')))])],
    [
      'frames',
      bytesField(7, [
        bytesField(1, Array(2_000).fill(bytesField(3, Buffer.concat(Array(100).fill(hex('7800')))))),
      ]),
    ],
  ])('has %s of too many fields refused', (_, event) => {
    expect(() => decodeEvent(event)).toThrow(expect.objectContaining({ message: 'too many fields' }));
  });

  it('is heard with as many frames as a recursion can have', () => {
    const frame = hex(
      '0a103c707974686f6e2d696e7075742d303e 1204 0801 1001 1a04 0801 1004 22083c6d6f64756c653e 2a03312f30 3001',
    );
    const event = bytesField(7, [
      bytesField(1, [bytesField(1, 'E'), ...Array(1_000).fill(bytesField(3, frame))]),
    ]);
    expect(decodeEvent(event)).toMatchObject({ exception: { frames: { length: 1_000 } } });
  });

  it('has a long name cut, before it is said again', () => {
    const name = 'é'.repeat(1_000_000);
    for (const [number, kind] of [
      [2, 'function_call'],
      [4, 'name_lookup'],
    ] as const) {
      expect(decodeEvent(bytesField(number, [bytesField(1, name)]))).toMatchObject({
        kind,
        name: 'é'.repeat(128),
      });
    }
  });

  it('is known by its first byte', () => {
    expect(eventKindOf(0x32)).toBe('complete');
    expect(eventKindOf(0x12)).toBe('function_call');
    expect(eventKindOf(0x30)).toBeUndefined();
    expect(eventKindOf(0xa0)).toBeUndefined();
  });
});
