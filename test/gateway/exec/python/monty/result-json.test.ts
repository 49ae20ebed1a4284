import { describe, expect, it } from 'vitest';
import type { MontyValue } from '../../../../../gateway/exec/python/monty/monty-value.ts';
import { argumentOf, resultOf, tooLong } from '../../../../../gateway/exec/python/monty/result-json.ts';

const int = (value: number | bigint): MontyValue => ({ kind: 'int', value: BigInt(value) });
const float = (value: number): MontyValue => ({ kind: 'float', value });
const str = (value: string): MontyValue => ({ kind: 'str', value });
const set = (...items: MontyValue[]): MontyValue => ({ kind: 'set', items });
const tuple = (...items: MontyValue[]): MontyValue => ({ kind: 'tuple', items });
const dict = (...pairs: [MontyValue, MontyValue][]): MontyValue => ({ kind: 'dict', pairs });
const none: MontyValue = { kind: 'none' };

describe('the result of a program', () => {
  it.each<[string, MontyValue, unknown]>([
    ['None', none, null],
    ['a bool', { kind: 'bool', value: true }, true],
    ['an int', int(-5), -5],
    ['the largest int', int(2 ** 53 - 1), 9007199254740991],
    ['an int too large for a number', int(2 ** 53), '9007199254740992'],
    ['a negative one', int(-(2n ** 64n)), '-18446744073709551616'],
    ['the last in decimal digits', int(-(2n ** 14_000n - 1n)), (-(2n ** 14_000n - 1n)).toString()],
    ['the first in hexadecimal', int(2n ** 14_000n), `0x${(2n ** 14_000n).toString(16)}`],
    ['a float', float(1.5), 1.5],
    ['what is no number', float(Number.NaN), 'nan'],
    ['infinity', float(-Number.POSITIVE_INFINITY), '-inf'],
    ['a tuple', tuple(int(1), str('a')), [1, 'a']],
    ['a set of numbers', set(int(10), float(2.5), int(1)), [1, 2.5, 10]],
    [
      'a set of strings, by UTF-8',
      set(str('b'), str('\u{1f600}'), str('\uffee'), str('B')),
      ['B', 'b', '\uffee', '\u{1f600}'],
    ],
    [
      'a set of strings without such',
      set(...['b', 'a\uffee', 'B', 'é', 'a', ''].map(str)),
      ['', 'B', 'a', 'a\uffee', 'b', 'é'],
    ],
    ['a mixed set', set(str('b'), int(1), none), ['b', 1, null]],
    ['a set of bool', set({ kind: 'bool', value: true }, int(0)), [true, 0]],
    [
      'keys that are no str',
      dict(
        [int(1), none],
        [float(1e16), none],
        [{ kind: 'bool', value: false }, none],
        [none, none],
        [tuple(int(1), str("it's\n")), none],
        [tuple(), none],
        [tuple(int(1)), none],
        [{ kind: 'frozenset', items: [] }, none],
        [{ kind: 'bytes', value: Buffer.from("a'\x00\\") }, none],
        [{ kind: 'repr', value: 'datetime.date(2020, 1, 2)', str: '2020-01-02' }, none],
      ),
      {
        '1': null,
        '1e+16': null,
        False: null,
        None: null,
        '(1, "it\'s\\n")': null,
        '()': null,
        '(1,)': null,
        'frozenset()': null,
        'b"a\'\\x00\\\\"': null,
        '2020-01-02': null,
      },
    ],
    ['the later of two keys alike', dict([int(1), str('a')], [str('1'), str('b')]), { '1': 'b' }],
    ['a repr', { kind: 'repr', value: 'range(0, 3)' }, 'range(0, 3)'],
    ['bytes', { kind: 'bytes', value: Buffer.from('a\xff', 'latin1') }, "b'a\\xff'"],
    ['an ellipsis', { kind: 'ellipsis' }, 'Ellipsis'],
    ['a path', { kind: 'path', value: 'a/b' }, "PosixPath('a/b')"],
    ['a builtin', { kind: 'builtin_function', value: 'len' }, '<built-in function len>'],
    ['itself', { kind: 'list', items: [{ kind: 'cycle', placeholder: '[...]' }] }, ['[...]']],
  ])('%s', (_what, value, expected) => {
    expect(resultOf(value)).toEqual(expected);
  });

  it.each([
    [1, '1.0'],
    [-1.5, '-1.5'],
    [0.1, '0.1'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [1.25e-7, '1.25e-07'],
    [123456789012345680, '1.2345678901234568e+17'],
    [1234567890123456, '1234567890123456.0'],
    [1e22, '1e+22'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [5e-324, '5e-324'],
    [-0, '-0.0'],
  ])('writes the float %d as Python does', (value, text) => {
    expect(resultOf(dict([float(value), none]))).toEqual({ [text]: null });
  });

  it.each([
    ['\x7f\xa0\xad', "'\\x7f\\xa0\\xad'"],
    ['\u2028\u{e0001}', "'\\u2028\\U000e0001'"],
    ['a"b\'c', "'a\"b\\'c'"],
    ['größe 変', "'größe 変'"],
  ])('writes the string %j as Python does', (value, text) => {
    expect(resultOf(dict([tuple(str(value)), none]))).toEqual({ [`(${text},)`]: null });
  });

  it('writes every byte and character below 256 as Python does', () => {
    const plain = (code: number): boolean => code >= 0x20 && code < 0x7f;
    const named = new Map([...'\t\n\r\\"'].map((character) => [character.charCodeAt(0), character]));
    for (let code = 0; code < 256; code += 1) {
      const character = String.fromCharCode(code);
      const short = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' }[character];
      const hex = `\\x${code.toString(16).padStart(2, '0')}`;
      const quote = character === "'" ? '"' : "'";
      const inBytes = named.has(code) ? (short ?? character) : plain(code) ? character : hex;
      expect(resultOf({ kind: 'bytes', value: Buffer.from([code]) })).toBe(`b${quote}${inBytes}${quote}`);
      const isPrintable = code > 0xa0 && code !== 0xad;
      const inText = isPrintable ? character : inBytes;
      expect(resultOf(dict([tuple(str(character)), none]))).toEqual({
        [`(${quote}${inText}${quote},)`]: null,
      });
    }
  });

  it('is left out where it is too long, by its JSON in bytes', () => {
    expect(resultOf(str('ü'.repeat(131_071)))).toBe('ü'.repeat(131_071));
    expect(resultOf(str('ü'.repeat(131_072)))).toBe(tooLong(262_146));
  });

  it('is refused where its repr is not known', () => {
    expect(() => resultOf({ kind: 'list', items: [{ kind: 'other', name: 'Node' }] })).toThrow(
      'of type Node',
    );
  });

  it('can have a key that means something to JavaScript', () => {
    expect(JSON.stringify(resultOf(dict([str('__proto__'), int(1)])))).toBe('{"__proto__":1}');
  });
});

describe('an argument of a host call', () => {
  it.each<[string, MontyValue, string]>([
    ['a set', set(int(1)), 'TypeError'],
    ['bytes', { kind: 'bytes', value: Buffer.from('a') }, 'TypeError'],
    ['an object', { kind: 'other', name: 'Node' }, 'TypeError'],
    ['a key that is no str', dict([int(1), none]), 'TypeError'],
    ['an int out of range', int(2n ** 53n), 'ValueError'],
    ['infinity', float(Number.POSITIVE_INFINITY), 'ValueError'],
    ['itself', { kind: 'list', items: [{ kind: 'cycle', placeholder: '[...]' }] }, 'ValueError'],
  ])('%s is refused', (_what, value, type) => {
    expect(() => argumentOf(value)).toThrow(expect.objectContaining({ name: 'NoJsonForm', type }));
  });
});
