const spans = [['a.ts', 1, 10], ['a.ts', 8, 20], ['b.ts', 5, 6], ['a.ts', 30, 35], ['b.ts', 7, 9], ['a.ts', 21, 22]];
const merge = (intervals) =>
  intervals.toSorted(([a], [b]) => a - b).reduce((merged, [start, end]) => {
    const last = merged.at(-1);
    if (last && start <= last[1] + 1) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
    return merged;
  }, []);
const byPath = Map.groupBy(spans, ([path]) => path);
const covered = {};
for (const [path, list] of byPath) {
  const parts = merge(list.map(([, start, end]) => [start, end]));
  covered[path] = parts.reduce((sum, [start, end]) => sum + end - start + 1, 0);
  console.log(path, JSON.stringify(parts), covered[path]);
}
const raw = spans.reduce((sum, [, start, end]) => sum + end - start + 1, 0);
console.log(`${Object.values(covered).reduce((a, b) => a + b)} of ${raw}`);
covered;
