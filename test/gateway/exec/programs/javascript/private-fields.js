class Counter {
  static #instances = 0;
  static registry = new Map();
  #value = 0;
  step = 1;

  static {
    this.registry.set('base', 'Counter');
    Counter.VERSION = '1.0';
  }

  constructor(start = 0) {
    this.#value = start;
    Counter.#instances++;
  }
  get value() {
    return this.#value;
  }
  set value(next) {
    if (!Number.isInteger(next)) throw new TypeError(`not an integer: ${next}`);
    this.#value = next;
  }
  #bump(by) {
    this.#value += by;
    return this;
  }
  add(by = this.step) {
    return this.#bump(by);
  }
  static count() {
    return Counter.#instances;
  }
  static isCounter(thing) {
    return #value in thing;
  }
}
const counter = new Counter(10);
console.log(counter.add().add(5).value, Counter.count(), Counter.VERSION, Counter.registry.get('base'));
counter.value = 100;
try {
  counter.value = 1.5;
} catch (error) {
  console.log(error.message);
}
console.log(counter.value, Counter.isCounter(counter), Counter.isCounter({}), Object.keys(counter).join(), JSON.stringify(counter), counter['#value']);
counter.value;
