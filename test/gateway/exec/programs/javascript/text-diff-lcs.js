function lcs(a, b) {
  const table = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) for (let j = 1; j <= b.length; j++) table[i][j] = a[i - 1] === b[j - 1] ? table[i - 1][j - 1] + 1 : Math.max(table[i - 1][j], table[i][j - 1]);
  return table;
}
function diff(before, after) {
  const table = lcs(before, after);
  const out = [];
  let [i, j] = [before.length, after.length];
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && before[i - 1] === after[j - 1]) {
      out.push(`  ${before[--i]}`);
      j--;
    } else if (j > 0 && (i === 0 || table[i][j - 1] >= table[i - 1][j])) out.push(`+ ${after[--j]}`);
    else out.push(`- ${before[--i]}`);
  }
  return out.reverse();
}
function levenshtein(a, b) {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) current[j] = Math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + Number(a[i - 1] !== b[j - 1]));
    previous = current;
  }
  return previous.at(-1);
}
for (const line of diff(['function f(x) {', '  return x;', '}'], ['function f(x, z) {', '  use(z);', '  return x;', '}'])) console.log(line);
console.log(lcs('AGGTAB', 'GXTXAYB').at(-1).at(-1), levenshtein('kitten', 'sitting'));
['response', 'resolve', 'rseponse', 'pose'].map((w) => [levenshtein('response', w), w]).sort((a, b) => a[0] - b[0]);
