const manifest = JSON.parse(`{
  "name": "demo",
  "dependencies": {"ws": "^8.18.0", "zod": "4.0.1", "left-pad": "*", "local": "file:../local"},
  "devDependencies": {"vitest": "~3.2.4", "typescript": ">=5.9 <6"}
}`);
function classify(spec) {
  switch (true) {
    case spec === '*' || spec === 'latest':
      return 'any';
    case spec.startsWith('^'):
      return 'minor';
    case spec.startsWith('~'):
      return 'patch';
    case /^\d/.test(spec):
      return 'exact';
    case spec.includes(':'):
      return 'other';
    default:
      return 'range';
  }
}
const rows = ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((section) =>
  Object.entries(manifest[section] ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, spec]) => ({ name, spec, kind: classify(spec), isDev: section.startsWith('dev') })),
);
const width = Math.max(...rows.map(({ name }) => name.length));
for (const { name, spec, kind, isDev } of rows) console.log(`${name.padEnd(width)}  ${spec.padEnd(13)} ${kind}${isDev ? ' (dev)' : ''}`);
Object.entries(Object.groupBy(rows, (row) => row.kind)).map(([kind, list]) => `${kind} ${list.length}`).sort();
