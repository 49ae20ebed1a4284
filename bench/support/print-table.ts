import type { Distribution } from './rounds.ts';

/**
 * Prints each distribution and how its median compares with that of the floor, measured in the same run: a ratio
 * means the same on a slow machine as on a fast one.
 * @param floor name of the series that is the floor
 */
export function printTable(title: string, all: readonly Distribution[], floor: string): void {
  const floorMs = all.find(({ name }) => name === floor)?.medianMs ?? Number.NaN;
  const rows = all.map(({ name, minMs, medianMs, p90Ms, p99Ms }) => [
    name,
    ...[minMs, medianMs, p90Ms, p99Ms].map((ms) => ms.toFixed(2)),
    `${(medianMs / floorMs).toFixed(2)} ×`,
  ]);
  printRows(title, ['', 'min ms', 'median ms', 'p90 ms', 'p99 ms', 'of the floor'], rows);
}

/** Prints a table; the first column is text, the others numbers. */
export function printRows(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const table = [head, ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
}
