const commits = [
  { author: 'ada', files: ['a.ts', 'b.ts'], lines: 40, day: 'mon' },
  { author: 'bob', files: ['a.ts'], lines: 5, day: 'mon' },
  { author: 'ada', files: ['c.md'], lines: 12, day: 'tue' },
  { author: 'cy', files: [], lines: 0, day: 'wed' },
];
const byAuthor = Object.groupBy(commits, ({ author }) => author);
for (const [author, list] of Object.entries(byAuthor)) {
  const lines = list.reduce((sum, c) => sum + c.lines, 0);
  console.log(`${author.padEnd(4)} ${list.length} commits ${lines} lines ${new Set(list.flatMap((c) => c.files)).size} files`);
}
const touches = commits
  .flatMap(({ files, author }) => files.map((file) => [file, author]))
  .reduce((map, [file, author]) => map.set(file, [...(map.get(file) ?? []), author]), new Map());
console.log(JSON.stringify([...touches]));
const pipeline = [(x) => x + 1, (x) => x * 2, String].reduce((f, g) => (x) => g(f(x)));
console.log(pipeline(4), typeof pipeline(4));
const histogram = commits.reduce((acc, { day }) => ({ ...acc, [day]: (acc[day] ?? 0) + 1 }), {});
console.log(JSON.stringify(histogram));
const [min, max] = commits.reduce(([lo, hi], { lines }) => [Math.min(lo, lines), Math.max(hi, lines)], [Infinity, -Infinity]);
({ min, max, authors: Object.keys(byAuthor) });
