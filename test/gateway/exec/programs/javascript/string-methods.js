const s = '  The Quick-Brown fox_jumps over 13 lazy dogs.  ';
const t = s.trim();
console.log(JSON.stringify([s.trimStart().length, s.trimEnd().length, t.length]));
console.log(t.toUpperCase(), t.toLowerCase(), sep(), t.charAt(4), t[5], t.at(-1), t.at(99));
console.log(t.indexOf('fox'), t.indexOf('cat'), t.lastIndexOf('o'), t.includes('lazy'), t.startsWith('The'), t.endsWith('dogs', t.length - 1));
console.log(t.replace('o', '0'), '|', t.replaceAll('o', '0'), '|', t.replace(/[aeiou]/g, (v) => v.toUpperCase()));
console.log(t.slice(-5, -1), t.substring(4, 9), t.substring(9, 4), t.split(' ').length, t.split('').length, 'a,b,,c'.split(',').length, 'a-b-c'.split('-', 2).join());
console.log('42'.padStart(5, '0'), 'x'.padEnd(3, '.') + '|', 'ab'.repeat(3), 'abc'.localeCompare('abd'), 'a'.concat('b', 1));
console.log('A'.charCodeAt(0), '🎉'.codePointAt(0), String.fromCodePoint(127881), '🎉'.length, [...'🎉é'].length, String.fromCharCode(72, 105));
console.log('e\u0301'.normalize('NFC') === 'é', 'é'.normalize('NFD').length, 'ﬁ'.normalize('NFKC'));
console.log('$1 costs'.replace('$1', '$$2'), 'aXbX'.replace(/X/g, '[$&]'), 'John Smith'.replace(/(\w+) (\w+)/, '$2, $1'));
console.log(encodeURIComponent('a b/ü&'), decodeURIComponent('%C3%BC'), escapeHtml('<a href="x">&</a>'));
console.log('abc' < 'abd', 'Z' < 'a', '10' < '9', 10 < 9, 'b'.search(/x/), 'bat cat'.search(/c/));
console.log('tic\ttac\\toe', 'line\u0041', '\x41', String.raw`a\nb${1 + 1}`);
function sep() {
  return '~';
}
function escapeHtml(text) {
  const map = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (ch) => map[ch]);
}
t.split(/\W+/).filter(Boolean).length;
