import { RlmError } from '../../shared/errors/rlm-error.ts';
import { claudeCode } from './claude-code.ts';
import { cursor } from './cursor.ts';
import type { IdeHost } from './ide-host.ts';
import { vscode } from './vscode.ts';

/** The IDEs whose files we can write. A new one is a file beside these and a line here. */
export const IDE_HOSTS: readonly IdeHost[] = [cursor, vscode, claudeCode];

/** For every other IDE: the entry is printed, to be pasted. */
export const GENERIC = 'generic';
const ALL = 'all';

/** Everything `--ide` may name. */
export const IDE_NAMES: readonly string[] = [...IDE_HOSTS.map(({ id }) => id), GENERIC, ALL];

export interface ChosenHosts {
  readonly hosts: readonly IdeHost[];
  /** Whether the entry is printed for an IDE that is not in the table. */
  readonly isGeneric: boolean;
}

/**
 * @param text names with commas between
 * @throws `USAGE` naming the first that is unknown
 */
export function chosenHosts(text: string): ChosenHosts {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  const unknown = names.find((name) => !IDE_NAMES.includes(name));
  if (unknown !== undefined) {
    const fields = { next: `Known are: ${IDE_NAMES.join(', ')}. For any other IDE: --ide ${GENERIC}` };
    throw new RlmError('USAGE', `--ide knows no “${unknown}”.`, { fields });
  }
  const hosts = IDE_HOSTS.filter(({ id }) => names.includes(id) || names.includes(ALL));
  return { hosts, isGeneric: names.includes(GENERIC) };
}
