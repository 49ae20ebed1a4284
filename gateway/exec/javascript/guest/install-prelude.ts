import type { JSValueHandle, QuickJS } from 'quickjs-wasi';
import type { PreludeHost, PreludeTools } from '../prelude/border.ts';
import { OUT_OF_MEMORY } from './program-end.ts';

/** The prelude's functions, as the guest calls them. */
export type Tools = Readonly<Record<keyof PreludeTools, (...args: JSValueHandle[]) => JSValueHandle>>;

/**
 * Evaluates the prelude and lends it the host's functions.
 * @param script whose value is an `InstallPrelude`
 */
export function installPrelude(vm: QuickJS, script: string, host: PreludeHost): Tools {
  const lend = (name: keyof PreludeHost, lent: (...args: string[]) => JSValueHandle): JSValueHandle =>
    vm.newFunction(name, (...args) => {
      try {
        return lent(...args.map((value) => value.toString()));
      } catch {
        // An error of the host's would take its stack, with our paths, along; only memory can be what was missing.
        const error = new Error(OUT_OF_MEMORY);
        error.name = 'InternalError';
        error.stack = '';
        throw error;
      }
    });
  const lendSilent = (name: keyof PreludeHost, lent: (...args: string[]) => void): JSValueHandle =>
    lend(name, (...args) => {
      lent(...args);
      return vm.undefined;
    });
  let lastReply: JSValueHandle | null = null;
  const made = vm.callFunction(
    // One script, no module: a program could import a module that the interpreter holds by its name.
    vm.evalCode(script, '<prelude>'),
    vm.undefined,
    lendSilent('write', (stream = '', text = '') =>
      host.write(stream === 'stderr' ? 'stderr' : 'stdout', text),
    ),
    lend('ask', (call = '') => {
      lastReply?.dispose();
      lastReply = vm.newString(host.ask(call));
      return lastReply;
    }),
    lendSilent('deny', (message = '', line = '') => host.deny(message, Number(line))),
    lendSilent('complete', (json = '') => host.complete(json)),
    lendSilent('fail', (facts = '') => host.fail(facts)),
  );
  const tool = (name: keyof PreludeTools): Tools[typeof name] => {
    const handle = made.getProp(name);
    return (...args) => vm.callFunction(handle, vm.undefined, ...args);
  };
  return {
    settle: tool('settle'),
    describe: tool('describe'),
    nextTimerMs: tool('nextTimerMs'),
    runTimer: tool('runTimer'),
  };
}
