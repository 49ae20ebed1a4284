import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Of the platforms that Monty's worker is built for, those whose package is pinned here. */
const PACKAGES: Readonly<Record<string, string>> = { 'linux-x64': '@pydantic/monty-linux-x64-gnu' };

/** Where the worker's executable lies, or `null` where this system has none: it is an optional dependency. */
export function montyExecutable(): string | null {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) return null;
  try {
    const file = fileURLToPath(import.meta.resolve(`${name}/monty`));
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    return null;
  }
}
