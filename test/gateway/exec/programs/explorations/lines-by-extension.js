const totals = {};
for (const path of listFiles()) {
  const name = path.split('/').at(-1);
  const extension = name.includes('.') ? `.${name.split('.').at(-1)}` : '(none)';
  const entry = (totals[extension] ??= { files: 0, lines: 0 });
  entry.files += 1;
  entry.lines += readSpan(path, 1, 1).total_lines;
}
console.table(totals);
totals;
