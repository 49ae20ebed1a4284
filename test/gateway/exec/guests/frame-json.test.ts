import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shapeOfJson } from '../../../../gateway/exec/guests/frame-json.ts';

const mended = (_: string, part: unknown): unknown => {
  if (typeof part === 'string') return part.toWellFormed();
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key.toWellFormed(), inner]));
};

const depthOf = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : 1 + Math.max(0, ...Object.values(value).map((part) => depthOf(part)));

const marksOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  const parts = Object.values(value);
  const colons = Array.isArray(value) ? 0 : parts.length;
  return parts.reduce<number>((sum, part) => sum + marksOf(part), colons + Math.max(0, parts.length - 1));
};

describe('the shape of a text of JSON', () => {
  test('is that of the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const frame = Buffer.from(JSON.stringify(value));
        expect(shapeOfJson(frame)).toEqual({ depth: depthOf(value), marks: marksOf(value) });
        // Mended where it had halves of characters, and else untouched.
        expect(frame.toString()).toBe(JSON.stringify(value, mended));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['brackets in a text', '["[[[","{,:"]', 1, 1],
    ['a quote in a text', '"\\"[[,"', 0, 0],
    ['a backslash before the end of a text', '["\\\\",[]]', 2, 1],
    ['brackets that are never closed', '[[[{', 4, 0],
    ['brackets closed too often', ']]]][', 0, 0],
    ['a text that is cut off', '"\\', 0, 0],
    ['an escape that is cut off', '"\\ud8', 0, 0],
  ])('%s', (_, json, depth, marks) => {
    const shape = shapeOfJson(Buffer.from(json));
    expect(shape.marks).toBe(marks);
    expect(Math.max(shape.depth, 0)).toBe(depth);
  });
});

describe('half a character that is written as an escape', () => {
  test.each([
    ['\\ud83d\\ude00', '😀'],
    ['\\uD83D\\uDE00', '😀'],
    ['\\ud83d', '\ufffd'],
    ['\\ude00', '\ufffd'],
    ['\\ud83d\\ud83d\\ude00', '\ufffd😀'],
    ['\\ude00\\ud83d', '\ufffd\ufffd'],
    ['\\ud83d-\\ude00', '\ufffd-\ufffd'],
    ['\\ud83d\\\\ude00', '\ufffd\\ude00'],
    ['\\\\ud83d', '\\ud83d'],
    ['\\\\\\ud83d', '\\\ufffd'],
    ['\\ud7ff\\ue000\\u00e9', '\ud7ff\ue000é'],
    ['é\\udbff😀\\udfff変', 'é\ufffd😀\ufffd変'],
  ])('%s', (escaped, text) => {
    const frame = Buffer.from(`{"${escaped}":"${escaped}"}`);
    shapeOfJson(frame);
    expect(JSON.parse(frame.toString())).toEqual({ [text]: text });
  });

  test('is mended as the language itself would, in whatever company', () => {
    const piece = fc.oneof(
      fc.constantFrom('\ud800', '\udbff', '\udc00', '\udfff', '\\', '"', 'u', 'd', '8', '\u0000'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        // `JSON.stringify` writes halves as escapes and whole characters as they are.
        const frame = Buffer.from(JSON.stringify(text));
        shapeOfJson(frame);
        expect(JSON.parse(frame.toString())).toBe(text.toWellFormed());
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['"\\ud8"', '"\\ud8zz"', '"\\ud83"', '"\\uD83"'])('%s stays what it is: no JSON', (json) => {
    const frame = Buffer.from(json);
    shapeOfJson(frame);
    expect(frame.toString()).toBe(json);
  });
});
