import { isDeepStrictEqual } from 'node:util';
import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import { findEntry, hasContainer, setEntry } from '../hosts/edit-entry.ts';
import type { IdeHost, Launch, McpEntry, Scope } from '../hosts/ide-host.ts';
import { readSettingsFile, type SettingsFile } from './settings-file.ts';
import type { WorkspaceFolder } from './workspace-folder.ts';

/**
 * What `init` would do to one IDE's file.
 *
 * - `taken`: an entry of our name is there that starts something else, or serves another workspace
 * - `refused`: the file is not understood; `reason` completes “the file …”
 */
export type EntryPlan = {
  readonly ide: IdeHost;
  readonly scope: Scope;
  /** As the IDE knows it. */
  readonly file: string;
  readonly entry: McpEntry;
} & (
  | { readonly action: 'unchanged' }
  | {
      readonly action: 'create' | 'update';
      readonly before: SettingsFile;
      readonly after: string;
      /** Whether the object that holds all servers was there already. */
      readonly hadContainer: boolean;
    }
  | { readonly action: 'taken' | 'refused'; readonly reason: string }
);

export interface EntryRequest {
  readonly ide: IdeHost;
  readonly scope: Scope;
  readonly folder: WorkspaceFolder;
  readonly launch: Launch;
  readonly host: HostEnvironment;
  /** Whether an entry of our name that serves something else may be replaced. */
  readonly mayReplace: boolean;
}

export async function planEntry(request: EntryRequest): Promise<EntryPlan> {
  const { ide, scope, folder, launch, mayReplace } = request;
  const file = settingsPath(request);
  const entry = scope === 'user' ? ide.userEntry(launch) : ide.projectEntry();
  const facts = { ide, scope, file, entry };
  // In the workspace no link is followed; the read refuses one.
  if (scope === 'project') await folder.read(ide.projectFile);
  const before = await readSettingsFile(file);
  if (before.text === null) return { ...facts, action: 'refused', reason: 'is not UTF-8' };
  const edit = setEntry(before.text, ide.entryPath, entry);
  switch (edit.kind) {
    case 'unchanged':
      return { ...facts, action: 'unchanged' };
    case 'refused':
      return { ...facts, action: 'refused', reason: edit.reason };
    case 'changed': {
      const present = findEntry(before.text, ide.entryPath);
      if (present !== undefined && !mayReplace && !servesWorkspace(present, ide, launch.workspaceDir)) {
        return { ...facts, action: 'taken', reason: `has another entry “${ide.entryPath[1]}” already` };
      }
      const action = present === undefined ? 'create' : 'update';
      const hadContainer = hasContainer(before.text, ide.entryPath);
      return { ...facts, action, before, after: edit.text, hadContainer };
    }
  }
}

export const settingsPath = ({
  ide,
  scope,
  folder,
  host,
}: Omit<EntryRequest, 'launch' | 'mayReplace'>): string =>
  scope === 'user' ? ide.userFile(host) : folder.pathOf(ide.projectFile);

/** Whether an entry is one that `init` wrote for this workspace, perhaps with the paths of an older installation. */
export function servesWorkspace(entry: unknown, ide: IdeHost, workspaceDir: string): boolean {
  if (isDeepStrictEqual(entry, JSON.parse(JSON.stringify(ide.projectEntry())))) return true;
  if (typeof entry !== 'object' || entry === null || !('args' in entry)) return false;
  const { args } = entry;
  return (
    Array.isArray(args) &&
    args[args.indexOf('--workspace') + 1] === workspaceDir &&
    args.includes('--workspace')
  );
}
