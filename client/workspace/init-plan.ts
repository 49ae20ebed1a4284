import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import type { McpEntry, Scope } from '../hosts/ide-host.ts';
import { launchEntry, PATH_COMMAND } from '../hosts/ide-host.ts';
import type { BridgeProgram } from '../probe/bridge-program.ts';
import type { ChosenIdes } from './choose-ides.ts';
import { type EntryPlan, planEntry } from './plan-entry.ts';
import { type PlannedFile, planFiles } from './plan-files.ts';
import type { WorkspaceFacts } from './workspace-files.ts';
import type { WorkspaceFolder } from './workspace-folder.ts';

/** Everything `init` would do, before it does any of it. */
export interface InitPlan {
  readonly folder: WorkspaceFolder;
  readonly facts: WorkspaceFacts;
  readonly files: readonly PlannedFile[];
  readonly entries: readonly EntryPlan[];
  /** To be pasted into an IDE that is not in the table; null where that was not asked for. */
  readonly genericEntry: McpEntry | null;
}

export interface InitRequest {
  readonly folder: WorkspaceFolder;
  readonly facts: WorkspaceFacts;
  readonly ides: ChosenIdes;
  readonly scope: Scope;
  readonly mayReplace: boolean;
  readonly bridge: BridgeProgram;
  readonly host: HostEnvironment;
}

export async function planInit(request: InitRequest): Promise<InitPlan> {
  const { folder, facts, ides, scope, mayReplace, bridge, host } = request;
  const launch = { ...bridge, workspaceDir: folder.dir };
  const entries: EntryPlan[] = [];
  for (const ide of ides.hosts) {
    entries.push(await planEntry({ ide, scope, folder, launch, host, mayReplace }));
  }
  const generic = scope === 'user' ? launchEntry(launch) : { command: PATH_COMMAND, args: [] };
  const files = await planFiles(folder, facts);
  return { folder, facts, files, entries, genericEntry: ides.isGeneric ? generic : null };
}

/** Whether anything would be written. */
export const changesAnything = ({ files, entries }: InitPlan): boolean =>
  [...files, ...entries].some(({ action }) => action === 'create' || action === 'update');
