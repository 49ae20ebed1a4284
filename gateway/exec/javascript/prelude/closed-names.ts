import type { PreludeHost } from './border.ts';
import { errorFrames } from './errors/error-frames.ts';
import { giveGlobal } from './globals.ts';
import { defineProperty, deleteProperty, getPrototypeOf, OwnError } from './primordials.ts';

/** What text becomes a function by. Their constructors are the only ways to them: only the first is a global, too. */
const FUNCTIONS: readonly (readonly [name: string, sample: object])[] = [
  ['Function', () => {}],
  ['AsyncFunction', async () => {}],
  ['GeneratorFunction', function* () {}],
  ['AsyncGeneratorFunction', async function* () {}],
];

/** Shared memory and its waits: one thread has no use for them, and a wait ignores every deadline. */
const USELESS = ['SharedArrayBuffer', 'Atomics', 'WebAssembly'];

/** Takes away what turns text into code: whoever calls what stands there now has tried to. */
export function closeWaysToCode(deny: PreludeHost['deny']): void {
  for (const [name, sample] of FUNCTIONS) {
    // A function's, so there is one.
    const prototype = getPrototypeOf(sample) as object;
    const trap = trapOf(name, deny);
    defineProperty(trap, 'prototype', { value: prototype, writable: false });
    defineProperty(prototype, 'constructor', { value: trap, writable: false, configurable: false });
    if (name === 'Function') giveGlobal(name, trap);
  }
  giveGlobal('eval', trapOf('eval', deny));
  for (const name of USELESS) deleteProperty(globalThis, name);
}

function trapOf(name: string, deny: PreludeHost['deny']): () => never {
  // No arrow: it must let itself be constructed, too.
  function refuse(): never {
    const message = `${name}() turns text into code, which the sandbox does not allow: write the code itself.`;
    deny(message, errorFrames(new OwnError()).line);
    throw new OwnError(message);
  }
  defineProperty(refuse, 'name', { value: name, configurable: true });
  return refuse;
}
