const found = [];
for (const path of listFiles('gateway', ['*.ts'])) {
  let open = null;
  for (const [index, line] of readLines(path).entries()) {
    const match = /^(?:export )?(?:async )?function\*? (?<name>\w+)/.exec(line);
    if (match) open = { name: match.groups.name, path, first: index };
    else if (line === '}' && open) {
      found.push({ ...open, length: index - open.first + 1 });
      open = null;
    }
  }
}
found.sort((a, b) => b.length - a.length || (a.name < b.name ? -1 : 1));
const top = found.slice(0, 5).map(({ name, path, length }) => [name, path, length]);
console.log(top);
top;
