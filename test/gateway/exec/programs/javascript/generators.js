function* countdown(n) {
  while (n > 0) yield n--;
  return 'lift-off';
}
function* relay(n) {
  const outcome = yield* countdown(n);
  yield outcome;
}
console.log([...relay(3)].join());

function* runningAverage() {
  let [total, count, average] = [0, 0];
  while (true) {
    total += yield average;
    count += 1;
    average = total / count;
  }
}
const averager = runningAverage();
averager.next();
console.log([10, 20, 60].map((v) => averager.next(v).value).join());

function* guarded() {
  try {
    yield 1;
    yield 2;
  } catch (error) {
    yield `caught ${error.message}`;
  } finally {
    console.log('closed');
  }
}
for (const value of guarded()) {
  console.log(value);
  break;
}
const g = guarded();
g.next();
console.log(g.throw(new Error('injected')).value, g.next().done);
console.log(JSON.stringify([guarded().return('early'), countdown(0).next()]));
function* naturals() {
  let n = 1;
  while (true) yield n++;
}
function* take(iterable, count) {
  for (const item of iterable) {
    if (count-- <= 0) return;
    yield item;
  }
}
console.log(naturals().filter((n) => n % 3 === 0).map((n) => n * n).take(3).toArray().join());
[...take(naturals(), 5)];
