import { includes, join, repeat } from '../primordials.ts';
import { inColumns } from './columns.ts';
import type { Contents } from './contents.ts';

const LINE_CHARS = 80;
/** Characters that Node's console keeps free when it asks whether all fits on one line, brackets and spaces included. */
const SPARE_CHARS = 12;
/** A list of more parts than these is put in columns. */
const MAX_UNGROUPED = 6;
/** Levels of objects inside each other that still go on one line. */
const MAX_LINE_LEVELS = 3;

/**
 * The parts of an object on one line where they fit, else one below the other.
 * @param place.list the object where it is an array
 * @param place.levels of objects inside it
 */
export function laidOut(
  { base, open, close, parts }: Contents,
  place: { readonly list: readonly unknown[] | null; readonly levels: number; readonly indent: number },
): string {
  const { list, indent } = place;
  const rows =
    list !== null && parts.length > MAX_UNGROUPED
      ? inColumns(list, parts, { indent, lineChars: LINE_CHARS })
      : parts;
  const head = base === '' ? open : `${base} ${open}`;
  // Rows of several parts stay rows.
  if (place.levels < MAX_LINE_LEVELS && rows.length === parts.length && !includes(base, '\n')) {
    const line = join(rows, ', ');
    const length = indent + base.length + open.length + line.length + SPARE_CHARS;
    if (length <= LINE_CHARS && !includes(line, '\n')) return `${head} ${line} ${close}`;
  }
  const margin = `\n${repeat(' ', indent)}`;
  return `${head}${margin}  ${join(rows, `,${margin}  `)}${margin}${close}`;
}
