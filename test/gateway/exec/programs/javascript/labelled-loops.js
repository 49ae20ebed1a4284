const grid = [
  [1, 2, 3],
  [4, -5, 6],
  [7, 8, 9],
];
let found = null;
outer: for (const [r, row] of grid.entries()) {
  for (const [c, value] of row.entries()) {
    if (value < 0) {
      found = [r, c];
      break outer;
    }
  }
}
console.log(found.join());
const primes = [];
next: for (let n = 2; primes.length < 8; n++) {
  for (const p of primes) if (n % p === 0) continue next;
  primes.push(n);
}
console.log(primes.join());
let text = '';
block: {
  text += 'in';
  if (text) break block;
  text += 'never';
}
do {
  text += '!';
} while (text.length < 5);
for (const key in { a: 1, b: 2 }) text += key;
for (let i = 0, j = 5; i < j; i += 2, j--) text += i;
switch (text.length) {
  case 1:
    console.log('one');
  case 10:
  case 9:
    console.log('fell in');
  default:
    console.log('and through');
}
text;
