import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputBuffer } from '../../../../gateway/exec/output-buffer.ts';
import { HeldOutput } from '../../../../gateway/exec/python/held-output.ts';
import { MAX_EXEC_OUTPUT_BYTES } from '../../../../shared/limits.ts';

type Piece = readonly ['stdout' | 'stderr', string];

function released(held: HeldOutput): readonly Piece[] {
  const pieces: Piece[] = [];
  held.release((stream, text) => pieces.push([stream, text]));
  return pieces;
}

/** The same output, held and not. */
function bothWays(pieces: Iterable<Piece>): { readonly held: OutputBuffer; readonly straight: OutputBuffer } {
  const held = new OutputBuffer();
  const straight = new OutputBuffer();
  const holder = new HeldOutput();
  for (const [stream, text] of pieces) {
    holder.add(stream, text);
    straight.add(stream, text);
  }
  holder.release((stream, text) => held.add(stream, text));
  return { held, straight };
}

test('says what was said, each stream in its order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('stdout' as const, 'stderr' as const), fc.string())),
      (pieces) => {
        const { held, straight } = bothWays(pieces);
        expect([held.stdout, held.stderr]).toEqual([straight.stdout, straight.stderr]);
      },
    ),
  );
});

test.each([200_000, 900, 20])('is cut where output that is not held is, of %i lines', (count) => {
  const rest = 'x'.repeat(1_200_000 / count);
  function* lines(): Generator<Piece> {
    for (let at = 0; at < count; at += 1) yield [at % 3_000 === 5 ? 'stderr' : 'stdout', `${at}${rest}\n`];
  }
  const { held, straight } = bothWays(lines());
  expect(straight.stdout).toContain('[output cut');
  expect([held.stdout.length, held.stderr.length]).toEqual([straight.stdout.length, straight.stderr.length]);
  expect(held.stdout === straight.stdout).toBe(true);
});

test('holds nothing where nothing is said, however often', () => {
  const held = new HeldOutput();
  for (let at = 0; at < 100_000; at += 1) held.add('stdout', '');
  held.add('stderr', 'x');
  expect(released(held)).toEqual([['stderr', 'x']]);
});

test('holds short lines in few pieces', () => {
  const held = new HeldOutput();
  for (let at = 0; at < 400_000; at += 1) held.add('stdout', '\n');
  const pieces = released(held);
  expect(pieces.length).toBeLessThan(400_000 / 1_000);
  expect(pieces.map(([, text]) => text).join('').length).toBe(400_000);
});

test('holds streams that take turns without end in few pieces, and loses nothing', () => {
  const held = new HeldOutput();
  for (let at = 0; at < 100_000; at += 1) held.add(at % 2 === 0 ? 'stdout' : 'stderr', String(at % 10));
  const pieces = released(held);
  expect(pieces.length).toBeLessThan(5_000);
  const said = (wanted: string): string =>
    pieces.map(([stream, text]) => (stream === wanted ? text : '')).join('');
  expect([said('stdout'), said('stderr')]).toEqual(['02468'.repeat(10_000), '13579'.repeat(10_000)]);
});

test('keeps enough of too much to see that it was', () => {
  const held = new HeldOutput();
  for (let at = 0; at < 20; at += 1) held.add('stdout', 'x'.repeat(100_000));
  const length = released(held)
    .map(([, text]) => text)
    .join('').length;
  expect(length).toBeGreaterThan(MAX_EXEC_OUTPUT_BYTES);
  expect(length).toBeLessThan(MAX_EXEC_OUTPUT_BYTES + 200_000);
});
