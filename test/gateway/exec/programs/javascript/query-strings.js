function parseQuery(text) {
  const out = {};
  for (const part of text.replace(/^\?/, '').split('&').filter(Boolean)) {
    const [key, value = ''] = part.split('=').map((piece) => decodeURIComponent(piece.replaceAll('+', ' ')));
    if (Object.hasOwn(out, key)) out[key] = [out[key], value].flat();
    else out[key] = value;
  }
  return out;
}
const build = (params) => Object.entries(params).flatMap(([key, value]) => [value].flat().map((v) => `${encodeURIComponent(key)}=${encodeURIComponent(v)}`)).join('&');
const parsed = parseQuery('?x=1&y=a+b&x=%C3%BC&flag&x=3');
console.log(JSON.stringify(parsed), build(parsed));
const url = /^(?<scheme>[a-z]+):\/\/(?:(?<user>[^@/]+)@)?(?<host>[^:/?#]+)(?::(?<port>\d+))?(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?(?:#(?<hash>.*))?$/.exec('https://user@example.com:8443/a/b.html?x=1&y=2#frag').groups;
console.log(Object.entries(url).map(([k, v]) => `${k}=${v}`).join(' '));
const template = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
console.log(template('{name} has {n} of {what}', { name: 'Ada', n: 3 }));
const camel = (s) => s.replace(/_(\w)/g, (_, c) => c.toUpperCase());
const snake = (s) => s.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
[camel('read_span_of_file'), snake('readSpanOfFile'), snake('listFiles2Go')];
