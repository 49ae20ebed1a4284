import { floor, max, min, padEnd, padStart, push, round, sqrt } from '../primordials.ts';

const SEPARATOR_CHARS = 2;
const MAX_COLUMNS = 15;
/** Of one that is shown; where there are more, the last part tells how many. */
const MAX_ITEMS = 100;

/**
 * A long array's parts in columns, by the rule of Node's console (`groupArrayElements`), whose numbers are these.
 * @returns the parts themselves where they would not gain by it
 */
export function inColumns(
  list: readonly unknown[],
  parts: readonly string[],
  { indent, lineChars }: { readonly indent: number; readonly lineChars: number },
): readonly string[] {
  const count = list.length > MAX_ITEMS && parts.length > MAX_ITEMS ? parts.length - 1 : parts.length;
  let total = 0;
  let longest = 0;
  for (let at = 0; at < count; at += 1) {
    const { length } = parts[at] ?? '';
    total += length + SEPARATOR_CHARS;
    longest = max(longest, length);
  }
  const widest = longest + SEPARATOR_CHARS;
  if (widest * 3 + indent >= lineChars || !(total / widest > 5 || longest <= 6)) return parts;
  const bias = max(widest - 3 - sqrt(widest - total / parts.length), 1);
  const columns = min(
    round(sqrt(2.5 * bias * count) / bias),
    floor((lineChars - indent) / widest),
    12,
    MAX_COLUMNS,
  );
  if (columns <= 1) return parts;
  const rows = inRows(parts, {
    count,
    widths: widthsOf(parts, count, columns),
    isNumeric: isNumeric(list, parts),
  });
  if (count < parts.length) push(rows, parts[count] ?? '');
  return rows;
}

function widthsOf(parts: readonly string[], count: number, columns: number): readonly number[] {
  const widths: number[] = [];
  for (let column = 0; column < columns; column += 1) {
    let width = 0;
    for (let at = column; at < count; at += columns) width = max(width, (parts[at] ?? '').length);
    push(widths, width + SEPARATOR_CHARS);
  }
  return widths;
}

/** Numbers stand to the right of their column. */
function isNumeric(list: readonly unknown[], parts: readonly string[]): boolean {
  for (let at = 0; at < parts.length; at += 1) {
    if (typeof list[at] !== 'number' && typeof list[at] !== 'bigint') return false;
  }
  return true;
}

function inRows(
  parts: readonly string[],
  how: { readonly count: number; readonly widths: readonly number[]; readonly isNumeric: boolean },
): string[] {
  const { count, widths } = how;
  const pad = how.isNumeric ? padStart : padEnd;
  const rows: string[] = [];
  for (let first = 0; first < count; first += widths.length) {
    const end = min(first + widths.length, count);
    let row = '';
    for (let at = first; at < end - 1; at += 1) row += pad(`${parts[at]}, `, widths[at - first] ?? 0);
    const last = parts[end - 1] ?? '';
    const width = (widths[end - 1 - first] ?? 0) - SEPARATOR_CHARS;
    push(rows, row + (how.isNumeric ? padStart(last, width) : last));
  }
  return rows;
}
