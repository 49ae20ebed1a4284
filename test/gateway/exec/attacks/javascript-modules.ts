/** Modules and objects of the host by their names: files, processes, network, environment, other engines. */
import { type Attack, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage } from './attack.ts';
import { JAVASCRIPT_LOOT } from './loot.ts';

const attack = (code: string): string => JAVASCRIPT_LOOT + code;

export const javascriptModules: readonly Attack[] = inLanguage('javascript', [
  {
    id: 'js-process',
    source: 'class: the host’s own global',
    code: attack('lootProcess(process)'),
    gains: ['said', 'environment', 'file', 'pid'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'js-require',
    source: 'class: the host’s own module loader',
    code: "console.log(require('fs').readFileSync('@FILE@', 'utf8')); require('child_process').execSync('(sleep 30; : @TOKEN@) &')",
    gains: ['file', 'process'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'js-module-load',
    source: 'GHSA-947f-4v7f-x2v8 (vm2: `Module._load` past the list of modules)',
    code: "console.log(module.constructor._load('child_process').execSync('cat @FILE@').toString())",
    gains: ['file', 'process'],
    ends: HARMLESS,
  },
  {
    id: 'js-static-import-of-node',
    source: 'class: import of a module of the host',
    code: "import { readFileSync } from 'node:fs'; console.log(readFileSync('@FILE@', 'utf8'))",
    gains: ['file'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'js-dynamic-import-of-node',
    source: 'CVE-2021-23449 (vm2: dynamic import); gf3/sandbox issue 64; node:vm `importModuleDynamically`',
    code: attack(`
const p = import('node:fs');
loot(p.constructor.constructor);
p.then((fs) => console.log(fs.readFileSync('@FILE@', 'utf8')), (e) => { console.log(String(e)); loot(e.constructor.constructor); });`),
    gains: ['said', 'file'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'js-dynamic-import-of-file',
    source: 'class: a module loader that reads files',
    code: `
for (const name of ['@FILE@', 'file://@FILE@', '../../../../../../@FILE@', '/proc/self/environ', 'data:text/javascript,export default 1'])
  import(name).then((m) => console.log(JSON.stringify(m)), (e) => console.log(String(e)));`,
    gains: ['file', 'environment', 'inside'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'js-import-with-json-type',
    source: 'class: import attributes',
    code: "import('@FILE@', { with: { type: 'text' } }).then((m) => console.log(m.default), (e) => console.log(String(e)))",
    gains: ['file', 'inside'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'js-import-meta',
    source: 'class: where the program lies',
    code: "console.log(import.meta.url, import.meta.dirname, import.meta.resolve('x'))",
    gains: ['inside'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'js-quickjs-std-and-os',
    source: 'quickjs `--std`: the shell’s own modules',
    code: `
import * as std from 'std'; import * as os from 'os';
console.log(std.loadFile('@FILE@'), std.getenv('@ENV@')); os.exec(['/bin/sh', '-c', 'sleep 30; : @TOKEN@'], { block: false });`,
    gains: ['file', 'environment', 'process'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'js-quickjs-std-dynamic',
    source: 'quickjs `--std`: the shell’s own modules',
    code: `
for (const name of ['std', 'os', 'bjson', 'qjs:std', 'qjs:os', 'qjs:bjson'])
  import(name).then((m) => console.log('ESC' + 'APED', Object.keys(m)), (e) => console.log(String(e)));
for (const name of ['std', 'os', 'bjson', 'scriptArgs', '__loadScript', 'Deno', 'Bun', 'WScript', 'navigator']) if (globalThis[name]) console.log('ESC' + 'APED', name);`,
    gains: ['said'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'js-fetch-and-sockets',
    source: 'class: the network by a web API',
    code: `
for (const go of [() => fetch('http://127.0.0.1:@PORT@/'), () => new WebSocket('ws://127.0.0.1:@PORT@/'), () => new EventSource('http://127.0.0.1:@PORT@/'),
  () => { const x = new XMLHttpRequest(); x.open('GET', 'http://127.0.0.1:@PORT@/', false); x.send(); }, () => navigator.sendBeacon('http://127.0.0.1:@PORT@/')])
  try { const p = go(); if (p && p.catch) p.catch(() => {}); } catch (e) { console.log(e.name); }`,
    gains: ['network'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'js-worker',
    source: 'class: a thread outlives its program',
    code: attack(`
for (const name of ['Worker', 'SharedWorker', 'ServiceWorker', 'Worklet', 'MessageChannel', 'BroadcastChannel']) {
  const C = globalThis[name]; if (!C) continue; loot(C.constructor); try { new C('data:text/javascript,for(;;);'); } catch {} }`),
    gains: ['said', 'process'],
    ends: HARMLESS,
  },
  {
    id: 'js-webassembly',
    source: 'vm2 ATTACKS.md category 17 (JSTag), CVE-2026-47210 (JSPI)',
    code: attack(`
loot(WebAssembly.JSTag.constructor.constructor);
loot(WebAssembly.promising(async () => {}).constructor);
WebAssembly.compileStreaming({ [Symbol.for('nodejs.util.inspect.custom')]: (d, o, inspect) => loot(inspect.constructor) }).catch((e) => loot(e.constructor.constructor));`),
    gains: ['said', 'file'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'js-buffer',
    source: 'vm2 ATTACKS.md category 10 (`Buffer.apply`); GHSA-vwrp-x96c-mhwq',
    code: attack(`
const g = ({}).__lookupGetter__, a = Buffer.apply, p = a.apply(g, [Buffer, ['__proto__']]);
loot(p.call(a).constructor); console.log(Buffer.allocUnsafeSlow(65536).toString('latin1'));`),
    gains: ['said', 'memory', 'file'],
    ends: HARMLESS,
  },
  {
    id: 'js-process-binding',
    source: 'class: Node’s internals by `binding`',
    code: attack(`
const p = globalThis.process || this.process;
for (const name of ['fs', 'spawn_sync', 'natives', 'tcp_wrap']) console.log('ESC' + 'APED', Object.keys(p.binding(name)));`),
    gains: ['said'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'js-inspector-and-sqlite',
    source:
      'CVE-2026-47140 (vm2: `inspector/promises` and `process` missing from its list); GHSA-6w8r-xxw2-g3hx (`node:sqlite`)',
    code: `
const names = ['process', 'inspector/promises', 'node:sqlite', 'worker_threads', 'vm', 'node:test', 'wasi', 'diagnostics_channel'];
const load = globalThis.require || ((n) => globalThis.process.getBuiltinModule(n));
for (const n of names) try { console.log('ESC' + 'APED', Object.keys(load(n)).length); } catch (e) { console.log(e.name); }`,
    gains: ['said'],
    ends: HARMLESS,
    isRefused: true,
  },
]);
