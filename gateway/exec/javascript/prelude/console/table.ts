import { inspect } from '../inspect/inspect.ts';
import { isMap, isObject, isSet } from '../kinds.ts';
import { hasOwn, indexOf, isArray, keys, push } from '../primordials.ts';
import { textOf } from '../text.ts';
import { framed } from './table-frame.ts';

/** What `console.table` shows of a value in rows and columns; `null` where it has no rows. */
export function shownTable(value: unknown, chosen: unknown): string | null {
  if (!isObject(value) || isMap(value) || isSet(value)) return null;
  const columns: string[] = [];
  const columnOf = (name: string): number => {
    const at = indexOf(columns, name);
    return at < 0 ? push(columns, name) - 1 : at;
  };
  if (isArray(chosen)) for (let at = 0; at < chosen.length; at += 1) columnOf(textOf(chosen[at]));
  const names = keys(value);
  const rows: (string | undefined)[][] = [];
  /** Of rows that have no columns. */
  const plain: (string | undefined)[] = [];
  for (let at = 0; at < names.length; at += 1) {
    const row = propertyOf(value, names[at] ?? '');
    const cells: (string | undefined)[] = [];
    push(rows, cells);
    if (!isObject(row)) {
      plain[at] = cellOf(row);
      continue;
    }
    const inside = isArray(chosen) ? columns : keys(row);
    for (let each = 0; each < inside.length; each += 1) {
      const name = inside[each] ?? '';
      if (hasOwn(row, name)) cells[columnOf(name)] = cellOf(propertyOf(row, name));
    }
  }
  if (plain.length > 0) {
    for (let at = 0; at < rows.length; at += 1) (rows[at] ?? [])[columns.length] = plain[at];
    push(columns, 'Values');
  }
  return framed({ columns, names, rows });
}

// An object's own key, whatever its value is.
const propertyOf = (value: object, name: string): unknown => (value as Record<string, unknown>)[name];

/** Of an object with much in it, only that it is one. */
function cellOf(value: unknown): string {
  const isLarge = isObject(value) && !isArray(value) && keys(value).length > 2;
  return inspect(value, isLarge ? 3 : 2);
}
