/** Ways to a `Function` of the host's by constructors: what brought down every sandbox that shares objects with its host. */
import { type Attack, BOMB_TIMEOUT_MS, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage } from './attack.ts';
import { JAVASCRIPT_LOOT } from './loot.ts';

const attack = (code: string): string => JAVASCRIPT_LOOT + code;
const gains = ['said', 'file', 'environment', 'process', 'network', 'write', 'signal'] as const;

export const javascriptConstructors: readonly Attack[] = inLanguage('javascript', [
  {
    id: 'js-constructor-of-this',
    source: 'node:vm documentation, "not a security mechanism"; CVE-2025-68613 (n8n expressions)',
    code: attack('loot(this.constructor.constructor)'),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-constructor-of-global',
    source: 'vm2 issue 32',
    code: attack('loot(globalThis.constructor.constructor)'),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-constructor-of-host-function',
    source: 'class: a function handed in by the host',
    code: attack('for (const f of [console.log, readSpan, search, query, listFiles]) loot(f.constructor)'),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-constructor-of-host-reply',
    source: 'CVE-2026-44000 (vm2: a host promise and its value keep their own realm)',
    code: attack(`
const reply = search('a');
for (let o = reply; o !== null && o !== undefined; o = Object.getPrototypeOf(o)) loot(o.constructor.constructor);`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-constructor-of-host-error',
    source: 'vm2 issue 32; CVE-2023-29017',
    code: attack(`
for (const call of [() => readSpan('denied', 0, 0), () => readSpan(Symbol()), () => search({ toString: 1 }), () => listFiles(1n)])
  try { call(); } catch (error) { loot(error.constructor.constructor); }`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-constructor-of-reference-error',
    source: 'gf3/sandbox issues 67 to 69',
    code: attack(`
for (const call of [() => toLocaleString(), () => propertyIsEnumerable.call(undefined), () => __defineGetter__('x')])
  try { call(); } catch (error) { loot(error.constructor.constructor); }`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-constructor-by-template-literal',
    source: 'GHSA-v98v-ff95-f3cp (n8n: the name as a template literal passed its filter)',
    code: attack('const name = `$' + '{"con"}structor`; loot((() => 0)[name][name])'),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-constructor-by-escaped-name',
    source: 'class: names written as escapes',
    code: attack(String.raw`loot((() => 0).\u0063onstructor['constr\x75ctor'])`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-constructor-by-with',
    source: 'CVE-2026-1470 (n8n: `with` and a shadowed constructor)',
    code: attack("var constructor = 'gotcha'; with (function () {}) { loot(constructor); }"),
    gains,
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'js-constructor-destructured',
    source: 'CVE-2026-25049 (n8n: destructuring is no member access)',
    code: attack('const { constructor: F } = () => 0; loot(F)'),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-async-function-constructor',
    source: 'natevw/evel issue 25; SeekerClaw issue 200',
    code: attack(`
const AsyncFunction = (async () => {}).constructor;
AsyncFunction('return this.process')().then((p) => p && lootProcess(p));`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-generator-function-constructor',
    source: 'class: the constructors a filter of `Function` forgets',
    code: attack(`
const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor;
lootProcess(GeneratorFunction('yield this.process || process')().next().value)`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-async-generator-function-constructor',
    source: 'CVE-2026-45411 (vm2, async generators)',
    code: attack(`
const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {}).constructor;
AsyncGeneratorFunction('yield process')().next().then(({ value }) => lootProcess(value));`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-reflect-construct-function',
    source: 'class: construction without `new`',
    code: attack(
      'loot((...code) => Reflect.construct(Object.getPrototypeOf(Array.isArray).constructor, code))',
    ),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-proto-of-function-constructor',
    source: 'natevw/evel issue 18 (`Function.__proto__.constructor`)',
    code: attack('loot(Array.__proto__.constructor); loot(Object.getPrototypeOf(class {}).constructor)'),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-lookup-getter-of-proto',
    source: 'vm2 issue 184; GHSA-grj5-jjm8-h35p',
    code: attack(`
const proto = {}.__lookupGetter__('__proto__');
const F = Object.getOwnPropertyDescriptor(proto.call(console.log), 'constructor').value;
loot(F);
loot(Object.entries(Object.getOwnPropertyDescriptor(proto.call(proto), 'constructor')).find((e) => e[0] === 'value')[1]);`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-construct-trap',
    source: 'vm2 issues 177 and 179',
    code: attack(`
const Made = new Proxy(class {}, { construct: () => function () { return Object.getPrototypeOf(this).constructor.constructor; } });
loot({ a: new Made() }.a());
search(new Made());`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-arguments-callee-caller',
    source: 'vm2 ATTACKS.md category 5; node:vm',
    code: attack(`
function climb() { let f = climb; for (let i = 0; i < 50 && f; i++) { f = f.caller; if (f) loot(f.constructor); } }
climb();
(function () { loot(arguments.callee.caller.constructor); })();`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-function-arguments-of-caller',
    source: 'vm2 ATTACKS.md category 5',
    code: attack(`
const trap = { toString() { const c = trap.toString.caller; if (c) loot(c.arguments[0].constructor.constructor); return 'x'; } };
search(trap); console.log(trap);`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-indirect-eval',
    source: 'class: `eval` under other names',
    code: attack(`
const run = (0, globalThis['ev' + 'al']) || [].constructor.from.constructor;
lootProcess(run('this.process') || run('process'))`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-direct-eval',
    source: 'class: what the checklist forbids by name',
    code: attack("lootProcess(eval('process'))"),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'js-set-timeout-of-code',
    source: 'vm2 issue 276 (`setTimeout().ref().constructor`); class: timers that compile strings',
    code: attack(`
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']) {
  const later = globalThis[name];
  if (!later) continue;
  try { loot(later(() => {}).ref().constructor.constructor); } catch {}
  try { later('lootProcess(process)'); } catch {}
}`),
    gains,
    // An interval goes on until the deadline.
    ends: [...HARMLESS, 'EXEC_TIMEOUT'],
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-realm',
    source: 'class: another realm, whose constructors nobody took away',
    code: attack(`
const realm = new ShadowRealm();
lootProcess(realm.evaluate('globalThis').process)`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-bound-and-applied-constructor',
    source: 'vm2 GHSA-647f-g98j-qq25 (the fix went round by call and apply)',
    code: attack(`
const F = Reflect.get(Function.prototype || (() => 0).__proto__, 'constructor');
loot(F.bind(null)); loot((...c) => F.apply(null, c)); loot((...c) => F.call.call(F, null, ...c)); loot((...c) => Reflect.apply(F, null, c));`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-restored-function-constructor',
    source: 'class: what a prelude deleted is put back from a copy',
    code: attack(`
const seen = new Set();
const walk = (o, depth) => {
  if (o === null || (typeof o !== 'object' && typeof o !== 'function') || seen.has(o) || depth > 6) return;
  seen.add(o);
  for (const key of Reflect.ownKeys(o)) {
    const d = Reflect.getOwnPropertyDescriptor(o, key);
    for (const v of [d.value, d.get, d.set]) {
      if (typeof v === 'function' && /^(Async|Generator|AsyncGenerator)?Function$/.test(v.name)) { try { loot(v); } catch {} }
      walk(v, depth + 1);
    }
  }
  walk(Reflect.getPrototypeOf(o), depth + 1);
};
walk(globalThis, 0); walk(console, 0); walk((async function* () {})(), 0); walk([][Symbol.iterator](), 0);`),
    gains,
    ends: HARMLESS,
  },
]);
