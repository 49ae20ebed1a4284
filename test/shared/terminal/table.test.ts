import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeControl, escapeControlLines } from '../../../shared/terminal/escape-control.ts';
import { formatFields, formatTable } from '../../../shared/terminal/table.ts';

test('aligns columns, without trailing spaces', () => {
  const table = formatTable(
    ['id', 'name'],
    [
      ['1', 'a'],
      ['1000', ''],
    ],
  );
  expect(table).toBe('id    name\n1     a\n1000');
  expect(
    formatFields([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toBe('a     1\nlong  2');
});

test('wide characters take two columns, composed ones their own', () => {
  expect(
    formatTable(
      ['x', 'y'],
      [
        ['日本', '1'],
        ['e\u0301e', '2'],
      ],
    ).split('\n'),
  ).toEqual(['x     y', '日本  1', 'e\u0301e    2']);
});

test('an empty table has its headings', () => {
  expect(formatTable(['id', 'name'], [])).toBe('id  name');
});

test.each([
  ['\u001b[2J', '\\u{1b}[2J'],
  ['\u009b2J', '\\u{9b}2J'],
  ['a\nb\tc', 'a\\u{a}b\\u{9}c'],
  // CVE-2021-42574: what is shown is not what is there.
  ['\u202egnp.exe', '\\u{202e}gnp.exe'],
  ['a\u200bb', 'a\\u{200b}b'],
  ['\ud800', '\\u{d800}'],
])('shows %j instead of obeying it', (text, shown) => {
  expect(escapeControl(text)).toBe(shown);
});

test('whatever is in a cell, a table has one line a row and nothing that acts', () => {
  const cell = fc.string({ unit: 'binary', maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
      const lines = formatTable(['a', 'b'], rows).split('\n');
      expect(lines).toHaveLength(rows.length + 1);
      for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});

test('text of several lines keeps its line feeds and nothing else', () => {
  expect(escapeControlLines('a\u0007\nb')).toBe('a\\u{7}\nb');
});
