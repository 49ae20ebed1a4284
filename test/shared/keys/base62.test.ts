import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base62Width, decodeBase62, encodeBase62 } from '../../../shared/keys/base62.ts';

describe('base62 of byte strings', () => {
  test('gives back what it was given, in the width it promises', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const text = encodeBase62(bytes);
        expect(text).toHaveLength(base62Width(bytes.length));
        expect(text).toMatch(/^[0-9A-Za-z]*$/);
        expect(new Uint8Array(decodeBase62(text, bytes.length) ?? [])).toEqual(bytes);
      }),
    );
  });

  test('sorts as the bytes do', () => {
    const pair = fc.tuple(
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
    );
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [left, right] = [encodeBase62(a), encodeBase62(b)];
        expect(left < right ? -1 : left > right ? 1 : 0).toBe(Buffer.compare(a, b));
      }),
    );
  });

  test.each([
    [1, 2],
    [4, 6],
    [32, 43],
  ])('%i bytes take %i characters', (bytes, characters) => {
    expect(base62Width(bytes)).toBe(characters);
  });

  test('the largest value fits its width, and one more is refused', () => {
    const largest = encodeBase62(new Uint8Array(32).fill(0xff));
    expect(largest).toHaveLength(43);
    expect(decodeBase62(largest, 32)).not.toBeNull();
    const above = encodeBase62(new Uint8Array([1, ...new Uint8Array(32)]));
    expect(above).toHaveLength(45);
    expect(decodeBase62(above, 32)).toBeNull();
    expect(decodeBase62('z'.repeat(43), 32)).toBeNull();
  });

  test.each(['-', '_', ' ', '/', 'é', '０', '\n'])('refuses %j', (character) => {
    expect(decodeBase62(`A${character}A`, 32)).toBeNull();
  });
});
