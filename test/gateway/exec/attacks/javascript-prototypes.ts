/** Prototypes, symbols, getters and proxies: code of the program's that runs while the host handles its values. */
import { type Attack, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage, STOPPED } from './attack.ts';
import { JAVASCRIPT_LOOT } from './loot.ts';

const attack = (code: string): string => JAVASCRIPT_LOOT + code;
const gains = ['said', 'file', 'environment', 'pollution'] as const;

export const javascriptPrototypes: readonly Attack[] = inLanguage('javascript', [
  {
    id: 'js-pollute-object-prototype',
    source: 'GHSA-vwrp-x96c-mhwq (vm2: writes went through to the host’s prototypes)',
    code: attack(`
Object.prototype.polluted = 1; Array.prototype.polluted = 1; ({}).__proto__.polluted = 1;
({}).constructor.prototype.polluted = 1; search('x').__proto__.polluted = 1; 'done'`),
    gains: ['pollution', 'state'],
    ends: HARMLESS,
  },
  {
    id: 'js-result-with-proto-key',
    source: 'class: prototype pollution of whoever merges the JSON',
    code: `JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}')`,
    gains: ['pollution'],
    ends: HARMLESS,
  },
  {
    id: 'js-call-with-proto-key',
    source: 'class: prototype pollution of whoever merges the arguments',
    code: `
const named = JSON.parse('{"__proto__": {"polluted": 1}, "k": 1}');
Object.defineProperty(named, '__proto__', { value: { polluted: 1 }, enumerable: true });
search('x', named); listFiles(named); readSpan('__proto__', 1, 1, named); 'done'`,
    gains: ['pollution'],
    ends: HARMLESS,
  },
  {
    id: 'js-trap-get-set-of-descriptors',
    source: 'vm2 issue 175',
    code: attack(`
Object.defineProperty(Object.prototype, 'get', { get() { throw (f) => loot(f.constructor); }, configurable: true });
Object.defineProperty(Object.prototype, 'value', { get() { throw (f) => loot(f.constructor); }, configurable: true });
try { search({}); console.log({}); } catch (e) { e(() => {}); }`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-pollute-has-trap',
    source: 'vm2 ATTACKS.md category 14',
    code: attack(`
Object.prototype.has = (target) => loot(target.constructor);
Object.prototype.apply = (target) => loot(target.constructor);
'x' in search; search('x'); console.log(1);`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-array-index-setter',
    source: 'GHSA-9qj6-qjgg-37qq (vm2: a setter on `Array.prototype[0]` sees what the bridge keeps)',
    code: attack(`
for (let i = 0; i < 8; i++) Object.defineProperty(Array.prototype, i, { set(v) { try { loot(v.constructor.constructor); } catch {} }, configurable: true });
search('x'); console.log([1, 2]); listFiles('.', ['a']);`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-array-species-returns-itself',
    source: 'GHSA-grj5-jjm8-h35p',
    code: attack(`
const r = search('x'); const list = Array.isArray(r) ? r : [r];
function X() { return list; } X[Symbol.species] = X; list.constructor = X;
const raw = list.map((v) => v); loot(raw[0].constructor.constructor);`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-has-instance',
    source: 'vm2 ATTACKS.md category 3',
    code: attack(`
Object.defineProperty(Function.prototype.__proto__, Symbol.hasInstance, { value: () => true, configurable: true });
try { search(() => 0); } catch (e) { loot(e.constructor.constructor); } console.log(() => 0);`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-inspect-symbol',
    source: 'CVE-2023-37903; GHSA-47x8-96vw-5wg6',
    code: attack(`
const inspect = Symbol.for('nodejs.util.inspect.custom');
const o = { [inspect](depth, options, inspect) { loot((inspect || options).constructor); return 'x'; } };
console.log(o); search(o); o`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-inspect-stylize',
    source: 'GHSA-v37h-5mfm-c47c, GHSA-qcp4-v2jj-fjx8 (vm2: a proxy’s handler by `showProxy`)',
    code: attack(`
const o = new Proxy({}, { get: (t, k, r) => (k === 'stylize' ? (a) => { loot(a.constructor); return a; } : () => r) });
console.log(o, { showHidden: true, showProxy: true, stylize(a) { loot(this.seen[1].constructor); return a; } });`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-null-prototype-throw',
    source: 'GHSA-9vg3-4rfj-wgcm',
    code: attack(`
const o = { __proto__: null };
try { throw o; } catch (e) { e.f = search; loot(o.f.constructor); }
throw o`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-proxy-throws-function',
    source: 'vm2 issue 174; ATTACKS.md category 6',
    code: attack(`
const bad = new Proxy({}, {
  getPrototypeOf() { throw (x) => loot(x.constructor.constructor); },
  getOwnPropertyDescriptor() { throw (x) => loot(x.constructor); },
  ownKeys() { throw (x) => loot(x.constructor); },
  get() { throw (x) => loot(x.constructor); },
});
for (const use of [() => search(bad), () => console.log(bad), () => JSON.stringify(bad)]) try { use(); } catch (e) { if (typeof e === 'function') e(() => {}); }
bad`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-result-is-a-hostile-proxy',
    source: 'class: whoever writes the result as JSON runs its traps',
    code: attack(`
new Proxy([], { get(t, k) { if (k === 'toJSON') return () => loot(this.constructor.constructor); if (k === 'length') return 2 ** 53; return 'x'; } })`),
    gains,
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'js-result-to-json-throws-itself',
    source: 'class: errors while the result is written',
    code: attack(`
const o = { toJSON() { throw o; }, toString() { throw o; }, get message() { throw o; }, get stack() { throw o; }, get name() { throw o; } };
o`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-thrown-value-with-hostile-getters',
    source: 'class: errors while the error is told',
    code: attack(`
throw { get name() { loot(this.constructor.constructor); }, get message() { throw { get message() { throw this; } }; }, get stack() { return { toString() { throw 1; } }; } }`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-overridden-builtins-under-the-prelude',
    source: 'vm2 ATTACKS.md categories 10 and 11; class: a prelude that calls what the program replaced',
    code: attack(`
const take = function (...a) { for (const x of [this, ...a]) try { loot(x.constructor.constructor); } catch {} return a[0]; };
for (const [o, names] of [[JSON, ['stringify', 'parse']], [Array.prototype, ['map', 'join', 'push', 'slice', 'forEach']], [Function.prototype, ['call', 'apply', 'bind']],
  [Object, ['create', 'keys', 'entries', 'assign', 'defineProperty', 'getPrototypeOf']], [Reflect, ['apply', 'ownKeys', 'get']], [String.prototype, ['replace', 'split']], [Promise.prototype, ['then']]])
  for (const n of names) o[n] = take;
search('x', 'y', { k: 2 }); console.log({ a: [1] }, 'b'); listFiles(); ({ a: 1 })`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-callee-of-to-primitive',
    source: 'CVE-2023-32314 (vm2: a proxy where the host expects a value)',
    code: attack(`
const err = new Error(); err.name = { toString: new Proxy(() => '', { apply(t, self, args) { loot(args.constructor.constructor); return 'x'; } }) };
console.log(err); try { search(err); } catch {} throw err`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-internal-state-by-name',
    source: 'GHSA-2cm2-m3w5-gp2f, GHSA-wp5r-2gw5-m7q7 (vm2: its internal variable)',
    code: attack(`
const before = ['Object', 'Function', 'Array', 'Number', 'parseFloat', 'parseInt', 'Infinity', 'NaN', 'undefined'];
const odd = Reflect.ownKeys(globalThis).map(String).filter((n) => /internal|host|native|bridge|__|quickjs|wasi|memory|channel|fd/i.test(n));
for (const name of odd) { const v = globalThis[name]; if (v && v.constructor) loot(v.constructor.constructor || v.constructor); }
odd.join()`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-with-unscopables',
    source: 'GHSA-wp5r-2gw5-m7q7 (`with` and what it sees)',
    code: attack(`
const seen = [];
with (new Proxy({}, { has(t, k) { seen.push(String(k)); return false; } })) { try { search('x'); console.log('y'); } catch {} }
seen.join()`),
    gains,
    ends: HARMLESS_OR_SYNTAX,
  },
]);
