import { defineProperty } from './primordials.ts';

/** Puts a name among the program's globals, as the language's own are: changeable, and not listed. */
export function giveGlobal(name: string, value: object): void {
  // A name of its own, whatever the bundler made of it: programs print functions.
  if (typeof value === 'function') defineProperty(value, 'name', { value: name, configurable: true });
  defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}
