const raw = '{"name":"demo","tags":["a","b"],"nested":{"ok":true,"none":null,"pi":3.14},"text":"caf\\u00e9 \\"quoted\\" \\n line"}';
const data = JSON.parse(raw);
console.log(Object.keys(data).join(), data.nested.ok, data.nested.none, data.nested.pi);
console.log(data.text);
console.log(JSON.stringify({ b: [1, undefined, () => 1], a: undefined, d: new Date(0), n: NaN, s: Symbol('x') }));
console.log(JSON.stringify({ list: [1, { deep: [] }], empty: {} }, null, 2));
console.log(JSON.stringify({ keep: 1, drop: 2, inner: { keep: 3, drop: 4 } }, ['keep', 'inner']));
console.log(JSON.stringify({ n: 1, s: 'x' }, (key, value) => (typeof value === 'number' ? value * 2 : value)));
console.log(JSON.stringify(JSON.parse('{"when":"2024-01-02","n":"5"}', (key, value) => (key === 'n' ? +value : value))));
console.log(JSON.stringify('é \u2028 \ud800 "'), JSON.stringify([]), JSON.stringify(null), JSON.stringify({ toJSON: () => 'custom' }));
for (const broken of ['{"a": }', '[1, 2', 'nul', '{a: 1}']) {
  try {
    JSON.parse(broken);
  } catch (error) {
    console.log('broken', error instanceof SyntaxError, error.name);
  }
}
JSON.stringify(JSON.parse(JSON.stringify(data))) === JSON.stringify(data);
