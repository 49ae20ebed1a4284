/**
 * Whether a process can be started at all. Node answers a lack of descriptors (EMFILE, ENFILE) with a child that has no
 * `stdio`, and never closes those that it had opened for it by then. Each attempt would keep some of the last ones for
 * good, and what was a busy minute would become a gateway that starts nothing any more.
 */
import { closeSync, openSync } from 'node:fs';

/** Both ends, and the copy that the child makes of its own. */
const PER_PIPE = 3;
/** What Node needs beside: two to hear of a failure, the child's empty files in place of ignored ones, and some to spare. */
const BESIDE = 8;

/**
 * @param stdio of a child; a number is a descriptor that is open, of which the child makes a copy
 * @throws where fewer descriptors are left than starting it may take
 */
export function requireDescriptorsFor(stdio: readonly ('pipe' | 'ignore' | number)[]): void {
  const pipes = stdio.filter((entry) => entry === 'pipe').length;
  const copies = stdio.filter((entry) => typeof entry === 'number').length;
  const needed = PER_PIPE * pipes + copies + BESIDE;
  const held: number[] = [];
  try {
    while (held.length < needed) held.push(openSync('/dev/null', 'r'));
  } catch (cause) {
    throw new TooFewDescriptorsError({ cause });
  } finally {
    for (const fd of held) closeSync(fd);
  }
}

export class TooFewDescriptorsError extends Error {
  override readonly name = 'TooFewDescriptorsError';

  constructor(options?: ErrorOptions) {
    super('too few descriptors are left to start a sandbox worker: raise the limit of open files', options);
  }
}
