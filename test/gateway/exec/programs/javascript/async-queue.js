class Queue {
  #waiting = [];
  #running = 0;
  constructor(limit) {
    this.limit = limit;
    this.peak = 0;
  }
  async run(task) {
    if (this.#running >= this.limit) await new Promise((resolve) => this.#waiting.push(resolve));
    this.#running++;
    this.peak = Math.max(this.peak, this.#running);
    try {
      return await task();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}
const queue = new Queue(2);
const log = [];
const job = (name, ticks) => async () => {
  log.push(`+${name}`);
  for (let i = 0; i < ticks; i++) await null;
  log.push(`-${name}`);
  if (name === 'c') throw new Error('c failed');
  return name;
};
async function retry(task, times) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task(attempt);
    } catch (error) {
      if (attempt === times) throw new Error(`gave up after ${times}`, { cause: error });
    }
  }
}
async function main() {
  const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name, i) => queue.run(job(name, 4 - i))));
  console.log(log.join(' '));
  console.log(results.map(({ value, reason }) => value ?? reason.message).join(), queue.peak);
  console.log(await retry(async (n) => (n < 3 ? Promise.reject(new Error(`try ${n}`)) : `ok at ${n}`), 5));
  const failed = await retry(() => Promise.reject(new Error('always')), 2).catch((error) => `${error.message}: ${error.cause.message}`);
  return failed;
}
main();
