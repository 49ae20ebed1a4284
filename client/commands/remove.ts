import { realpath, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { escapeControl } from '../../shared/terminal/escape-control.ts';
import { print, printJson, say } from '../../shared/terminal/streams.ts';
import { IDE_HOSTS } from '../hosts/hosts.ts';
import { SCOPES } from '../hosts/ide-host.ts';
import { dropRecord, type MachineRecord, readRecord } from '../workspace/machine-record.ts';
import { sha256 } from '../workspace/manifest.ts';
import { settingsPath } from '../workspace/plan-entry.ts';
import { readManifest } from '../workspace/plan-files.ts';
import { type Undone, undoEntry } from '../workspace/undo-entry.ts';
import { MANIFEST_PATH } from '../workspace/workspace-files.ts';
import { WorkspaceFolder } from '../workspace/workspace-folder.ts';
import type { CommandContext } from './command-context.ts';

export interface RemoveOptions {
  readonly dir?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What became of one file. `kept`: it was changed since, so it is the user's now. */
interface Outcome {
  readonly file: string;
  readonly action: 'removed' | 'restored' | 'kept';
  readonly reason?: string;
}

/** Undoes `init`: our entry in each IDE's file, and the files in the workspace that are still as it wrote them. */
export async function remove(context: CommandContext, options: RemoveOptions): Promise<void> {
  const { terminal, host } = context;
  const named = resolve(host.cwd, options.dir ?? '.');
  const folder = new WorkspaceFolder(await realpath(named).catch(() => named));
  const record = await readRecord(host, folder.dir);
  const outcomes = [...(await undoEntries(context, folder, record)), ...(await removeFiles(folder))];
  if (record !== null) {
    for (const { backup } of record.entries) {
      if (backup !== null) await rm(backup, { force: true });
    }
    if (record.made_folder) await folder.removeIfEmpty();
    await dropRecord(host, folder.dir);
  } else if (outcomes.length === 0) {
    const fields = { next: 'Name the folder: rlm-workspace remove DIR' };
    throw new RlmError('USAGE', `${folder.dir} is not a thin workspace of ours.`, { fields });
  }
  if (options.json === true) printJson(terminal, { workspace: folder.dir, files: outcomes });
  else for (const outcome of outcomes) print(terminal, lineOf(outcome));
  const kept = outcomes.filter(({ action }) => action === 'kept');
  if (kept.length > 0) say(terminal, `${kept.length} left alone, since they were changed after init.`);
}

async function undoEntries(
  { host }: CommandContext,
  folder: WorkspaceFolder,
  record: MachineRecord | null,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const ide of IDE_HOSTS) {
    for (const scope of SCOPES) {
      const file = settingsPath({ ide, scope, folder, host });
      // In the workspace no link is followed; the read refuses one.
      if (scope === 'project') await folder.read(ide.projectFile);
      const change = record?.entries.find((entry) => entry.file === file);
      const undone = await undoEntry(ide, file, folder.dir, change);
      // Another workspace's entry in the user's file is no business of ours, unless we once wrote there.
      const isReported = undone.action !== 'kept' || change !== undefined || scope === 'project';
      if (undone.action !== 'absent' && isReported) outcomes.push(outcomeOf(file, undone));
    }
  }
  return outcomes;
}

const outcomeOf = (file: string, undone: Exclude<Undone, { action: 'absent' }>): Outcome => ({
  file,
  ...undone,
});

async function removeFiles(folder: WorkspaceFolder): Promise<readonly Outcome[]> {
  const manifest = await readManifest(folder);
  const outcomes: Outcome[] = [];
  for (const [path, hash] of Object.entries(manifest.files)) {
    const present = await folder.read(path);
    if (present === null) continue;
    if (sha256(present) === hash) {
      await folder.remove(path);
      outcomes.push({ file: path, action: 'removed' });
    } else {
      outcomes.push({ file: path, action: 'kept', reason: 'was changed' });
    }
  }
  if ((await folder.read(MANIFEST_PATH)) !== null && Object.keys(manifest.files).length > 0) {
    await folder.remove(MANIFEST_PATH);
    outcomes.push({ file: MANIFEST_PATH, action: 'removed' });
  }
  return outcomes;
}

const lineOf = ({ file, action, reason }: Outcome): string =>
  `${action.padEnd(8)}  ${escapeControl(file)}${reason === undefined ? '' : ` (${reason})`}`;
