const marker = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|');
const hits = search(`\\b(${marker})\\b`, { scope: '.', k: 10 });
const byFile = Object.groupBy(hits, ({ file_path }) => file_path);
for (const [path, list] of Object.entries(byFile)) console.log(`${path}: ${list.length}`);
Object.fromEntries(
  Object.entries(byFile).map(([path, list]) => [
    path,
    list.map(({ start_line, snippet }) => [start_line, snippet.trim()]).sort(([a], [b]) => a - b),
  ]),
);
