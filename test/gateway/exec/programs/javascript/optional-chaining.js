const config = { server: { port: 0, hosts: ['a'], start() { return `on ${this.port}`; } }, empty: null };
console.log(config.server?.port, config.client?.port, config.empty?.x.y.z, config.server.stop?.(), config.server.start?.(), config.server?.hosts?.[0], config.client?.hosts[5].name);
console.log(config.server.port || 80, config.server.port ?? 80, config.missing ?? 'fallback', (null || undefined) ?? 'both');
let calls = 0;
const touch = () => ++calls;
null?.[touch()];
console.log(calls, delete config?.empty, 'empty' in config);
const o = { a: null, b: 0, c: '' };
o.a ??= 'set';
o.b ||= 5;
o.c &&= 'never';
o.d ??= [];
o.d.push(1);
console.log(JSON.stringify(o));
try {
  config.client.port;
} catch (error) {
  console.log(error instanceof TypeError, error.name);
}
config.server?.['port'] === 0;
