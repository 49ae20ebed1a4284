const source = `
// adds two numbers
export function add(a: number, b: number): number {
  const label = 'sum: ' + "x";
  return a + b * 10;
}
`;
const kinds = Object.entries({
  comment: /\/\/[^\n]*/,
  string: /'[^']*'|"[^"]*"/,
  number: /\d+/,
  keyword: /\b(?:export|function|const|return)\b/,
  name: /[A-Za-z_]\w*/,
  operator: /[+*=:,;]/,
  bracket: /[(){}]/,
  space: /\s+/,
});
const scanner = new RegExp(kinds.map(([kind, { source }]) => `(?<${kind}>${source})`).join('|'), 'y');
const tokens = [];
let line = 1;
while (scanner.lastIndex < source.length) {
  const at = scanner.lastIndex;
  const match = scanner.exec(source);
  if (!match) throw new Error(`unexpected ${source[at]} at ${at}`);
  const [kind, text] = Object.entries(match.groups).find(([, value]) => value !== undefined);
  if (kind !== 'space') tokens.push({ kind, text, line });
  line += text.split('\n').length - 1;
}
console.log(tokens.length, JSON.stringify(tokens[0]), JSON.stringify(tokens.at(-1)));
const counts = Object.groupBy(tokens, ({ kind }) => kind);
for (const kind of Object.keys(counts).sort()) console.log(kind.padStart(10), counts[kind].length);
[...new Set(counts.name.map(({ text }) => text))].sort();
