/**
 * What a JavaScript program finds in its sandbox beside the language. This folder is a bundle of its own, for QuickJS and
 * not for Node: one script whose value is {@link install}, evaluated inside the interpreter before the program comes.
 *
 * It runs as guest code, under the program's own deadline and memory limit, with what it needs of the language taken
 * aside in `primordials.ts`. A program that deceives it deceives itself alone: all it holds of the host's are the functions
 * of `PreludeHost`, whose arguments the host checks.
 */
import type { InstallPrelude } from './border.ts';
import { closeWaysToCode } from './closed-names.ts';
import { consoleOf } from './console/console.ts';
import { printOf } from './console/print.ts';
import { putInPieces } from './console/put.ts';
import { errorFacts } from './errors/error-facts.ts';
import { giveGlobal } from './globals.ts';
import { hostFunction } from './host-functions.ts';
import { settle } from './result/settle.ts';
import { makeTimers } from './timers.ts';

export const install: InstallPrelude = (write, ask, deny, complete, fail) => {
  closeWaysToCode(deny);

  const put = putInPieces(write);
  giveGlobal('console', consoleOf(put));
  giveGlobal('print', printOf(put));

  giveGlobal('readSpan', hostFunction('read_span', ask));
  giveGlobal('search', hostFunction('search', ask));
  giveGlobal('query', hostFunction('query', ask));
  giveGlobal('listFiles', hostFunction('list_files', ask));

  const timers = makeTimers();
  giveGlobal('setTimeout', (run: unknown, delay?: unknown, ...values: unknown[]) =>
    timers.start(run, { delay, isRepeated: false, values }),
  );
  giveGlobal('setInterval', (run: unknown, delay?: unknown, ...values: unknown[]) =>
    timers.start(run, { delay, isRepeated: true, values }),
  );
  giveGlobal('setImmediate', (run: unknown, ...values: unknown[]) =>
    timers.start(run, { delay: 0, isRepeated: false, values }),
  );
  giveGlobal('clearTimeout', (id: unknown) => timers.stop(id));
  giveGlobal('clearInterval', (id: unknown) => timers.stop(id));
  giveGlobal('clearImmediate', (id: unknown) => timers.stop(id));

  return {
    settle: (program) => settle(program, { complete, fail }),
    describe: errorFacts,
    nextTimerMs: timers.nextMs,
    runTimer: timers.runNext,
  };
};
