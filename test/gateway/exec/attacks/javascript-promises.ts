/** Promises, microtasks and generators: code that runs after the host believes the program is over. */
import { type Attack, BOMB_TIMEOUT_MS, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage, STOPPED } from './attack.ts';
import { JAVASCRIPT_LOOT } from './loot.ts';

const attack = (code: string): string => JAVASCRIPT_LOOT + code;
const gains = ['said', 'file', 'environment'] as const;
const STUCK = [...HARMLESS, ...STOPPED];

export const javascriptPromises: readonly Attack[] = inLanguage('javascript', [
  {
    id: 'js-promise-species',
    source: 'CVE-2023-37466; vm2 ATTACKS.md category 7',
    code: attack(`
async function fails() { const e = new Error(); e.name = Symbol(); return e.stack.x; }
const p = fails();
p.constructor = { [Symbol.species]: class { constructor(executor) { executor((x) => x, (err) => loot(err.constructor.constructor)); } } };
p.then();`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-promise-species-second-read',
    source: 'vm2 ATTACKS.md category 7 (a getter that answers twice)',
    code: attack(`
let first = true; const p = (async () => { null.x; })();
Object.defineProperty(p, 'constructor', { get() { if (first) { first = false; return Promise; } return { [Symbol.species]: class { constructor(ex) { ex((x) => x, (e) => loot(e.constructor.constructor)); } } }; } });
p.then();`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-promise-statics-stolen',
    source: 'vm2 ATTACKS.md category 7 (all, any, race, try)',
    code: attack(`
function Fake(executor) { executor((x) => x, (e) => loot(e.constructor.constructor)); }
Fake.resolve = () => {};
for (const name of ['all', 'race', 'any', 'allSettled', 'try']) if (Promise[name]) { Fake.f = Promise[name]; try { Fake.f({ [Symbol.iterator]() { null.x; } }); } catch {} }`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-promise-callback-sanitiser',
    source: 'CVE-2026-22709 (vm2: `then` and `catch` of host promises)',
    code: attack(`
const then = Promise.prototype.then;
Promise.prototype.then = function (a, b) { return Reflect.apply(then, this, [(v) => { loot(v.constructor.constructor); return v; }, (e) => loot(e.constructor.constructor)]); };
(async () => { await search('x'); await readSpan('missing', 1, 1); })();`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-function-call-override',
    source: 'vm2 ATTACKS.md category 7 (`Function.prototype.call` under the promise machinery)',
    code: attack(`
const call = Function.prototype.call;
Function.prototype.call = function (...args) { try { loot(this.constructor); } catch {} return Reflect.apply(call, this, args); };
Promise.resolve().then(() => {}); (async () => { await 1; })();`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-async-generator-return',
    source: 'CVE-2026-45411 (vm2: a thenable returned to an async generator)',
    code: attack(`
async function* outer() { try { yield* inner(); } catch (e) { loot(e.constructor.constructor); } }
async function* inner() { yield 1; }
const g = outer(); g.next().then(() => g.return({ get then() { const e = new Error(); e.name = Symbol(); return e.stack.x(); } }));`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-unhandled-rejection',
    source: 'CVE-2026-44001 (vm2: an unhandled rejection ends the host)',
    code: `
new Promise(() => { const e = new Error(); e.name = Symbol(); e.stack.x(); });
Promise.reject(new Error('nobody listens')); (async () => { throw null; })(); (async function* () { throw 1; })().next(); 'alive'`,
    gains: ['limits'],
    ends: HARMLESS,
  },
  {
    id: 'js-from-async-dispose',
    source: 'vm2 ATTACKS.md category 19',
    code: attack(`
Array.fromAsync([0], () => { const s = new DisposableStack(); s.defer(() => { const e = new Error(); e.name = Symbol(); return e.stack; }); s.dispose(); }).catch((e) => loot(e.constructor.constructor));`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-microtask-loop',
    source: 'vm2 issue 35; quickjs-emscripten issue 211; node:vm `timeout`',
    code: "const again = () => Promise.resolve().then(again); again(); 'back'",
    gains: ['limits'],
    ends: STUCK,
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-microtask-that-never-ends',
    source: 'vm2 issue 35',
    code: "Promise.resolve().then(() => { for (;;); }); 'back'",
    gains: ['limits'],
    ends: STUCK,
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-await-nothing',
    source: 'class: a promise that no one settles',
    code: "await new Promise(() => {}); 'never'",
    gains: ['limits'],
    ends: [...STUCK, 'EXEC_SYNTAX'],
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-async-function-loop',
    source: 'quickjs-emscripten issue 211 (samples 1 to 3)',
    code: "new Promise(async (out) => { while (true) await null; out('ok'); })",
    gains: ['limits'],
    ends: STUCK,
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-thenable-that-never-settles',
    source: 'class: the result is awaited',
    code: '({ then(resolve) { return resolve({ then: this.then }); } })',
    gains: ['limits'],
    ends: STUCK,
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-result-thenable-steals-resolve',
    source: 'CVE-2026-44000 (vm2: host promise identity)',
    code: attack(
      '({ then(resolve, reject) { loot(resolve.constructor); loot(reject.constructor); resolve(this); } })',
    ),
    gains,
    ends: STUCK,
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-finalization-registry-after-the-end',
    source: 'GHSA-r4fx-v8hh-22mv (vm2: clean-up callbacks run without a timeout)',
    code: `
const registry = new FinalizationRegistry(() => { for (;;); });
for (let i = 0; i < 1e4; i++) registry.register({}, i); 'back'`,
    gains: ['limits'],
    ends: STUCK,
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-top-level-await-of-host-call',
    source: 'class: calls in flight when the program ends',
    code: "for (let i = 0; i < 50; i++) Promise.resolve().then(() => search('late ' + i)); 'over'",
    gains: ['limits'],
    ends: HARMLESS_OR_SYNTAX,
  },
]);
