const wait = async (value) => value;
const first = await wait(20);
const rest = await Promise.all([wait(1), wait(2)]);
for await (const item of [wait('x'), 'y']) console.log(item);
try {
  await Promise.reject(new RangeError('too far'));
} catch (error) {
  console.log(error.name, error.message);
}
console.log(first, rest.join());
first + rest[0] + rest[1];
