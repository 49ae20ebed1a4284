import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FramedLine, LineFramer } from '../../../bridge/stdio/line-framer.ts';

const LIMIT = 64;

function frame(chunks: readonly Buffer[], maxBytes = LIMIT): FramedLine[] {
  const lines: FramedLine[] = [];
  const framer = new LineFramer(maxBytes, (line) => lines.push(line));
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return lines;
}

const texts = (lines: readonly FramedLine[]): string[] =>
  lines.map((line) =>
    line.kind === 'line' ? line.bytes.toString('utf8') : `too-long ${JSON.stringify(line.head)}`,
  );

/** Cuts bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
}

describe('line framing', () => {
  it('gives the same lines however the bytes are cut', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, '')),
      fc.integer().map((id) => JSON.stringify({ method: 'm', params: 'x'.repeat(90), id })),
    );
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), fc.boolean(), (lines, places, isCrLf) => {
        const bytes = Buffer.from(lines.map((each) => each + (isCrLf ? '\r\n' : '\n')).join(''));
        expect(texts(frame(cut(bytes, places)))).toEqual(texts(frame([bytes])));
      }),
    );
  });

  it('gives back what was written, blank lines aside', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.array(fc.nat()), (values, places) => {
        const lines = values.map((value) => JSON.stringify(value));
        const bytes = Buffer.from(lines.map((line) => `${line}\n \t\n\n`).join(''));
        expect(texts(frame(cut(bytes, places), 1_000_000))).toEqual(lines);
      }),
    );
  });

  it('holds a line of exactly the limit, and skips one byte more', () => {
    const [exact, over] = ['x'.repeat(LIMIT), 'x'.repeat(LIMIT + 1)];
    expect(frame([Buffer.from(`${exact}\n${over}\n{}\n`)]).map((line) => line.kind)).toEqual([
      'line',
      'too-long',
      'line',
    ]);
  });

  it('takes what stands behind the last newline as a line', () => {
    expect(texts(frame([Buffer.from('{"a":1}\n{"half"')]))).toEqual(['{"a":1}', '{"half"']);
  });
});
