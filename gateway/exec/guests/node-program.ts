/**
 * How a guest is run on Node: with everything off that Node lets one switch off and that costs a guest nothing.
 *
 * None of it is a wall. Node's documentation calls its permission model a seat belt, and code that got hold of the
 * guest's native heap is past all of it; the jail holds then. But most escapes from an interpreter in WebAssembly arrive as
 * JavaScript first, and there each line below is one step more.
 *
 * Left out on purpose: `--frozen-intrinsics` (half as long again to start, and Pyodide patches what it freezes),
 * `--jitless` (no WebAssembly), `--disable-wasm-trap-handler` (a bounds check at every access of memory).
 */
import { realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { JailedProgram } from '../jail/jail.ts';

const FLAGS: readonly string[] = [
  // No file but those named, no child process, no worker thread, no addon, no inspector, no WASI, no `process.binding`.
  // On Node 24 it leaves the network open, which is the jail's to close.
  '--permission',
  // `Function` and `eval`: how a program that reached a constructor of the host's goes on from there.
  '--disallow-code-generation-from-strings',
  '--no-addons',
  // A way to the prototypes that needs no function.
  '--disable-proto=throw',
  // A signal that would open a debugger.
  '--disable-sigusr1',
  // Where `require` looks beside the guest's own folder.
  '--no-global-search-paths',
  // Two libraries of much native code that no guest has a use for.
  '--no-experimental-websocket',
  '--no-experimental-sqlite',
  // One thread to compile WebAssembly instead of four, each with a heap and a stack of its own.
  '--v8-pool-size=1',
  // A guest's stderr is nobody's to read.
  '--no-warnings',
];

/**
 * A guest, ready for a jail but for its descriptors.
 *
 * @param guest `script` and `readable` absolute; `readable` holds what the script imports and opens, folders with all
 *   that is in them. `flags` come last, so that a guest may overrule a number above.
 * @throws where a file is not there, or a path has a `*` at its end, which to Node means every path that begins so
 */
export function nodeGuestProgram(guest: {
  readonly script: string;
  readonly readable: readonly string[];
  readonly flags?: readonly string[];
}): Omit<JailedProgram, 'stdio'> {
  // Node opens its script by its real path, and would have to be let into every folder above to find that out itself.
  const script = realpathSync(guest.script);
  const readable = [...new Set([script, ...guest.readable.flatMap((path) => [path, realpathSync(path)])])];
  const unfit = readable.find((path) => !isAbsolute(path) || /[*/]$/.test(path));
  if (unfit !== undefined) throw new TypeError(`not a path that a guest can be given: ${unfit}`);
  return {
    executable: process.execPath,
    args: [...FLAGS, ...readable.map((path) => `--allow-fs-read=${path}`), ...(guest.flags ?? []), script],
    readable,
    env: {},
  };
}
