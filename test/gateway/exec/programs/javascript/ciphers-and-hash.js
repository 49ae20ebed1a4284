const shift = (ch, by) => {
  const base = ch >= 'a' && ch <= 'z' ? 97 : ch >= 'A' && ch <= 'Z' ? 65 : null;
  return base === null ? ch : String.fromCharCode(((((ch.charCodeAt(0) - base + by) % 26) + 26) % 26) + base);
};
const caesar = (text, by) => [...text].map((ch) => shift(ch, by)).join('');
console.log(caesar('Hello, World!', 3), caesar(caesar('Hello, World!', 3), -3), caesar('abc', -27));
function fnv1a(text) {
  let hash = 0x811c9dc5;
  for (const ch of text) {
    hash ^= ch.codePointAt(0);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
console.log(fnv1a(''), fnv1a('hello'), fnv1a('Hello'));
function crc32(text) {
  let crc = ~0;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
function base64(text) {
  let out = '';
  for (let i = 0; i < text.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => text.charCodeAt(i + k));
    out += alphabet[a >> 2] + alphabet[((a & 3) << 4) | (b >> 4)] + (Number.isNaN(b) ? '=' : alphabet[((b & 15) << 2) | (c >> 6)]) + (Number.isNaN(c) ? '=' : alphabet[c & 63]);
  }
  return out;
}
console.log(crc32('hello'), ['', 'a', 'ab', 'abc'].map(base64).join(' '));
base64('Hello, World!');
