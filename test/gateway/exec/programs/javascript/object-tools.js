const o = { b: 2, a: 1, 10: 'ten', 2: 'two' };
console.log(Object.keys(o).join(), Object.values(o).join(), JSON.stringify(Object.entries(o)));
console.log(JSON.stringify(Object.fromEntries(Object.entries(o).filter(([, v]) => typeof v === 'number').map(([k, v]) => [k.toUpperCase(), v * 10]))));
console.log(JSON.stringify(Object.assign({}, { x: 1 }, null, { x: 2, y: 3 })), Object.hasOwn(o, 'a'), 'toString' in o, o.hasOwnProperty('zz'));
const clone = structuredCloneByJson({ list: [1, { deep: true }] });
function structuredCloneByJson(value) {
  return JSON.parse(JSON.stringify(value));
}
clone.list[1].deep = false;
console.log(JSON.stringify(clone), Object.is(NaN, NaN), Object.is(0, -0), {} === {}, [] == '', null == undefined, null === undefined);
const { a, ...others } = o;
delete o.b;
console.log(a, Object.keys(others).length, Object.keys(o).length, typeof null, typeof [], typeof (() => 1), typeof undefined, typeof Symbol());
const proto = { greet() { return `hi ${this.name}`; } };
const child = Object.create(proto, { name: { value: 'kid', enumerable: true } });
console.log(child.greet(), Object.getPrototypeOf(child) === proto, Object.keys(child).join());
const sortKeys = (value) => (Array.isArray(value) ? value.map(sortKeys) : value && typeof value === 'object' ? Object.fromEntries(Object.keys(value).sort().map((k) => [k, sortKeys(value[k])])) : value);
JSON.stringify(sortKeys({ z: { b: 1, a: [{ d: 1, c: 2 }] }, a: 0 }));
