import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Repository to serve instead of the sample. */
  readonly repo: string | undefined;
  /** Leave everything running at the end, until Ctrl-C. */
  readonly isKept: boolean;
}

export const USAGE = `npm run demo [-- OPTIONS]
  --repo PATH   serve this repository (read-only) instead of a sample
  --keep        leave it running at the end, and say how to connect an IDE`;

/** @throws `TypeError` on an option that does not exist */
export function parseOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { repo: { type: 'string' }, keep: { type: 'boolean', default: false } },
  });
  return { repo: values.repo === undefined ? undefined : resolve(values.repo), isKept: values.keep };
}
