const source = `function short() {
  return 1;
}

export async function medium(a, b) {
  let total = a + b;
  if (total > 3) {
    total -= 1;
  }
  return total;
}

const arrow = (x) => {
  return x;
};

class Thing {
  method() {
    return '}';
  }
}
`;
const lines = source.split('\n');
const functions = [];
for (let i = 0; i < lines.length; i++) {
  const match = /^(?<indent>\s*)(?:export )?(?:async )?(?:function (?<name>\w+)|const (?<constant>\w+) = \([^)]*\) =>|(?<method>\w+)\(\)) ?.*\{$/.exec(lines[i]);
  if (!match || /^\s*(if|for|while)\b/.test(lines[i])) continue;
  const { indent, name, constant, method } = match.groups;
  const end = lines.findIndex((line, j) => j > i && line.startsWith(`${indent}}`));
  functions.push({ name: name ?? constant ?? method, start: i + 1, end: end + 1, length: end - i + 1 });
}
for (const { name, start, end, length } of functions.toSorted((a, b) => b.length - a.length || a.start - b.start)) {
  console.log(`${name.padEnd(8)} ${String(start).padStart(3)}-${String(end).padEnd(3)} ${'#'.repeat(length)}`);
}
const mean = functions.reduce((sum, f) => sum + f.length, 0) / functions.length;
console.log(`${functions.length} functions, mean ${mean.toFixed(2)}`);
functions.map(({ name }) => name);
