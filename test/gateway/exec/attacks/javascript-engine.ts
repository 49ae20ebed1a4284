/**
 * Memory-safety bugs of QuickJS and QuickJS-ng, as they were reported. Some are mended in the engine that is used, and
 * each is a shape that came again. What they must not be worth: a bug in WebAssembly writes into its own memory, so the
 * run may end in any way but with something of the host's in its hands.
 */
import { type Attack, type Ending, HARMLESS, inLanguage, STOPPED } from './attack.ts';

/** A worker whose engine trapped may be found dead; the run is over and nothing else is. */
const ANY: readonly Ending[] = [...HARMLESS, ...STOPPED, 'INTERNAL'];
const gains = ['memory', 'environment', 'file', 'inside'] as const;
/** Prints whatever a view holds that the program did not put there. */
const DUMP = `
const dump = (view) => { try { const b = new Uint8Array(view.buffer || view); let s = ''; for (let i = 0; i < Math.min(b.length, 1 << 18); i++) if (b[i] > 31 && b[i] < 127) s += String.fromCharCode(b[i]); console.log(s); } catch (e) { console.log(e.name); } };
`;
const attack = (code: string): string => DUMP + code;

export const javascriptEngine: readonly Attack[] = inLanguage('javascript', [
  {
    id: 'js-typed-array-sort-resizes',
    source: 'quickjs-ng issue 1297, quickjs issue 477',
    code: attack(`
const ab = new ArrayBuffer(256, { maxByteLength: 2560 }); const u8 = new Uint8Array(ab);
for (let i = 0; i < 256; i++) u8[i] = i; u8[255] = 0; let n = 0;
u8.sort((a, b) => { if (++n === 1734) ab.resize(10); return a - b; }); dump(u8);`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-typed-array-constructor-side-effects',
    source: 'quickjs-ng issue 1296, quickjs issue 478',
    code: attack(`
const ab = new ArrayBuffer(1024, { maxByteLength: 4096 });
const T = Reflect.construct(Uint32Array, [ab, 0], Object.defineProperty(function () {}.bind(), 'prototype', { get() { ab.resize(8); return Uint32Array.prototype; } }));
dump(T); T[200] = 1;`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-typed-array-from-shrinking-array',
    source: 'quickjs-ng issue 1305',
    code: attack(`
const ab = new ArrayBuffer(0x1000, { maxByteLength: 0x4000 }); const src = new Uint8Array(ab);
class Evil extends Float64Array { static get [Symbol.species]() { ab.resize(1); return Float64Array; } }
dump(new Evil(src)); Object.defineProperty(src, 'constructor', { get() { ab.resize(0); return Uint8Array; } }); dump(src.slice()); dump(src.map((x) => x));`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-atomics-op-resizes',
    source: 'quickjs-ng issue 1302, quickjs issue 508',
    code: attack(`
for (const op of ['add', 'sub', 'and', 'or', 'xor', 'exchange']) {
  const rab = new ArrayBuffer(1024, { maxByteLength: 1 << 20 }); const i32 = new Int32Array(rab);
  try { Atomics[op](i32, 0, { valueOf() { rab.resize(0); rab.resize(1 << 20); return 0x41414141; } }); dump(i32); } catch (e) { console.log(e.name); } }`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-atomics-store-resizes',
    source: 'quickjs-ng issue 1301',
    code: attack(`
const rab = new ArrayBuffer(1024, { maxByteLength: 1 << 20 }); const i32 = new Int32Array(rab);
Atomics.store(i32, 200, { valueOf() { rab.resize(0); return 123; } }); Atomics.compareExchange(i32, 0, { valueOf() { rab.resize(1 << 20); return 0; } }, 1); dump(i32);`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-iterator-concat-reenters',
    source: 'quickjs-ng issues 1368 and 1440 (the first fix did not hold)',
    code: attack(`
let it; const evil = { [Symbol.iterator]() { it.return(); return [][Symbol.iterator](); } };
it = Iterator.concat(evil, evil); it.next(); it.next();
let it2; const getter = { get [Symbol.iterator]() { try { it2 && it2.return(); } catch {} return () => ({ next: () => ({ done: true }) }); } };
it2 = Iterator.concat(getter, getter); it2.next();`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-finalization-registry-cycles',
    source: 'quickjs-ng issues 432 and 1318, quickjs issue 494',
    code: attack(`
class Sink { #r = new FinalizationRegistry(() => {}); set(k, v) { this.#r.register(k, v, new WeakRef(k)); } }
function Obs() { this.t = new Sink(); } Obs.prototype.observe = function (t, c) { this.t.set(t, c); t.sub = new Set(); t.sub.add(this); };
for (let i = 0; i < 500; i++) new Obs().observe({}, {});
const reg = new FinalizationRegistry(() => { reg.register({}, 1); }); for (let i = 0; i < 500; i++) reg.register({}, reg); new Array(1e6).fill({});`),
    gains,
    ends: ANY,
    timeoutMs: 600,
  },
  {
    id: 'js-array-sort-shrinks',
    source: 'nginx/njs issue 594; class: a comparator that changes what is sorted',
    code: attack(`
const a = []; for (let i = 0; i < 200; i++) a[i] = { toString() { a.shift(); return 'x'; } };
a.sort(); const b = Array.from({ length: 500 }, (_, i) => i); b.sort((x, y) => { b.length = 0; b.push({}); return y - x; }); console.log(b.length, a.length);`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-array-concat-and-splice-species',
    source: 'class: species that returns an array of another shape',
    code: attack(`
const a = [1, 2, 3, 4, 5, 6, 7, 8];
a.constructor = { [Symbol.species]: function (n) { a.length = 0; a.length = 1e6; return new Proxy([], { defineProperty(t, k, d) { a.length = 0; return Reflect.defineProperty(t, k, d); } }); } };
console.log(a.splice(0, 8).length, a.concat([1]).length, a.slice(0, 8).length, a.flat().length);`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-detached-buffers',
    source: 'class: views of a buffer that was transferred',
    code: attack(`
const ab = new ArrayBuffer(4096); const v = new DataView(ab); const u = new Uint8Array(ab);
const detach = { valueOf() { ab.transfer(0); return 0; } };
for (const go of [() => v.getUint32(detach), () => v.setFloat64(0, detach), () => u.fill(detach), () => u.set([detach, 1, 2]), () => u.indexOf(1, detach), () => u.copyWithin(detach, 1, 4000), () => u.subarray(detach, 4000), () => u.join({ toString() { ab.transfer(0); return ','; } })])
  try { console.log(String(go()).slice(0, 50)); } catch (e) { console.log(e.name); } dump(u);`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-copy-within-resizes',
    source: 'class: bounds read before a callback, used after',
    code: attack(`
for (const method of ['copyWithin', 'fill', 'subarray', 'slice', 'with', 'includes', 'lastIndexOf', 'set', 'at']) {
  const ab = new ArrayBuffer(65536, { maxByteLength: 1 << 20 }); const u = new Uint8Array(ab);
  const shrink = { valueOf() { ab.resize(16); return 60000; }, length: 4, 0: 1 };
  try { const r = u[method](shrink, shrink, shrink); if (r && r.buffer) dump(r); } catch (e) { console.log(method, e.name); } }`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-regexp-bytecode-overflow',
    source: 'CVE-2025-62495; quickjs-ng issue 1221',
    code: attack(`
let source = 'a'; for (let i = 0; i < 50; i++) source = '(?:' + source + '|)+';
try { console.log(new RegExp(source).exec('a')); } catch (e) { console.log(e.name); }`),
    gains,
    ends: ANY,
    timeoutMs: 600,
  },
  {
    id: 'js-regexp-last-index-and-captures',
    source: 'quickjs CVE-2023-48184 and its like: state of a match changed while it is made',
    code: attack(String.raw`
const r = /((?<a>.)|(?<b>.))+/dgsu; r.lastIndex = { valueOf() { r.compile && r.compile('(((((x)))))', 'g'); return 2 ** 31; } };
try { console.log(JSON.stringify(r.exec('\u{1f600}'.repeat(500)))); } catch (e) { console.log(e.name); }
console.log('x'.repeat(1000).replace(/x/g, (m, i) => { RegExp.prototype.exec = () => null; return '$' + i; }).length);`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-regexp-nested-groups',
    source: 'quickjs issues 29 and 30 (oss-fuzz 21422, 21397): the parser’s own stack',
    code: "for (const s of ['(', '(?:', '(?=', '[^', '(?<!', '(?i:']) try { new RegExp(s.repeat(20000) + ')'.repeat(20000)); } catch (e) { console.log(e.name); }",
    gains,
    ends: ANY,
  },
  {
    id: 'js-bigint-extremes',
    source: 'quickjs-ng issue 1018 and bignum reports',
    code: `
for (const go of [() => 1n << 1000000000n, () => (2n ** 100000n) ** 100000n, () => BigInt.asUintN(2 ** 53 - 1, -1n), () => BigInt('0x' + 'f'.repeat(1e6)).toString(7), () => (-(2n ** 63n)) / -1n, () => (10n ** 50000n) % (10n ** 25000n - 1n)])
  try { console.log(String(go()).length); } catch (e) { console.log(e.name); }`,
    gains: ['limits'],
    ends: [...HARMLESS, ...STOPPED],
    timeoutMs: 600,
  },
  {
    id: 'js-map-mutated-while-iterated',
    source: 'class: collections changed under their iterator',
    code: attack(`
const m = new Map(Array.from({ length: 1000 }, (_, i) => [i, {}]));
m.forEach((v, k) => { m.clear(); m.set(k + 1, v); if (k > 5000) m.clear(); }); const it = m.entries(); m.clear(); console.log(it.next().done);
const w = new WeakMap(); let k = {}; for (let i = 0; i < 5000; i++) { const n = {}; w.set(k, n); k = n; } k = null;
const s = new Set([1]); s.isSubsetOf({ size: 10, has() { s.clear(); for (let i = 0; i < 100; i++) s.add(i); return true; }, keys() { return [][Symbol.iterator](); } });`),
    gains,
    ends: ANY,
    timeoutMs: 600,
  },
  {
    id: 'js-generator-reenters-itself',
    source: 'class: generators resumed from within',
    code: `
let g; function* f() { try { g.return(1); yield 1; } catch (e) { console.log(e.name); g.next(); } finally { try { g.next(); } catch (e) { console.log(e.name); } } }
g = f(); try { g.next(); g.throw(new Error()); } catch (e) { console.log(e.name); } Iterator.from({ next() { return this.it; }, get it() { return { get done() { g.return(); return true; } }; } }).map((x) => x).next();`,
    gains,
    ends: ANY,
  },
  {
    id: 'js-string-of-half-a-gibibyte',
    source: 'class: length arithmetic of strings',
    code: `
const s = 'ab'.repeat(2 ** 20); for (const go of [() => s.repeat(2 ** 10), () => s.padEnd(2 ** 30 - 1, s), () => Array(2 ** 26).join(s), () => s.replaceAll('a', s), () => JSON.stringify([s], null, s), () => String.raw({ raw: { length: 2 ** 32 } }, 1)])
  try { console.log(go().length); } catch (e) { console.log(e.name, e.message); }`,
    gains: ['limits'],
    ends: [...HARMLESS, ...STOPPED],
    timeoutMs: 600,
  },
  {
    id: 'js-date-and-number-extremes',
    source: 'quickjs reports: buffers of numbers and dates',
    code: `
for (const go of [() => (1e300).toFixed(100), () => (5e-324).toPrecision(100), () => (2 ** 1023).toString(2), () => (0.1).toString(3), () => new Date(8.64e15).toISOString(), () => new Date('x'.repeat(1e5)), () => Date.parse('+275760-09-13T00:00:00.000Z' + ' '.repeat(1e4)), () => new Date(1e15, 1e15, -1e15), () => Number('0b' + '1'.repeat(1e5)), () => parseFloat('9'.repeat(1e6))])
  try { console.log(String(go()).length); } catch (e) { console.log(e.name); }`,
    gains,
    ends: ANY,
  },
  {
    id: 'js-private-fields-of-a-returned-object',
    source: 'class: private names stamped on objects of another kind',
    code: attack(`
class Base { constructor(o) { return o; } } class Stamp extends Base { #x = 1; static read(o) { return o.#x; } }
for (const o of [new Uint8Array(8), new Proxy({}, {}), search, globalThis, console]) try { new Stamp(o); console.log(Stamp.read(o)); } catch (e) { console.log(e.name); }`),
    gains,
    ends: ANY,
  },
  {
    id: 'js-shared-memory-growth',
    source: 'class: shared buffers and waits',
    code: `
const sab = new SharedArrayBuffer(1024, { maxByteLength: 1 << 28 }); sab.grow(1 << 28); const i = new Int32Array(sab);
console.log(Atomics.wait(i, 0, 0, 1e9));`,
    gains: ['limits'],
    ends: [...HARMLESS, ...STOPPED],
    timeoutMs: 500,
  },
]);
