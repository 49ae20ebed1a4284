/** Stack traces: hooks that are handed the host's frames, and texts that hold its paths. */
import { type Attack, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage, STOPPED } from './attack.ts';
import { JAVASCRIPT_LOOT } from './loot.ts';

const attack = (code: string): string => JAVASCRIPT_LOOT + code;
const gains = ['said', 'file', 'inside'] as const;

export const javascriptErrors: readonly Attack[] = inLanguage('javascript', [
  {
    id: 'js-prepare-stack-trace-get-this',
    source: 'CVE-2022-36067 (SandBreak), CVE-2023-29017',
    code: attack(`
globalThis.Error = class extends Error { static prepareStackTrace(error, frames) { for (const f of frames) try { loot(f.getThis().constructor.constructor); } catch {} return frames; } };
Error.prepareStackTrace = (error, frames) => { for (const f of frames) try { lootProcess(f.getThis().process); } catch {} return frames; };
const { stack } = new Error(); try { search(Symbol()); } catch (e) { e.stack; } String(stack)`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-prepare-stack-trace-get-function',
    source: 'vm2 ATTACKS.md category 4',
    code: attack(`
Error.prepareStackTrace = (error, frames) => { for (const f of frames) { try { loot(f.getFunction().constructor); } catch {} console.log(f.getFileName && f.getFileName(), f.getEvalOrigin && f.getEvalOrigin()); } return 'x'; };
new Error('x').stack; try { null.x; } catch (e) { console.log(e.stack); }`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-call-site-file-names',
    source: 'GHSA-v27g-jcqj-v8rw (vm2: call sites tell the host’s paths)',
    code: attack(String.raw`
Error.stackTraceLimit = 1000;
Error.prepareStackTrace = (e, frames) => frames.map((f) => [f.getFileName(), f.getLineNumber(), f.getFunctionName()].join(':')).join('\n');
console.log(new Error().stack);`),
    gains: ['inside'],
    ends: HARMLESS,
  },
  {
    id: 'js-get-call-sites',
    source: 'GHSA-r273-hxvj-fxhp (vm2: `util.getCallSites`)',
    code: attack(`
const { util } = globalThis.process ? globalThis.process.getBuiltinModule('util') : {};
console.log(JSON.stringify(util && util.getCallSites())); Error.captureStackTrace && Error.captureStackTrace(globalThis); console.log(globalThis.stack)`),
    gains: ['inside'],
    ends: HARMLESS,
  },
  {
    id: 'js-stack-of-host-errors',
    source: 'GHSA-x6m4-chr9-cg97 (vm2: host paths in formatted stacks)',
    code: attack(`
for (const call of [() => search(), () => readSpan(), () => readSpan('a', -1, 1e99), () => search('x'.repeat(1e5)), () => query(null), () => listFiles(new Proxy({}, {}))])
  try { call(); } catch (e) { console.log(e, e.stack, e.message, e.cause, JSON.stringify(e)); }`),
    gains: ['inside'],
    ends: HARMLESS,
  },
  {
    id: 'js-uncaught-error-with-forged-stack',
    source: 'class: the reply quotes a stack that the program wrote',
    code: attack(`
const e = new Error('x'); e.stack = { toString() { loot(this.constructor.constructor); return '    at @FILE@'; } }; Object.defineProperty(e, 'name', { value: 'A'.repeat(1e6) }); throw e`),
    gains: ['said', 'limits'],
    ends: HARMLESS,
  },
  {
    id: 'js-uncaught-error-of-a-mebibyte',
    source: 'class: an error’s text is output too',
    code: "throw new Error('€'.repeat(3e6))",
    gains: ['limits'],
    ends: [...HARMLESS, 'EXEC_MEMORY'],
  },
  {
    id: 'js-symbol-as-name',
    source: 'vm2 ATTACKS.md, "the error generation primitive"; GHSA-hw58-p9xv-2mjh',
    code: attack(`
const e = new Error(); e.name = Symbol();
try { e.stack; String(e); console.log(e); } catch (inner) { loot(inner.constructor.constructor); }
throw e`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-stack-overflow-in-host-code',
    source: 'vm2 issues 197 and 199; CVE-2019-10769 (safer-eval)',
    code: attack(`
let caught;
function deep(n) { try { deep(n + 1); } catch (e) { if (!caught) { try { search('x'); } catch (inner) { caught = inner; } } } }
deep(0); if (caught) loot(caught.constructor.constructor); String(caught).length < 1e4`),
    gains,
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'js-stack-overflow-at-every-depth',
    source: 'CVE-2023-30547 (vm2: an unsanitised exception by its stack getter)',
    code: attack(`
function stack() { new Error().stack; stack(); }
try { stack(); } catch (a$tmpname) { loot(a$tmpname.constructor.constructor); }
for (let n = 0; n < 300; n++) { const go = (i) => (i ? go(i - 1) : console.log.call(null, '')); try { go(n); } catch (e) { loot(e.constructor.constructor); } }`),
    gains,
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'js-suppressed-error',
    source: 'vm2 ATTACKS.md category 16 (explicit resource management)',
    code: attack(`
const stack = new DisposableStack();
stack.defer(() => { throw null; });
stack.defer(() => { const e = Error(); e.name = Symbol(); e.stack; });
try { stack.dispose(); } catch (e) { loot(e.suppressed.constructor.constructor); }`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-using-declaration',
    source: 'vm2 ATTACKS.md category 16 (syntax its transformer did not know)',
    code: attack(`
try { using a = { [Symbol.dispose]() { const e = new Error(); e.name = Symbol(); return e.stack; } }; throw null; } catch (e) { loot(e.error.constructor.constructor); }`),
    gains,
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'js-aggregate-error',
    source: 'GHSA-x965-fc75-jpqh, GHSA-55hx-c926-fr95',
    code: attack(`
Promise.any([1, 2].map(async () => { const e = new Error(); e.name = Symbol(); return e.stack.x.y; })).catch((e) => { for (const inner of [e, ...(e.errors || [])]) loot(inner.constructor.constructor); });`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'js-syntax-error-quotes-nothing-of-ours',
    source: 'class: a parser’s error with a file name',
    code: 'const a = 1;\nconst a = ;\n',
    gains: ['inside'],
    ends: ['EXEC_SYNTAX'],
  },
]);
