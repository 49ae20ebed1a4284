import { EvalFlags, type QuickJS } from 'quickjs-wasi';

const PROGRAM =
  'await (async () => { const o = { a: [1, "b"].map((x) => String(x)), m: new Map([[1, 2]]) }; return JSON.stringify(o) + /a+/g.test("aa"); })()';

/** Has V8 compile what every program needs of the interpreter, before one waits for it. */
export function warmUp(vm: QuickJS): void {
  const value = vm.evalCode(PROGRAM, '<warm-up>', EvalFlags.ASYNC);
  vm.executePendingJobs();
  value.dispose();
}
