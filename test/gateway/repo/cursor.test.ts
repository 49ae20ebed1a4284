import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../gateway/repo/cursor.ts';
import { codeOf } from './temp-repository.ts';

const LISTING = ['list', 'src', 2, []];

describe('cursor', () => {
  it('brings the path back', () => {
    for (const path of ['.', 'a/b', 'é/"x"', 'a'.repeat(4096), '"'.repeat(4096)]) {
      expect(decodeCursor(LISTING, encodeCursor(LISTING, path))).toBe(path);
    }
  });

  it('is of one listing only', async () => {
    const cursor = encodeCursor(LISTING, 'a');
    expect(await codeOf(() => decodeCursor(['list', 'src', 3, []], cursor))).toBe('INVALID_ARGUMENT');
  });

  it.each([
    '',
    '!',
    'a'.repeat(100_000),
    Buffer.from('null').toString('base64url'),
    Buffer.from('["x"]').toString('base64url'),
    Buffer.from('["x","y","z"]').toString('base64url'),
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('{"length":2}').toString('base64url'),
    encodeCursor(LISTING, '../../etc'),
    encodeCursor(LISTING, '/etc'),
    encodeCursor(LISTING, 'a//b'),
    encodeCursor(LISTING, 'a\0b'),
  ])('refuses a hostile one (%#)', async (cursor) => {
    expect(await codeOf(() => decodeCursor(LISTING, cursor))).toBe('INVALID_ARGUMENT');
  });

  it('refuses any text with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String()), async (cursor) => {
        expect(await codeOf(() => decodeCursor(LISTING, cursor))).toBe('INVALID_ARGUMENT');
      }),
    );
  });
});
