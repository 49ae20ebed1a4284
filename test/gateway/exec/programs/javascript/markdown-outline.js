const fence = '`'.repeat(3);
const text = `# Guide

Intro with [docs](docs/a.md) and [home](https://example.com "Home").

## Install
${fence}sh
# not a heading
npm ci
${fence}
### From source
## Use
##### Deep
`;
let inCode = false;
const outline = [];
for (const [index, line] of text.split('\n').entries()) {
  if (line.startsWith(fence)) inCode = !inCode;
  const heading = !inCode && /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading) outline.push({ level: heading[1].length, title: heading[2], line: index + 1 });
}
for (const { level, title, line } of outline) console.log(`${'  '.repeat(level - 1)}- ${title} (line ${line}, #${title.toLowerCase().replace(/\s+/g, '-')})`);
const skipped = outline.filter(({ level }, i) => i > 0 && level > outline[i - 1].level + 1).map(({ title }) => title);
console.log('skips a level:', skipped.join());
const links = [...text.matchAll(/\[(?<label>[^\]]+)\]\((?<target>[^\s)]+)(?: "(?<title>[^"]*)")?\)/g)].map(({ groups: { label, target, title = null } }) => ({ label, target, title }));
links;
