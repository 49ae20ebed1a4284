const big = 2n ** 200n;
console.log(big, typeof big, big.toString(36), BigInt('0xff'), BigInt(Number.MAX_SAFE_INTEGER) + 2n);
console.log(-7n / 2n, -7n % 3n, 5n & 3n, 1n << 70n, BigInt.asUintN(64, -1n), BigInt.asIntN(8, 255n), ~5n);
console.log(10n > 9, 10n == 10, 10n === 10, 2n > 1n, [3n, 1, 2n].sort((a, b) => (a < b ? -1 : 1)).join());
const factorial = (n) => (n <= 1n ? 1n : n * factorial(n - 1n));
console.log(factorial(30n), String(factorial(100n)).length);
function powmod(base, exponent, modulus) {
  let result = 1n;
  for (let b = base % modulus; exponent > 0n; exponent >>= 1n, b = (b * b) % modulus) {
    if (exponent & 1n) result = (result * b) % modulus;
  }
  return result;
}
console.log(powmod(3n, 1000n, 1_000_007n), Number(2n ** 53n), parseInt('12n', 10));
try {
  1n + 1;
} catch (error) {
  console.log(error.name);
}
let [a, b] = [0n, 1n];
for (let i = 0; i < 150; i++) [a, b] = [b, a + b];
a.toString();
