// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs under test are text that holds templates
import { describe, expect, test } from 'vitest';
import { checkJavaScript } from '../../../../gateway/exec/javascript/policy.ts';
import { PolicyRefusal } from '../../../../gateway/exec/policy-refusal.ts';

/** `denied 2`, `syntax 1`; `fine` where the program may run. */
function verdict(code: string): string {
  try {
    checkJavaScript(code);
    return 'fine';
  } catch (error) {
    if (!(error instanceof PolicyRefusal)) throw error;
    return `${error.kind} ${error.line}`;
  }
}

describe('refused', () => {
  test.each([
    ['eval("1")'],
    ['(0, eval)("1")'],
    ['const e = eval; e("1")'],
    ['\\u0065val("1")'],
    ['\\u{65}v\\u{0061}l("1")'],
    ['`${eval("1")}`'],
    ['`a${`b${eval("1")}`}`'],
    ['/x/.test("/") && eval("1")'],
    ['"a\\"" + eval("1")'],
    ['if (x) /eval/.test(y); eval("1")'],
    ['const a = 1 / 2; eval("/")'],
    ['i++ / eval("1") / 2'],
    ['const eval2 = 1; globalThis.eval("1")'],
    ['globalThis["eval"]("1")'],
    ['globalThis?.process'],
    ['new Function("return 1")'],
    ['Function.prototype'],
    ['class A extends Function {}'],
    ['import fs from "fs"'],
    ['import "fs"'],
    ['await import("fs")'],
    ['import.meta.url'],
    ['const fs = require("fs")'],
    ['const process = require("process")'],
    ['process.exit()'],
    ['typeof process !== "undefined" && process.env'],
    ['const { env } = process'],
    ['x ? process : 1'],
    ['f({ process })'],
    ['fetch("https://a")'],
    ['await fetch(u)'],
    ['new XMLHttpRequest()'],
    ['new WebSocket("ws://a")'],
    ['WebAssembly.compile(b)'],
    ['Deno.readFile("a")'],
    ['Bun.file("a")'],
    ['/* a */ process /* b */ .env'],
    ['<!-- /*\neval("1")'],
    ['let x = 1\n--> /*\neval("1")'],
    ['const r = [/]/, 1]; eval("1")'],
    ['const r = /[/`]/; eval("`")'],
  ])('%s', (code) => {
    expect(verdict(code)).toMatch(/^denied /);
  });

  test('names the construct, its line, and what to do instead', () => {
    const code = 'const a = 1;\r\nconst b = `\n`;\n\nfetch(a)';
    expect(verdict(code)).toBe('denied 5');
    expect(() => checkJavaScript(code)).toThrow(
      'fetch is not available: there is no network: read the repository',
    );
  });

  test.each([
    ['print("a\0")', 'syntax 1'],
    ['1\n"\ud800"', 'syntax 2'],
    ['1\n\n\udc00', 'syntax 3'],
  ])('%j', (code, expected) => {
    expect(verdict(code)).toBe(expected);
  });
});

describe('not refused', () => {
  test.each([
    ['typeof f === "function"'],
    ['typeof process === "undefined"'],
    ['typeof require'],
    ['f instanceof Function'],
    ['"eval(1); process.exit()"'],
    ["'it\\'s eval'"],
    ['// eval("1")'],
    ['/* process.exit() */ 1'],
    ['`eval ${1} process`'],
    ['`\\${eval}`'],
    ['/eval\\(|process/.test(text)'],
    ['/[/]eval/.test(text)'],
    ['x = a ? /process/ : /fetch/'],
    ['[1].map((x) => /eval/.test(x))'],
    ['return_ = () => { return /eval/g }'],
    ['if (x) /eval/.exec(y)'],
    ['{} /eval/.exec(y)'],
    ['const o = { process: 1, eval: 2, import: 3, fetch: 4 }; o.process + o.eval + o?.fetch'],
    ['class A { process() { return 1 } async fetch(x) { return x } static import() { return 2 } #eval = 1 }'],
    ['const o = { process(x) { return x }, get require() { return 1 } }'],
    ['function process(line) { return line.trim() }\nprocess(" a ")'],
    ['const process = (x) => x; [1].map(process)'],
    ['const { fetch } = tools; fetch(1)'],
    ['const { a, b: { process } } = tools; process(1)'],
    ['const [process] = [1]; process'],
    ['lines.map((process) => process.name)'],
    ['lines.map(process => process.name)'],
    ['function f(require, b = 1) { return require(b) }'],
    ['for (const process of list) print(process)'],
    ['let a = 1, fetch = 2; fetch'],
    ['process = 5; process'],
    ['function* process() { yield 1 }'],
    ['evaluate(functions); preprocess(fetched); requires'],
    ['const importance = 1; importance'],
    ['print(match[1].eval)'],
    ['\uff45\uff56\uff41\uff4c'],
    ['"\ud83d\ude00"'],
    ['#!/usr/bin/env eval\n1'],
    ['a --> 0; b'],
    ['1.5.toFixed(); .5e-3 / 2; 0x1f / 1_000n'],
  ])('%s', (code) => {
    expect(verdict(code)).toBe('fine');
  });

  test.each([
    ["'unclosed"],
    ['`unclosed ${'],
    ['/* unclosed'],
    ['/unclosed'],
    ['}}}))]]'],
    ['((([[[{{{'],
    ['\\u{110000}'],
    ['\\'],
  ])('what is no program is the interpreter’s to refuse: %s', (code) => {
    expect(verdict(code)).toBe('fine');
  });
});

test.each([
  ['`${'.repeat(3_400)],
  ['/['.repeat(5_000)],
  ['/a\\'.repeat(3_300)],
  ["'\\".repeat(5_000)],
  ['('.repeat(10_000)],
  ['a('.repeat(2_500) + '){'.repeat(2_500)],
  ['const {'.repeat(1_400)],
  ['\\u0061'.repeat(1_700)],
  ['/*'.repeat(5_000)],
  ['<!--'.repeat(2_500)],
  ['.'.repeat(10_000)],
])('takes no more time than its length: %#', (code) => {
  const startedMs = performance.now();
  verdict(code);
  // Squared, each would take seconds.
  expect(performance.now() - startedMs).toBeLessThan(500);
});
