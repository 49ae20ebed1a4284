/**
 * Descriptors that a child would inherit from us without being given them. Whatever Node opens closes itself when another
 * program starts; what our own parent left open does not: a shell's, a service manager's, a debugger's.
 */
import { openSync, readdirSync, readFileSync } from 'node:fs';

const DESCRIPTORS = '/proc/self/fdinfo';
const CLOSES_ON_EXEC = 0o2000000;
const LAST_STANDARD = 2;

let nothing: number | undefined;

/**
 * The stdio of a child that gets `stdio` and none of ours beside: in the place of each it finds an empty file, since
 * `spawn` can put something into a descriptor but not close one.
 * @throws where no descriptor is left for that file
 */
export function stdioWithoutOurs<Entry>(
  stdio: readonly Entry[],
  inherited: readonly number[],
): (Entry | 'ignore' | number)[] {
  const all: (Entry | 'ignore' | number)[] = [...stdio];
  for (const fd of inherited) {
    if (fd < stdio.length) continue;
    nothing ??= openSync('/dev/null', 'r');
    // Beyond the first three, `ignore` leaves a descriptor as it is.
    while (all.length < fd) all.push('ignore');
    all[fd] = nothing;
  }
  return all;
}

/**
 * Those open now; looked up once, since none are added to what our parent left.
 * @throws where it can't be looked up: one that is overlooked now would be handed to every worker from then on
 */
export function inheritedDescriptors(): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync(DESCRIPTORS)
    .map(Number)
    .filter((fd) => fd > LAST_STANDARD && !closesOnExec(fd))
    .sort((a, b) => a - b);
}

function closesOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`${DESCRIPTORS}/${fd}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSES_ON_EXEC) !== 0;
  } catch (error) {
    // Closed since the folder was read, as the folder's own descriptor is.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
}
