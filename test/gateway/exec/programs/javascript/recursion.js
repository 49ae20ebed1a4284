const permutations = (items) =>
  items.length <= 1 ? [items] : items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((tail) => [item, ...tail]));
const hanoi = (n, a = 'A', b = 'B', c = 'C') => (n === 0 ? 0 : hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a));
const flatten = (value) => (Array.isArray(value) ? value.flatMap(flatten) : [value]);
const ackermann = (m, n) => (m === 0 ? n + 1 : ackermann(m - 1, n === 0 ? 1 : ackermann(m, n - 1)));
console.log(permutations([1, 2, 3]).map((p) => p.join('')).join(' '));
console.log(hanoi(10), flatten([1, [2, [3, [4, []]]], 'five']).join(), ackermann(2, 3));
function deepEqual(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => deepEqual(a[key], b[key]));
}
console.log(deepEqual({ a: [1, { b: NaN }] }, { a: [1, { b: NaN }] }), deepEqual([1], [2]), deepEqual({}, []));
const depth = (n) => (n === 0 ? 0 : 1 + depth(n - 1));
console.log(depth(2000));
const tree = { name: 'root', children: [{ name: 'a', children: [{ name: 'c' }] }, { name: 'b' }] };
const walk = ({ name, children = [] }, path = '') => [`${path}/${name}`, ...children.flatMap((child) => walk(child, `${path}/${name}`))];
walk(tree);
