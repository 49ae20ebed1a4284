class ConfigError extends Error {
  constructor(key, options) {
    super(`bad key ${key}`, options);
    this.name = 'ConfigError';
    this.key = key;
  }
}
function load(config, key) {
  try {
    if (!(key in config)) throw new ReferenceError(`no ${key}`);
    const value = JSON.parse(config[key]);
    return value;
  } catch (error) {
    throw new ConfigError(key, { cause: error });
  }
}
for (const config of [{ port: '80' }, {}, { port: '{' }]) {
  try {
    console.log(load(config, 'port'));
  } catch (error) {
    console.log(`${error.name}: ${error.message} <- ${error.cause.name}`, error instanceof ConfigError, error instanceof Error, error.key);
  }
}
const order = [];
function finish() {
  try {
    order.push('try');
    return 'from try';
  } finally {
    order.push('finally');
  }
}
function override() {
  try {
    throw new Error('lost');
  } finally {
    return 'from finally';
  }
}
console.log(finish(), override(), order.join());
const names = [() => null.x, () => undefinedName, () => new Array(-1), () => 'x'.repeat(-1), () => decodeURIComponent('%'), () => (1).toFixed(101), () => { const c = 1; c = 2; }].map((fn) => {
  try {
    fn();
    return 'no error';
  } catch ({ name }) {
    return name;
  }
});
console.log(names.join());
console.log(String(new TypeError('shown')), new AggregateError([1, 2], 'many').errors.length, Object.prototype.toString.call(new Error()));
names.length;
