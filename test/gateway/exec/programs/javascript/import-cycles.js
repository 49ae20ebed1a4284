const edges = { a: ['b', 'c'], b: ['d'], c: [], d: ['a', 'e'], e: ['e', 'c'] };
function components(graph) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const target of graph[node]) {
      if (!index.has(target)) {
        visit(target);
        low.set(node, Math.min(low.get(node), low.get(target)));
      } else if (stack.includes(target)) {
        low.set(node, Math.min(low.get(node), index.get(target)));
      }
    }
    if (low.get(node) === index.get(node)) found.push(stack.splice(stack.indexOf(node)).sort());
  };
  Object.keys(graph).forEach((node) => index.has(node) || visit(node));
  return found;
}
const all = components(edges);
for (const part of all) console.log(part.length > 1 || edges[part[0]].includes(part[0]) ? 'cycle ' : 'single', part.join(' '));
const distance = (from) => {
  const seen = new Map([[from, 0]]);
  const queue = [from];
  for (const node of queue) for (const next of edges[node]) if (!seen.has(next)) queue.push(next) && seen.set(next, seen.get(node) + 1);
  return Object.fromEntries(seen);
};
console.log(JSON.stringify(distance('a')));
all.filter((part) => part.length > 1);
