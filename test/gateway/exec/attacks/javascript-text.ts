/** What a program is made of: Unicode, NUL, half characters, and what a parser takes for a comment. */
import { type Attack, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage } from './attack.ts';
import { JAVASCRIPT_LOOT } from './loot.ts';

export const javascriptText: readonly Attack[] = inLanguage('javascript', [
  {
    id: 'js-nul-ends-the-program',
    source: 'class: a C string ends where the filter’s does not',
    code: `1\0; ${JAVASCRIPT_LOOT} loot((() => 0).constructor)`,
    gains: ['said'],
    ends: ['EXEC_DENIED', 'EXEC_SYNTAX', 'EXEC_ERROR'],
  },
  {
    id: 'js-nul-in-output',
    source: 'class: output cut at NUL (quickjs-emscripten `getString`)',
    code: String.raw`console.log('a\u0000b'); 'c\u0000d'`,
    gains: ['inside'],
    ends: ['completed'],
  },
  {
    id: 'js-lone-surrogates-in-output',
    source: 'class: text that is no UTF-8',
    code: String.raw`console.log('\ud800', '\udfff\ud800'); try { search('\ud800'); } catch {} throw new Error('\udc00')`,
    gains: ['inside'],
    ends: ['EXEC_ERROR'],
  },
  {
    id: 'js-lone-surrogate-in-code',
    source: 'class: text that is no UTF-8',
    code: "'\ud800'.length",
    gains: ['inside'],
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'js-line-separators-hide-code',
    source: 'class: what one parser takes for a comment',
    code: `${JAVASCRIPT_LOOT} // comment\u2028loot((() => 0).constructor)\u2029loot([].at.constructor)\r/* */ loot(this.constructor.constructor)`,
    gains: ['said', 'file'],
    ends: HARMLESS,
  },
  {
    id: 'js-html-comments',
    source: 'class: what one parser takes for a comment',
    code: `${JAVASCRIPT_LOOT}\n<!-- hidden\nloot((() => 0).constructor)\n--> hidden\nloot(this.constructor.constructor)`,
    gains: ['said', 'file'],
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'js-escaped-identifiers',
    source: 'class: names written as escapes',
    code: `${JAVASCRIPT_LOOT} lootProcess(\\u0065val('this').\\u{70}rocess); lootProcess(\\u{65}\\u{76}al('process'))`,
    gains: ['said', 'file'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'js-bidi-and-invisible',
    source: 'CVE-2021-42574 (Trojan Source)',
    code: `${JAVASCRIPT_LOOT} const \u115f = 'x'; /*\u202e } \u2066if (false)\u2069 \u2066*/ loot((() => 0).constructor) /*\u202c*/`,
    gains: ['said', 'file'],
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'js-closes-the-wrapper',
    source: 'class: a program that closes the function it is wrapped in',
    code: `}); ${JAVASCRIPT_LOOT} loot((() => 0).constructor); (() => {`,
    gains: ['said', 'inside'],
    ends: ['EXEC_SYNTAX', 'EXEC_DENIED'],
  },
  {
    id: 'js-closes-the-template',
    source: 'class: a program that closes the string it is put into',
    code: '`; globalThis.left = 1; loot; //\n\\u0060 $' + '{(() => { throw new Error("x"); })()} */ \'); //',
    gains: ['said', 'state'],
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'js-hashbang-and-directives',
    source: 'class: first lines that mean something to a loader',
    code: `#!/usr/bin/env node
'use strict'; 'use strip'; 'use math';
console.log(this === undefined ? 'strict' : typeof this)
//# sourceURL=file://@FILE@
//# sourceMappingURL=file://@FILE@`,
    gains: ['file', 'inside'],
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'js-return-at-top-level',
    source: 'class: statements that end the wrapper early',
    code: "console.log('a'); return 1; await 1; yield 2; break; import.meta; new.target; super.x;",
    gains: ['inside'],
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'js-case-folding-and-normalisation',
    source: 'class: names that become others when normalised',
    code: `${JAVASCRIPT_LOOT} const list = ['\uff45val', 'e\u0301val', 'ev\u0430l', 'Ⅽonstructor']; for (const n of list) { const v = globalThis[n.normalize('NFKC')]; if (v) lootProcess(v('this').process); }`,
    gains: ['said', 'file'],
    ends: HARMLESS,
  },
]);
