const paths = ['src/main.js', 'src/util/text.js', 'src/util/index.js', 'README.md', 'tests/text.test.js', 'tests/data/sample.json'];
const tree = {};
for (const path of paths) {
  const parts = path.split('/');
  const name = parts.pop();
  const node = parts.reduce((folder, part) => (folder[`${part}/`] ??= {}), tree);
  node[name] = null;
}
function* render(node, prefix = '') {
  const entries = Object.entries(node).sort(([a, x], [b, y]) => (x === null) - (y === null) || (a < b ? -1 : 1));
  for (const [i, [name, child]] of entries.entries()) {
    const isLast = i === entries.length - 1;
    yield `${prefix}${isLast ? '└── ' : '├── '}${name}`;
    if (child) yield* render(child, prefix + (isLast ? '    ' : '│   '));
  }
}
for (const line of render(tree)) console.log(line);
const count = (node) => (node === null ? { files: 1, folders: 0 } : Object.values(node).map(count).reduce((a, b) => ({ files: a.files + b.files, folders: a.folders + b.folders }), { files: 0, folders: 1 }));
count(tree);
