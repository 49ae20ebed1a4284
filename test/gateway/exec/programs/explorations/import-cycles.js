const graph = new Map();
for (const path of listFiles('.', ['*.ts']).filter((p) => !p.startsWith('test/'))) {
  const targets = [...readLines(path).join('\n').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, target]) =>
    target.split('/').reduce(
      (parts, piece) => (piece === '..' ? parts.slice(0, -1) : piece === '.' ? parts : [...parts, piece]),
      path.split('/').slice(0, -1),
    ).join('/'),
  );
  graph.set(path, [...new Set(targets)].filter((target) => target !== path));
}
const reach = new Map();
for (const node of graph.keys()) {
  const seen = new Set();
  const pending = [...graph.get(node)];
  while (pending.length) {
    const next = pending.pop();
    if (!seen.has(next)) {
      seen.add(next);
      pending.push(...(graph.get(next) ?? []));
    }
  }
  reach.set(node, seen);
}
const cycles = new Set();
for (const [node, seen] of reach) {
  if (seen.has(node)) cycles.add([...seen].filter((other) => reach.get(other)?.has(node)).sort().join());
}
const edges = [...graph.values()].reduce((sum, targets) => sum + targets.length, 0);
console.log(`${graph.size} files, ${edges} imports`);
({ edges, cycles: [...cycles].sort().map((cycle) => cycle.split(',')) });
