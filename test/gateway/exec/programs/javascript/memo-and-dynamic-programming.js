const memo = new Map();
function paths(rows, columns) {
  if (rows === 0 || columns === 0) return 1;
  const key = `${rows}:${columns}`;
  if (!memo.has(key)) memo.set(key, paths(rows - 1, columns) + paths(rows, columns - 1));
  return memo.get(key);
}
console.log(paths(10, 10), memo.size);
function knapsack(items, capacity) {
  const best = Array(capacity + 1).fill(0);
  for (const { weight, value } of items) for (let c = capacity; c >= weight; c--) best[c] = Math.max(best[c], best[c - weight] + value);
  return best[capacity];
}
console.log(knapsack([{ weight: 1, value: 1 }, { weight: 3, value: 4 }, { weight: 4, value: 5 }, { weight: 5, value: 7 }], 7));
function change(coins, amount) {
  const ways = [1, ...Array(amount).fill(0)];
  for (const coin of coins) for (let a = coin; a <= amount; a++) ways[a] += ways[a - coin];
  return ways[amount];
}
console.log(change([1, 2, 5, 10, 20, 50, 100, 200], 200));
const sieve = (limit) => {
  const flags = new Uint8Array(limit + 1).fill(1);
  for (let n = 2; n * n <= limit; n++) if (flags[n]) for (let m = n * n; m <= limit; m += n) flags[m] = 0;
  return [...flags.keys()].filter((n) => n > 1 && flags[n]);
};
console.log(sieve(50).join(), sieve(10000).length);
let collatz = [0, 0];
for (let start = 1; start < 1000; start++) {
  let [n, steps] = [start, 0];
  while (n !== 1) [n, steps] = [n % 2 ? 3 * n + 1 : n / 2, steps + 1];
  if (steps > collatz[1]) collatz = [start, steps];
}
collatz;
