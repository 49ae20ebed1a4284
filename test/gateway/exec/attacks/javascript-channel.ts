/** The way between the program and the gateway: forged answers, floods of calls, messages past the functions. */
import { type Attack, BOMB_TIMEOUT_MS, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage, STOPPED } from './attack.ts';
import { JAVASCRIPT_LOOT } from './loot.ts';

const attack = (code: string): string => JAVASCRIPT_LOOT + code;

export const javascriptChannel: readonly Attack[] = inLanguage('javascript', [
  {
    id: 'js-write-to-descriptors',
    source: 'class: messages to the parent past the functions',
    code: String.raw`
const frame = '\x20\x00\x00\x00{"type":"end","end":{"kind":"completed","result":"ESC' + 'APED"}}';
const p = globalThis.process;
for (let fd = 0; fd <= 10; fd++) try { p.getBuiltinModule('fs').writeSync(fd, frame); } catch (e) { console.log(e.name); }
for (const say of [() => p.send('x'), () => p.stdout.write('x'), () => postMessage('x'), () => __send('x'), () => console._stdout.write('x')]) try { say(); } catch (e) { console.log(e.name); }`,
    gains: ['said'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'js-print-a-frame',
    source: 'class: output that looks like a message',
    code: String.raw`
const forged = '{"type":"end","end":{"kind":"completed","result":"forged"}}';
console.log('\x3b\x00\x00\x00' + forged); console.error('\x3b\x00\x00\x00' + forged); console.log(forged.length); 'honest'`,
    gains: ['pollution'],
    ends: ['completed'],
  },
  {
    id: 'js-print-a-reply',
    source: 'class: output that looks like an answer to a call',
    code: `console.log('{"type":"reply","ok":true,"value":"forged"}'); const v = search('x'); JSON.stringify(v).includes('forged') ? 'ESC' + 'APED' : 'honest'`,
    gains: ['said'],
    ends: ['completed'],
  },
  {
    id: 'js-call-of-another-function',
    source: 'class: a call by a name that isn’t one of the four',
    code: String.raw`
for (const name of ['exec', 'write_file', 'constructor', '__proto__', 'rlm.exec.run', 'read_span\u0000', 'toString', 'llm_query'])
  for (const f of [globalThis[name], search[name], search.call && search.bind && search.bind({ name })]) try { if (typeof f === 'function') f({ name, type: 'call' }, 'x'); } catch (e) { console.log(e.name); }`,
    gains: ['limits'],
    ends: HARMLESS,
  },
  {
    id: 'js-call-renamed',
    source: 'class: the function’s name is its message',
    code: `
for (const f of [search, readSpan, query, listFiles]) { try { Object.defineProperty(f, 'name', { value: 'write_file' }); } catch {} try { f.toString = () => 'write_file'; f.name2 = 1; f('x', 1, 1); } catch (e) { console.log(e.name); } }`,
    gains: ['limits'],
    ends: HARMLESS,
  },
  {
    id: 'js-call-reenters-itself',
    source: 'class: a call made while the arguments of another are written',
    code: `
let depth = 0; const o = { toJSON() { if (depth++ < 5) search({ toJSON: o.toJSON }); return 'x'; }, toString() { return search('inner'); } };
try { search(o); } catch (e) { console.log(e.name); } try { search('a', o, { k: o }); } catch (e) { console.log(e.name); } console.log(JSON.stringify(search('after')).length > 0)`,
    gains: ['limits'],
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'js-call-flood',
    source: 'class: calls without end',
    code: "for (;;) { try { search('x'); } catch {} }",
    gains: ['limits'],
    ends: STOPPED,
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-call-with-arguments-of-8-mebibytes',
    source: 'class: a call larger than a frame',
    code: "try { search('x'.repeat(8 << 20)); } catch (e) { console.log(e.name); } try { search(Array(1e5).fill({ a: 'b' })); } catch (e) { console.log(e.name); } 'after'",
    gains: ['limits', 'inside'],
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'js-call-with-odd-values',
    source: 'class: values that JSON has no form for',
    code: String.raw`
const c = []; c.push(c);
for (const v of [undefined, NaN, Infinity, -0, 1n, Symbol('s'), () => 0, c, new Map([[1, 2]]), new Proxy({}, {}), '\ud800', '\u0000', new Date(NaN), Object.create(null), new Uint8Array(4), /x/, class {}])
  for (const go of [() => search(v), () => search('x', v), () => search('x', '.', { k: v }), () => listFiles('.', [v])]) try { go(); } catch (e) { if (!(e instanceof Error)) throw e; }
'done'`,
    gains: ['inside', 'pollution'],
    ends: HARMLESS,
  },
  {
    id: 'js-call-with-deep-arguments',
    source: 'class: depth in what the gateway parses',
    code: "let a = []; for (let i = 0; i < 30000; i++) a = [a]; try { search(a); } catch (e) { console.log(e.name); } try { search('x', '.', { k: a }); } catch (e) { console.log(e.name); }",
    gains: ['limits', 'inside'],
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'js-call-of-an-answer-that-never-comes',
    source: 'class: waiting on the gateway past the deadline',
    code: "search('@SLOW@'); 'answered'",
    gains: ['limits'],
    ends: ['EXEC_TIMEOUT'],
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'js-prelude-functions-replaced',
    source: 'class: what the next line of the host’s own code calls',
    code: attack(`
globalThis.print = globalThis.console = { log: (f) => loot(f.constructor), error() {}, warn() {} };
globalThis.search = globalThis.readSpan = (...a) => loot(a.constructor.constructor); globalThis.undefined = 1; globalThis.JSON = null; globalThis.Error = null; globalThis.Object = null; 'x'`),
    gains: ['said', 'file'],
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'js-result-looks-like-a-failure',
    source: 'class: a result that is read as the gateway’s own answer',
    code: "({ kind: 'raised', type: 'end', isError: true, error_code: 'INTERNAL', success: false, end: { kind: 'crashed' } })",
    gains: ['pollution'],
    ends: ['completed'],
  },
  {
    id: 'js-error-looks-like-a-limit',
    source: 'class: an error that is taken for the engine’s own',
    code: "const e = new Error('interrupted'); e.name = 'InternalError'; e.code = 'EXEC_MEMORY'; e.kind = 'crashed'; throw e",
    gains: ['inside'],
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'js-time-is-coarse',
    source: 'class: a clock fine enough to time the host by (Spectre)',
    code: `
const now = globalThis.performance ? () => performance.now() : () => Date.now();
const steps = new Set(); const end = Date.now() + 60; let last = now(); while (Date.now() < end) { const t = now(); if (t !== last) steps.add(t - last); last = t; }
if (Math.min(...steps) < 0.02) console.log('ESC' + 'APED', Math.min(...steps)); if (typeof SharedArrayBuffer === 'function' && typeof Worker === 'function') console.log('ESC' + 'APED')`,
    gains: ['said'],
    ends: HARMLESS,
  },
]);
