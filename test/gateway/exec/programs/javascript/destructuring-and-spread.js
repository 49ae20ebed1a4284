const { name, version: { major = 0, minor = 7 } = {}, missing = 'default', ...rest } = { name: 'demo', version: { major: 1 }, a: 1, b: 2 };
console.log(name, major, minor, missing, JSON.stringify(rest));
const [first, , third = 'none', ...others] = [1, 2, undefined, 4, 5];
console.log(first, third, others.join());
let [x, y] = [1, 2];
[x, y] = [y, x];
console.log(x, y);
const key = 'dynamic';
const object = { [key]: 1, [`${key}2`]: 2, ...{ dynamic: 10 }, ...null };
console.log(JSON.stringify(object));
function options({ depth = 2, patterns = [] } = {}, ...extra) {
  return `${depth}/${patterns.length}/${extra.length}`;
}
console.log(options(), options({ depth: 5, patterns: ['a'] }, 1, 2), options.length);
console.log(Math.max(...[3, 9, 2], ...new Set([4])), [...'héé'].length, [...[1, 2], ...[3]].join(''));
for (const [index, { id, tags: [tag = 'untagged'] }] of [{ id: 'a', tags: ['x'] }, { id: 'b', tags: [] }].entries()) console.log(index, id, tag);
const { length } = 'hello';
const { 0: zero, [1]: one } = ['z', 'o'];
console.log(length, zero, one);
({ ...rest, extra: [...others] });
