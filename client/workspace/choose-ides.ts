import { stat } from 'node:fs/promises';
import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import { type ChosenHosts, chosenHosts, IDE_HOSTS } from '../hosts/hosts.ts';
import type { IdeHost } from '../hosts/ide-host.ts';

export interface ChosenIdes extends ChosenHosts {
  /** Found on this machine, but not asked for. */
  readonly leftOut: readonly IdeHost[];
}

/** Those that `--ide` names; without it those that have run on this machine; failing that, the printed entry. */
export async function chooseIdes(host: HostEnvironment, flag: string | undefined): Promise<ChosenIdes> {
  const found: IdeHost[] = [];
  for (const ide of IDE_HOSTS) {
    if (await isThere(ide.footprint(host))) found.push(ide);
  }
  if (flag === undefined) return { hosts: found, isGeneric: found.length === 0, leftOut: [] };
  const chosen = chosenHosts(flag);
  return { ...chosen, leftOut: found.filter((ide) => !chosen.hosts.includes(ide)) };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
