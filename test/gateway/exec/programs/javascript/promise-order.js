const order = [];
order.push('start');
Promise.resolve()
  .then(() => order.push('micro 1'))
  .then(() => order.push('micro 3'));
Promise.resolve().then(() => order.push('micro 2'));
(async () => {
  order.push('async body');
  await null;
  order.push('after await');
})();
Promise.reject(new Error('handled'))
  .catch((error) => order.push(`caught ${error.message}`))
  .finally(() => order.push('finally'));
order.push('end');
new Promise((resolve) => resolve())
  .then(() => Promise.resolve('chained'))
  .then((value) => {
    order.push(value);
    console.log(order.join(', '));
    return order.length;
  });
