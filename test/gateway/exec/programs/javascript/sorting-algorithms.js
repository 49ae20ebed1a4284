const data = Array.from({ length: 25 }, (_, i) => (i * 7919) % 101);
const bubble = (list) => {
  const xs = [...list];
  for (let end = xs.length - 1; end > 0; end--) for (let i = 0; i < end; i++) if (xs[i] > xs[i + 1]) [xs[i], xs[i + 1]] = [xs[i + 1], xs[i]];
  return xs;
};
const quick = ([pivot, ...rest]) => (pivot === undefined ? [] : [...quick(rest.filter((x) => x < pivot)), pivot, ...quick(rest.filter((x) => x >= pivot))]);
function mergeSort(xs) {
  if (xs.length < 2) return xs;
  const middle = xs.length >> 1;
  const [left, right] = [mergeSort(xs.slice(0, middle)), mergeSort(xs.slice(middle))];
  const out = [];
  while (left.length && right.length) out.push(left[0] <= right[0] ? left.shift() : right.shift());
  return [...out, ...left, ...right];
}
class Heap {
  #items = [];
  push(value) {
    let i = this.#items.push(value) - 1;
    while (i > 0 && this.#items[(i - 1) >> 1] > value) {
      this.#items[i] = this.#items[(i - 1) >> 1];
      i = (i - 1) >> 1;
    }
    this.#items[i] = value;
  }
  pop() {
    const top = this.#items[0];
    const last = this.#items.pop();
    if (this.#items.length === 0) return top;
    let i = 0;
    for (let child = 1; child < this.#items.length; child = 2 * i + 1) {
      if (child + 1 < this.#items.length && this.#items[child + 1] < this.#items[child]) child++;
      if (this.#items[child] >= last) break;
      this.#items[i] = this.#items[child];
      i = child;
    }
    this.#items[i] = last;
    return top;
  }
  get size() {
    return this.#items.length;
  }
}
const heapSort = (xs) => {
  const heap = new Heap();
  xs.forEach((x) => heap.push(x));
  return Array.from({ length: xs.length }, () => heap.pop());
};
const expected = data.toSorted((a, b) => a - b).join();
console.log([bubble, quick, mergeSort, heapSort].map((f) => `${f.name} ${f(data).join() === expected}`).join(', '));
expected.split(',').slice(0, 5).map(Number);
