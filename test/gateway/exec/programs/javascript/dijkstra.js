const graph = { a: { b: 7, c: 3 }, b: { d: 2 }, c: { b: 1, d: 8 }, d: {}, e: { a: 1 } };
function dijkstra(start) {
  const distance = { [start]: 0 };
  const previous = {};
  const pending = new Set(Object.keys(graph));
  while (pending.size) {
    const node = [...pending].reduce((best, n) => ((distance[n] ?? Infinity) < (distance[best] ?? Infinity) ? n : best));
    pending.delete(node);
    if (!(node in distance)) break;
    for (const [next, weight] of Object.entries(graph[node])) {
      const candidate = distance[node] + weight;
      if (candidate < (distance[next] ?? Infinity)) {
        distance[next] = candidate;
        previous[next] = node;
      }
    }
  }
  return { distance, previous };
}
const { distance, previous } = dijkstra('a');
const path = (target) => (target === undefined ? [] : [...path(previous[target]), target]);
for (const node of Object.keys(graph)) console.log(node, distance[node] ?? 'unreachable', path(node).join('>'));
distance;
