import { inspect } from '../inspect/inspect.ts';
import { defineProperty, mapGet, mapSet, max, OwnMap, replaceAll } from '../primordials.ts';
import { cut, textOf } from '../text.ts';
import { formatted } from './format.ts';
import { printed } from './print.ts';
import type { Put } from './put.ts';
import { shownTable } from './table.ts';

/** What a group adds to the margin. */
const STEP = '  ';

/** A console as programs know it. It has no clock: what would time something says nothing. */
export function consoleOf(put: Put): object {
  let margin = '';
  const counts = new OwnMap<string, number>();
  const putLines = (stream: 'stdout' | 'stderr', lines: string): void =>
    put(stream, `${margin === '' ? lines : margin + replaceAll(lines, '\n', `\n${margin}`)}\n`);

  const made = {};
  const give = (names: readonly string[], method: (values: readonly unknown[]) => void): void => {
    for (const name of names) {
      const given = (...values: unknown[]): void => method(values);
      defineProperty(given, 'name', { value: name, configurable: true });
      defineProperty(made, name, { value: given, writable: true, configurable: true, enumerable: true });
    }
  };

  give(['log', 'info', 'debug'], (values) => putLines('stdout', formatted(values)));
  give(['dir'], (values) => putLines('stdout', inspect(values[0])));
  give(['table'], (values) => putLines('stdout', shownTable(values[0], values[1]) ?? printed([values[0]])));
  give(['warn', 'error', 'trace'], (values) => putLines('stderr', formatted(values)));
  give(['assert'], (values) => {
    if (values[0]) return;
    const said = printed(values, 1);
    putLines('stderr', said === '' ? 'Assertion failed:' : `Assertion failed: ${said}`);
  });
  give(['group', 'groupCollapsed'], (values) => {
    if (values.length > 0) putLines('stdout', formatted(values));
    margin += STEP;
  });
  give(['groupEnd'], () => {
    margin = cut(margin, max(0, margin.length - STEP.length));
  });
  give(['count'], (values) => {
    const label = labelOf(values);
    const count = (mapGet(counts, label) ?? 0) + 1;
    mapSet(counts, label, count);
    putLines('stdout', `${label}: ${count}`);
  });
  give(['countReset'], (values) => mapSet(counts, labelOf(values), 0));
  give(['time', 'timeEnd', 'timeLog'], () => {});
  return made;
}

const labelOf = (values: readonly unknown[]): string =>
  values[0] === undefined ? 'default' : textOf(values[0]);
