class Lru {
  #map = new Map();
  constructor(size) {
    this.size = size;
    this.hits = 0;
  }
  get(key) {
    if (!this.#map.has(key)) return undefined;
    const value = this.#map.get(key);
    this.#map.delete(key);
    this.#map.set(key, value);
    this.hits++;
    return value;
  }
  set(key, value) {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size > this.size) this.#map.delete(this.#map.keys().next().value);
  }
  get keys() {
    return [...this.#map.keys()];
  }
}
const lru = new Lru(3);
for (const key of 'abcadbeab') if (lru.get(key) === undefined) lru.set(key, key.toUpperCase());
console.log(lru.keys.join(), lru.hits);
const fromArray = (list) => list.reduceRight((next, value) => ({ value, next }), null);
const reverse = (node, before = null) => (node ? reverse(node.next, { value: node.value, next: before }) : before);
function* walk(node) {
  for (; node; node = node.next) yield node.value;
}
const list = fromArray([1, 2, 3, 4]);
console.log([...walk(list)].join('>'), [...walk(reverse(list))].join('>'), JSON.stringify(fromArray([1, 2])));
const hasCycle = (head) => {
  let [slow, fast] = [head, head];
  while (fast?.next) {
    [slow, fast] = [slow.next, fast.next.next];
    if (slow === fast) return true;
  }
  return false;
};
const ring = fromArray([1, 2, 3]);
ring.next.next.next = ring;
[hasCycle(list), hasCycle(ring)];
