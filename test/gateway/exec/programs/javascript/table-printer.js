const rows = [
  { file: 'gateway/main.ts', lines: 1204, ratio: 0.1234 },
  { file: 'a.ts', lines: 7, ratio: 1 },
  { file: 'bridge/uplink/dial.ts', lines: 88, ratio: 0.5 },
];
const columns = [
  { key: 'file', show: String, align: 'padEnd' },
  { key: 'lines', show: (n) => String(n).replace(/(\d)(?=(\d{3})+$)/g, '$1,'), align: 'padStart' },
  { key: 'ratio', show: (n) => `${Math.round(n * 100)}%`, align: 'padStart' },
];
const cells = rows.map((row) => columns.map(({ key, show }) => show(row[key])));
const widths = columns.map(({ key }, i) => Math.max(key.length, ...cells.map((row) => row[i].length)));
console.log(columns.map(({ key }, i) => key.toUpperCase().padEnd(widths[i])).join(' | '));
console.log(widths.map((w) => '-'.repeat(w)).join('-+-'));
for (const row of cells) console.log(row.map((cell, i) => cell[columns[i].align](widths[i])).join(' | '));
const total = rows.reduce((sum, { lines }) => sum + lines, 0);
for (const { file, lines } of rows) {
  const size = Math.round((20 * lines) / total);
  console.log(file.split('/').pop().padStart(8), '█'.repeat(size) + '·'.repeat(20 - size));
}
total;
