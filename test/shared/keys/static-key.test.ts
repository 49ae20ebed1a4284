import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apiKeyFromStatic } from '../../../shared/keys/static-key.ts';

/** HKDF-SHA256 as RFC 5869 spells it out, for one block of output. */
function hkdf(secret: string, salt: string, info: string): Buffer {
  const extracted = createHmac('sha256', salt).update(secret).digest();
  return createHmac('sha256', extracted)
    .update(info)
    .update(Buffer.from([1]))
    .digest();
}

describe('a static key', () => {
  test('gives both ends the same seed, by RFC 5869', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'aZ09-_+/é'), minLength: 32, maxLength: 200 }),
        (text) => {
          const expected = hkdf(text, 'rlm-gateway', 'rlm static key, signing seed, v1');
          expect(Buffer.from(apiKeyFromStatic(text)?.seed.unwrap() ?? [])).toEqual(expected);
          expect(apiKeyFromStatic(text)?.id).toBe('static');
        },
      ),
    );
  });

  test('gives the seed that deployed peers have', () => {
    const seed = apiKeyFromStatic('0123456789abcdef0123456789abcdef')?.seed.unwrap();
    expect(Buffer.from(seed ?? []).toString('hex')).toBe(
      '7b81e9d39b95957479f078d94c3288654899bf652b4238d02416e13c6a6fbaa5',
    );
  });

  test.each([
    ['31 characters', 'x'.repeat(31)],
    ['a space inside', `${'x'.repeat(32)} y`],
    ['the newline of a file', `${'x'.repeat(32)}\n`],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(apiKeyFromStatic(text)).toBeNull();
  });
});
