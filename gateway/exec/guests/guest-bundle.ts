import { join } from 'node:path';

/** The executables that run inside a jail, each a bundle of its own: of our code, what a guest can read is that one file. */
export type GuestBundleName = 'rlm-exec-python' | 'rlm-exec-javascript';
/** Scripts that a guest evaluates in its interpreter: no code of the guest's own. */
export type GuestScriptName = 'rlm-exec-prelude';

/** From this file's folder among the sources to where the build puts bundles. */
const DIST = '../../../dist';

/** Where a guest's bundle lies: beside the gateway's own, or in `dist` of a gateway that runs from its sources. */
export const guestBundle = (name: GuestBundleName): string => built(`${name}.mjs`);

/** Where a script for its interpreter does; a guest must be let read it. */
export const guestScript = (name: GuestScriptName): string => built(`${name}.js`);

function built(file: string): string {
  const isSource = import.meta.filename.endsWith('.ts');
  return join(import.meta.dirname, isSource ? DIST : '.', file);
}
