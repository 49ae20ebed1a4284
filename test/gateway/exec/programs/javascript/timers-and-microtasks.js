const order = [];
setTimeout(() => order.push('timeout 20'), 20);
const cancelled = setTimeout(() => order.push('never'), 5);
clearTimeout(cancelled);
setTimeout((a, b) => order.push(`timeout 0 ${a}${b}`), 0, 'x', 'y');
queueMicrotask(() => order.push('microtask'));
Promise.resolve().then(() => order.push('promise'));
let ticks = 0;
await new Promise((resolve) => {
  const interval = setInterval(() => {
    order.push(`tick ${++ticks}`);
    if (ticks === 3) {
      clearInterval(interval);
      resolve();
    }
  }, 30);
});
order.push('end');
console.log(order.join(', '));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms, `slept ${ms}`));
console.log(await Promise.race([sleep(50), sleep(10)]));
await sleep(1);
