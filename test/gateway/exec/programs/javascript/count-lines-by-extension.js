const files = {
  'src/main.ts': 120, 'src/app.ts': 340, 'src/view.tsx': 88, 'README.md': 40,
  'docs/guide.md': 212, 'scripts/run.sh': 51, Makefile: 19, 'src/.hidden': 3,
};

function extension(path) {
  const name = path.split('/').at(-1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot) : '(none)';
}

const totals = new Map();
for (const [path, lines] of Object.entries(files)) {
  const entry = totals.get(extension(path)) ?? { files: 0, lines: 0 };
  entry.files += 1;
  entry.lines += lines;
  totals.set(extension(path), entry);
}
const all = Object.values(files).reduce((sum, n) => sum + n, 0);
for (const [ext, { files, lines }] of [...totals].sort((a, b) => b[1].lines - a[1].lines || a[0].localeCompare(b[0]))) {
  console.log(`${ext.padEnd(8)}${String(files).padStart(3)} files ${String(lines).padStart(5)} lines ${((100 * lines) / all).toFixed(1)}%`);
}
Object.fromEntries(totals);
