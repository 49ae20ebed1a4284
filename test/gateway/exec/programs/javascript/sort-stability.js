const people = [
  { name: 'Zoe', age: 31 }, { name: 'adam', age: 25 }, { name: 'Bob', age: 31 }, { name: 'carol', age: 25 }, { name: 'Dave', age: 40 },
];
const names = (list) => list.map(({ name }) => name).join(' ');
console.log(names(people.toSorted((a, b) => a.age - b.age)));
console.log(names(people.toSorted((a, b) => b.age - a.age || a.name.localeCompare(b.name))));
console.log(names(people.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))));
console.log([10, 9, 1, 100].sort().join(), [10, 9, 1, 100].sort((a, b) => a - b).join());
console.log(['b', undefined, 'a', 'C'].sort().map(String).join());
const many = Array.from({ length: 500 }, (_, i) => ({ key: i % 7, i }));
many.sort((a, b) => a.key - b.key);
console.log(many.every((item, i) => i === 0 || many[i - 1].key < item.key || many[i - 1].i < item.i));
const versions = ['1.10.0', '1.9.2', '1.2.10', '2.0.0', '1.9.10'];
const parts = (v) => v.split('.').map(Number);
versions.sort((a, b) => {
  const [x, y] = [parts(a), parts(b)];
  const at = x.findIndex((n, i) => n !== y[i]);
  return at === -1 ? 0 : x[at] - y[at];
});
versions;
