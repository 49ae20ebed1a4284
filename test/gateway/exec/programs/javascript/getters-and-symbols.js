const temperature = {
  celsius: 25,
  get fahrenheit() {
    return (this.celsius * 9) / 5 + 32;
  },
  set fahrenheit(value) {
    this.celsius = ((value - 32) * 5) / 9;
  },
  [Symbol.toPrimitive](hint) {
    return hint === 'string' ? `${this.celsius}°C` : this.celsius;
  },
};
console.log(temperature.fahrenheit, `${temperature}`, temperature + 1, temperature > 20);
temperature.fahrenheit = 212;
console.log(temperature.celsius, Object.keys(temperature).join());
const id = Symbol('id');
const tagged = { [id]: 7, plain: 1 };
console.log(tagged[id], Object.keys(tagged).length, Object.getOwnPropertySymbols(tagged).length, id.toString(), id.description, Symbol.for('x') === Symbol.for('x'));
const even = { [Symbol.hasInstance]: (n) => n % 2 === 0 };
console.log(4 instanceof even, 5 instanceof even);
const frozen = Object.freeze({ a: 1, inner: { b: 2 } });
frozen.inner.b = 3;
console.log(frozen.inner.b, Object.isFrozen(frozen), Object.isFrozen(frozen.inner));
const defined = Object.defineProperty({}, 'hidden', { value: 1, enumerable: false });
console.log(Object.keys(defined).length, defined.hidden, JSON.stringify(Object.getOwnPropertyDescriptor(defined, 'hidden')));
Object.entries(Object.getOwnPropertyDescriptors({ get x() { return 1; } })).map(([k, d]) => [k, typeof d.get]);
