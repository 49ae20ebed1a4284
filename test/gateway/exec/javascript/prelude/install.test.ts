import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type JSValueHandle, QuickJS } from 'quickjs-wasi';
import { beforeEach, describe, expect, test } from 'vitest';
import { guestScript } from '../../../../../gateway/exec/guests/guest-bundle.ts';

const WASM = readFileSync(fileURLToPath(import.meta.resolve('quickjs-wasi/quickjs.wasm')));
const SCRIPT = readFileSync(guestScript('rlm-exec-prelude'), 'utf8');

/** An interpreter of which nothing was asked yet. */
let vm: QuickJS;
let written: string;

beforeEach(async () => {
  vm = await QuickJS.create({ wasm: WASM });
  written = '';
});

const globals = (): string[] => {
  const names: unknown = vm.dump(vm.evalCode('Object.getOwnPropertyNames(globalThis)'));
  return Array.isArray(names) ? names.map(String) : [];
};

function install(): JSValueHandle {
  const lend = (name: string, lent: (...args: JSValueHandle[]) => void): JSValueHandle =>
    vm.newFunction(name, (...args) => {
      lent(...args);
      return vm.undefined;
    });
  return vm.callFunction(
    vm.evalCode(SCRIPT, '<prelude>'),
    vm.undefined,
    lend('write', (_, text) => {
      written += text?.toString();
    }),
    ...['ask', 'deny', 'complete', 'fail'].map((name) => lend(name, () => {})),
  );
}

describe('the prelude as a script', () => {
  test('has a function for its value, and leaves no name of its own behind', () => {
    const before = globals();
    expect(before).toContain('globalThis');
    expect(vm.evalCode(SCRIPT, '<prelude>').typeof).toBe('function');
    expect(globals()).toEqual(before);
  });

  test('installed, gives these globals and takes those', () => {
    const before = globals();
    install();
    const after = globals();
    expect(after.filter((name) => !before.includes(name)).sort()).toEqual([
      'clearImmediate',
      'clearInterval',
      'clearTimeout',
      'console',
      'listFiles',
      'print',
      'query',
      'readSpan',
      'search',
      'setImmediate',
      'setInterval',
      'setTimeout',
    ]);
    expect(before.filter((name) => !after.includes(name)).sort()).toEqual(['SharedArrayBuffer']);
  });

  test('gives functions that are called what the program calls them', () => {
    install();
    vm.evalCode(
      'print([print, readSpan, setTimeout, clearTimeout, console.log, console.info, Function, eval].map((f) => f.name).join())',
    );
    expect(written).toBe('print,readSpan,setTimeout,clearTimeout,log,info,Function,eval\n');
  });

  test('walks no list by what the program may have replaced', () => {
    install();
    vm.evalCode(
      'const map = new Map([[1, 2]]); Array.prototype[Symbol.iterator] = Array.prototype.push = Array.prototype.join = null;' +
        'Function.prototype.call = Function.prototype.bind = Reflect.apply = null;' +
        'console.log("%s", 1, [2]); console.assert(false, "no"); console.table([[3]]); print(map, { a: { b: [] } })',
    );
    expect(written.split('\n')).toEqual([
      '1 [ 2 ]',
      'Assertion failed: no',
      '┌─────────┬───┐',
      '│ (index) │ 0 │',
      '├─────────┼───┤',
      '│ 0       │ 3 │',
      '└─────────┴───┘',
      'Map(1) { 1 => 2 } { a: { b: [] } }',
      '',
    ]);
  });

  test('shows a program’s callbacks nothing of its own', () => {
    const tools = install();
    vm.evalCode('"use strict"; setTimeout(function (...values) { print(this, values) }, 1, 2)');
    vm.callFunction(tools.getProp('runTimer'), vm.undefined);
    expect(written).toBe('undefined [ 2 ]\n');
  });
});
