const table = {};
for (const path of listFiles('.', ['*.ts'])) {
  const room = path.split('/')[0];
  for (const line of readLines(path)) {
    const kind = /^export (?:async |abstract )?(const|class|interface|function|type)\b/.exec(line)?.[1];
    if (kind) (table[room] ??= {})[kind] = (table[room][kind] ?? 0) + 1;
  }
}
console.table(table);
table;
