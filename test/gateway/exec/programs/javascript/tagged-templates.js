function highlight(strings, ...values) {
  return strings.reduce((out, part, i) => `${out}${part}${i < values.length ? `[${values[i]}]` : ''}`, '');
}
const dedent = (strings, ...values) =>
  String.raw({ raw: strings }, ...values)
    .split('\n')
    .map((line) => line.trimStart())
    .join('\n')
    .trim();
const name = 'demo';
console.log(highlight`file ${name} has ${40 + 2} lines`);
console.log(dedent`
    first ${1}
      second
`);
console.log(((s) => s.raw[0])`a\tb`, `nested ${`deep ${`deeper ${1 + 1}`}`}`, `multi
line`);
const cache = new Set();
const same = (strings) => cache.add(strings).size;
const call = () => same`x`;
call();
call();
