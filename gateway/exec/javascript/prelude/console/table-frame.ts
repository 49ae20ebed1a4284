import { join, max, padEnd, push, repeat } from '../primordials.ts';

export interface Table {
  /** Beside the first one, of the rows' names. */
  readonly columns: readonly string[];
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | undefined)[])[];
}

/** A table in a frame of lines, the last one without a break. */
export function framed(table: Table): string {
  const widths = widthsOf(table);
  const lines = [rule(widths, '┌', '┬', '┐'), line(table, HEADS, widths), rule(widths, '├', '┼', '┤')];
  for (let row = 0; row < table.names.length; row += 1) push(lines, line(table, row, widths));
  push(lines, rule(widths, '└', '┴', '┘'));
  return join(lines, '\n');
}

/** The row above the first. */
const HEADS = -1;

function cellAt({ columns, names, rows }: Table, row: number, column: number): string {
  if (row === HEADS) return column === 0 ? '(index)' : (columns[column - 1] ?? '');
  return (column === 0 ? names[row] : rows[row]?.[column - 1]) ?? '';
}

function widthsOf(table: Table): readonly number[] {
  const widths: number[] = [];
  for (let column = 0; column <= table.columns.length; column += 1) {
    let width = 0;
    for (let row = HEADS; row < table.names.length; row += 1) {
      width = max(width, cellAt(table, row, column).length);
    }
    push(widths, width);
  }
  return widths;
}

function rule(widths: readonly number[], left: string, cross: string, right: string): string {
  let text = left;
  for (let column = 0; column < widths.length; column += 1) {
    text += `${column > 0 ? cross : ''}${repeat('─', (widths[column] ?? 0) + 2)}`;
  }
  return `${text}${right}`;
}

function line(table: Table, row: number, widths: readonly number[]): string {
  let text = '';
  for (let column = 0; column < widths.length; column += 1) {
    text += `│ ${padEnd(cellAt(table, row, column), widths[column] ?? 0)} `;
  }
  return `${text}│`;
}
