class Range {
  constructor(from, to, step = 1) {
    Object.assign(this, { from, to, step });
  }
  *[Symbol.iterator]() {
    for (let i = this.from; i < this.to; i += this.step) yield i;
  }
  get [Symbol.toStringTag]() {
    return 'Range';
  }
}
const countdown = {
  from: 3,
  [Symbol.iterator]() {
    let n = this.from;
    return {
      next: () => (n > 0 ? { value: n--, done: false } : { value: undefined, done: true }),
      return() {
        console.log('stopped early');
        return { done: true };
      },
    };
  },
};
console.log([...new Range(0, 10, 3)].join(), Math.max(...new Range(1, 5)), String(new Range(0, 1)));
for (const n of countdown) {
  if (n === 2) break;
  console.log(n);
}
const [top] = countdown;
console.log(top, Array.from(countdown, (n) => n * 10).join(), new Set(countdown).size);
const entries = ['a', 'b'].entries();
console.log(entries.next().value.join(), [...entries].length, typeof entries[Symbol.iterator]);
console.log([...'ab'].map((c, i) => c + i).join(), [...[7, 8].keys()].join());
Object.fromEntries(new Map([['k', [...new Range(0, 3)]]]));
