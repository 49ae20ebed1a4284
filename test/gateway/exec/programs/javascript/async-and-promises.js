const log = [];
const tick = () => Promise.resolve();

async function fetchPart(name, steps) {
  for (let step = 0; step < steps; step++) {
    log.push(`${name}${step}`);
    await tick();
  }
  return name.toUpperCase();
}

async function* numbers(n) {
  for (let i = 0; i < n; i++) {
    await tick();
    yield i;
  }
}

async function main() {
  const results = await Promise.all([fetchPart('a', 2), fetchPart('b', 3)]);
  const settled = await Promise.allSettled([fetchPart('c', 1), Promise.reject(new Error('boom'))]);
  const raced = await Promise.race([tick().then(() => 'fast'), new Promise(() => {})]);
  const any = await Promise.any([Promise.reject(1), Promise.resolve(2)]);
  const squares = [];
  for await (const n of numbers(4)) squares.push(n * n);
  try {
    await Promise.any([Promise.reject(new Error('x'))]);
  } catch (error) {
    log.push(`${error.constructor.name} ${error.errors.length}`);
  }
  const { promise, resolve } = Promise.withResolvers();
  resolve('resolved');
  return { results, settled: settled.map((s) => s.status), reason: settled[1].reason.message, raced, any, squares, late: await promise };
}

main().then((outcome) => {
  console.log(JSON.stringify(outcome));
  console.log(log.join(' '));
});
console.log('synchronous part is first');
main().then((outcome) => outcome.squares);
