const sizes = listFiles('.', ['*.ts', '*.md'])
  .map((path) => ({ path, lines: readLines(path) }))
  .map(({ path, lines }) => [path, lines.length, Math.max(0, ...lines.map((line) => [...line].length))])
  .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
for (const [path, lines, widest] of sizes.slice(0, 8)) console.log(`${lines} lines, widest ${widest}`, path);
sizes.slice(0, 8);
