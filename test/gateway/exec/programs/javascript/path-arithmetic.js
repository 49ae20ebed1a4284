const normalise = (path) => {
  const out = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length && out.at(-1) !== '..') out.pop();
    else out.push(part);
  }
  return out.join('/') || '.';
};
const basename = (path) => path.slice(path.lastIndexOf('/') + 1);
const dirname = (path) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');
const extname = (path) => /(?<=[^/])\.[^./]*$/.exec(path)?.[0] ?? '';
const relative = (from, to) => {
  const [a, b] = [normalise(from).split('/'), normalise(to).split('/')];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/') || '.';
};
const glob = (pattern) => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/|\*\*|\*|\?/g, (m) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[m])}$`);
for (const path of ['src/app/main.ts', 'docs/guide.tar.gz', 'README', 'src/lib/.hidden']) console.log(basename(path).padEnd(14), extname(path).padEnd(5), dirname(path));
console.log(['a/./b//c/../d', '../x', './', 'a/..'].map(normalise).join(' '), relative('a/b/c', 'a/d'), relative('a', 'a'));
const files = ['a.ts', 'src/b.ts', 'src/deep/c.ts', 'src/d.js', 'x.test.ts'];
for (const pattern of ['*.ts', '**/*.ts', 'src/*', '?.ts', 'src/**']) console.log(pattern.padEnd(8), files.filter((f) => glob(pattern).test(f)).join(' '));
files.map(extname);
