import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MAX_EXEC_MEMORY_MB } from '../../../shared/limits.ts';
import type { Engine } from '../engine.ts';
import { guestBundle, guestScript } from '../guests/guest-bundle.ts';
import { startGuest } from '../guests/guest-process.ts';
import { nodeGuestProgram } from '../guests/node-program.ts';

/** What most runs ask for: the kernel's limit then need not be changed before they start. */
const IDLE_MEMORY_BYTES = MAX_EXEC_MEMORY_MB * 1024 * 1024;

/** Kibibytes of the host's stack: the interpreter counts its own, which takes some ten times as much of the host's. */
const STACK_KIB = 3_900;

/**
 * V8's quick compiler of WebAssembly alone. A worker lives for one program: optimising the interpreter costs each start
 * a third of its processor time (50 ms instead of 70), which is what sustained runs are bounded by, and makes a program that
 * computes for a quarter of a second a sixth faster.
 */
const QUICK_COMPILER = '--liftoff-only';

/** JavaScript in QuickJS, in WebAssembly, in a Node of its own. */
export function quickjsEngine(): Engine {
  const interpreter = realpathSync(fileURLToPath(import.meta.resolve('quickjs-wasi/quickjs.wasm')));
  const prelude = realpathSync(guestScript('rlm-exec-prelude'));
  const program = nodeGuestProgram({
    script: guestBundle('rlm-exec-javascript'),
    readable: [interpreter, prelude],
    flags: [`--stack-size=${STACK_KIB}`, QUICK_COMPILER],
  });
  const guest = { ...program, args: [...program.args, interpreter, prelude] };
  return { name: 'quickjs', start: (jail) => startGuest(jail, guest, IDLE_MEMORY_BYTES) };
}
