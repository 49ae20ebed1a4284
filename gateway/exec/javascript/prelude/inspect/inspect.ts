/** How a value is printed: as Node's console does, without colours. */
import { type Ancestors, isAmong } from '../ancestors.ts';
import { isDate, isError, isRegExp } from '../kinds.ts';
import { is, isArray, ownKeys } from '../primordials.ts';
import { cut, textOf } from '../text.ts';
import { type Circles, foundNumber, numberOf } from './circles.ts';
import { classNameOf } from './class-name.ts';
import { laidOut } from './layout.ts';
import { contentsOf } from './object-contents.ts';
import { addProperties } from './properties.ts';
import { shownString } from './shown-string.ts';

const MAX_STRING_CHARS = 10_000;
/** Objects around one that is shown; in more than these it is only named. */
const MAX_AROUND = 2;

/** Where in the whole a value stands. */
interface Place {
  readonly above: Ancestors | null;
  /** Objects around it. */
  readonly depth: number;
  readonly indent: number;
  readonly circles: Circles;
  /** How deep the object lies that was shown last: what decides whether its parents fit on one line. */
  deepest: number;
}

/**
 * The text of a value inside another.
 * @param depth as if so many objects were around it already, of the three that are shown
 */
export const inspect = (value: unknown, depth = 0): string =>
  shown(value, { above: null, depth, indent: 0, circles: [], deepest: depth });

function shown(value: unknown, place: Place): string {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_STRING_CHARS
        ? `${shownString(cut(value, MAX_STRING_CHARS))}... ${value.length - MAX_STRING_CHARS} more characters`
        : shownString(value);
    case 'number':
      return is(value, -0) ? '-0' : `${value}`;
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return textOf(value);
    case 'undefined':
    case 'boolean':
      return `${value}`;
    case 'function':
      return shownObject(value, place);
    case 'object':
      return value === null ? 'null' : shownObject(value, place);
  }
}

function shownObject(value: object, place: Place): string {
  const { above, depth, indent, circles } = place;
  if (isAmong(value, above)) return `[Circular *${numberOf(circles, value)}]`;
  const name = classNameOf(value);
  const isInline = typeof value === 'function' || isEmpty(value, name);
  if (depth > MAX_AROUND && !isInline && !isDate(value) && !isError(value) && !isRegExp(value)) {
    return isArray(value) ? '[Array]' : `[${name ?? 'Object: null prototype'}]`;
  }
  // What has nothing inside takes no room of its own.
  if (!isInline) place.deepest = depth;
  const below: Place = {
    above: { value, above },
    depth: depth + 1,
    indent: indent + 2,
    circles,
    deepest: depth,
  };
  const show = (inner: unknown): string => shown(inner, below);
  const contents = contentsOf(value, name, show);
  addProperties(value, contents, show);
  const { base, open, close, parts } = contents;
  if (parts.length === 0) return base === '' ? `${open}${close}` : base;
  if (below.deepest > place.deepest) place.deepest = below.deepest;
  const circle = foundNumber(circles, value);
  const mark = circle === 0 ? '' : `<ref *${circle}> `;
  const marked = base === '' ? { ...contents, open: mark + open } : { ...contents, base: mark + base };
  return laidOut(marked, {
    list: isArray(value) ? value : null,
    levels: below.deepest - depth,
    indent,
  });
}

const isEmpty = (value: object, name: string | null): boolean =>
  isArray(value) ? value.length === 0 : name === 'Object' && ownKeys(value).length === 0;
