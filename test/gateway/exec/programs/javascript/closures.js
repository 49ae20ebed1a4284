function counter(start = 0) {
  let value = start;
  return { bump: (by = 1) => (value += by), reset: () => (value = start), get current() { return value; } };
}
const one = counter(10);
const two = counter();
one.bump();
one.bump(5);
two.bump();
console.log(one.current, two.current, one.reset());
const late = [];
for (var i = 0; i < 3; i++) late.push(() => i);
const fresh = [];
for (let j = 0; j < 3; j++) fresh.push(() => j);
console.log(late.map((f) => f()).join(), fresh.map((f) => f()).join());
const memoize = (fn, cache = new Map()) => (arg) => {
  if (!cache.has(arg)) cache.set(arg, fn(arg));
  return cache.get(arg);
};
let computed = 0;
const square = memoize((n) => {
  computed++;
  return n * n;
});
console.log(square(4), square(4), computed);
const curry = (fn) => function next(...args) {
  return args.length >= fn.length ? fn(...args) : (...more) => next(...args, ...more);
};
console.log(curry((a, b, c) => a + b + c)(1)(2, 3), hoisted(), typeof notYet);
function hoisted() {
  return 'hoisted';
}
var notYet = 1;
const counterThis = { n: 1, arrow: () => typeof this, method() { return [1].map(() => this.n)[0]; } };
console.log(counterThis.method(), ((...args) => args.length)(1, 2, 3), (function () { return arguments.length; })(1, 2));
const debounceLog = [];
const once = (fn) => { let done = false; return () => (done ? undefined : ((done = true), fn())); };
const hello = once(() => debounceLog.push('hello'));
hello();
hello();
debounceLog;
