const symbols = Object.entries({ M: 1000, CM: 900, D: 500, CD: 400, C: 100, XC: 90, L: 50, XL: 40, X: 10, IX: 9, V: 5, IV: 4, I: 1 });
const toRoman = (n) => symbols.reduce((out, [symbol, value]) => { while (n >= value) { out += symbol; n -= value; } return out; }, '');
const fromRoman = (text) => [...text].reduce((total, ch, i) => {
  const value = (c) => symbols.find(([s]) => s === c)?.[1] ?? 0;
  return total + (value(text[i + 1]) > value(ch) ? -value(ch) : value(ch));
}, 0);
for (const n of [4, 9, 14, 1994, 2024, 3999]) console.log(n, toRoman(n), fromRoman(toRoman(n)) === n);
console.log((255).toString(36), parseInt('zz', 36), parseInt('-1010', 2), (2 ** 40).toString(36));
[2, 8, 16, 36].map((base) => (255).toString(base));
