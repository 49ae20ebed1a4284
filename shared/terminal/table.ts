import { escapeControl } from './escape-control.ts';

/**
 * A plain table: left-aligned columns two spaces apart, a heading line, no borders, no trailing spaces. Cells
 * may come from anywhere; see escape-control.ts for what they cannot do.
 */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map(escapeControl));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))));
  return cells.map((row) => formatRow(row, widths)).join('\n');
}

/** Two columns without headings: names and values. */
export const formatFields = (fields: readonly (readonly [string, string])[]): string => {
  const width = Math.max(0, ...fields.map(([name]) => widthOf(name)));
  return fields.map(([name, value]) => formatRow([name, escapeControl(value)], [width, 0])).join('\n');
};

const formatRow = (row: readonly string[], widths: readonly number[]): string =>
  row
    .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
    .join('  ')
    .trimEnd();

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE = /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Columns a text takes on a terminal: one a grapheme, two for wide scripts. */
const widthOf = (text: string): number =>
  [...segmenter.segment(text)].reduce((sum, { segment }) => sum + (WIDE.test(segment) ? 2 : 1), 0);
