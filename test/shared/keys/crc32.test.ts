import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checksum, crc32, withoutChecksum } from '../../../shared/keys/crc32.ts';

describe('CRC-32', () => {
  test('has the check value of the catalogue', () => {
    expect(crc32('123456789')).toBe(0xcbf43926);
  });

  test('agrees with zlib', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(crc32(text)).toBe(zlibCrc32(Buffer.from(text, 'utf8')));
      }),
    );
  });
});

describe('the checksum of a credential', () => {
  test('comes off again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (body) => {
        expect(withoutChecksum(body + checksum(body))).toBe(body);
      }),
    );
  });

  test('is six characters, also where the sum is small', () => {
    fc.assert(
      fc.property(fc.string(), (body) => {
        expect(checksum(body)).toMatch(/^[0-9A-Za-z]{6}$/);
      }),
    );
  });

  test.each(['', 'a', '000000'])('%j has no body', (text) => {
    expect(withoutChecksum(text)).toBeNull();
  });
});
