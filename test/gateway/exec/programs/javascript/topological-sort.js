const sources = {
  'main.ts': "use('./app.ts') use('./config.ts')",
  'app.ts': "use('./db.ts') use('./config.ts')",
  'db.ts': "use('./config.ts') use('./text.ts')",
  'config.ts': '',
  'text.ts': '// uses nothing',
};
const graph = new Map(Object.entries(sources).map(([name, text]) => [name, [...text.matchAll(/use\('\.\/([^']+)'\)/g)].map((m) => m[1])]));
for (const [name, targets] of graph) console.log(name, '->', targets.join(', ') || '-');

function topological(graph) {
  const state = new Map();
  const order = [];
  const visit = (node, trail) => {
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') throw new Error(`cycle: ${[...trail.slice(trail.indexOf(node)), node].join(' > ')}`);
    state.set(node, 'open');
    for (const target of graph.get(node) ?? []) visit(target, [...trail, node]);
    state.set(node, 'done');
    order.push(node);
  };
  for (const node of [...graph.keys()].sort()) visit(node, []);
  return order;
}

console.log(topological(graph).join(' '));
graph.get('config.ts').push('app.ts');
try {
  topological(graph);
} catch (error) {
  console.log(error.message);
}
const fanIn = Object.fromEntries([...graph.keys()].map((name) => [name, [...graph.values()].filter((t) => t.includes(name)).length]));
fanIn;
