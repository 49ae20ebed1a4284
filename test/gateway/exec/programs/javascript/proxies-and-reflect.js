const reads = [];
const watched = new Proxy({ a: 1, nested: { b: 2 } }, {
  get(target, key, receiver) {
    if (typeof key === 'string') reads.push(key);
    return Reflect.get(target, key, receiver);
  },
  set(target, key, value) {
    if (typeof value !== 'number') throw new TypeError(`${key} must be a number`);
    return Reflect.set(target, key, value);
  },
  has: (target, key) => !key.startsWith('_') && key in target,
  ownKeys: (target) => Reflect.ownKeys(target).filter((key) => key !== 'nested'),
});
watched.a;
watched.nested.b;
watched.c = 5;
try {
  watched.d = 'text';
} catch (error) {
  console.log(error.message);
}
console.log(reads.join(), 'a' in watched, '_x' in watched, Object.keys(watched).join());
const negative = (list) => new Proxy(list, { get: (target, key) => (/^-\d+$/.test(String(key)) ? target.at(Number(key)) : target[key]) });
console.log(negative([1, 2, 3])[-1], Reflect.ownKeys({ b: 1, a: 2, [Symbol.iterator]: 3 }).length, Reflect.has({ x: 1 }, 'x'));
const called = new Proxy((a, b) => a + b, { apply: (fn, self, args) => fn(...args) * 100 });
called(1, 2);
