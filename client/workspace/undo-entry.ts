import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findEntry, removeEntry } from '../hosts/edit-entry.ts';
import type { IdeHost } from '../hosts/ide-host.ts';
import type { EntryChange } from './machine-record.ts';
import { sha256 } from './manifest.ts';
import { servesWorkspace } from './plan-entry.ts';
import { readSettingsFile } from './settings-file.ts';
import { removeIfEmpty } from './workspace-folder.ts';
import { writeAtomically } from './write-atomically.ts';

/** `kept`: an entry of our name is there, but it is not the one that `init` wrote; `reason` says what is in the way. */
export type Undone =
  | { readonly action: 'absent' }
  | { readonly action: 'removed' | 'restored' }
  | { readonly action: 'kept'; readonly reason: string };

/**
 * Takes our entry out of one IDE's file. A file that nobody has touched since becomes, byte for byte, what it was
 * before `init`; from another only our entry is cut out.
 *
 * @param change what `init` recorded of this file; undefined for a workspace that came from elsewhere
 */
export async function undoEntry(
  ide: IdeHost,
  file: string,
  workspaceDir: string,
  change: EntryChange | undefined,
): Promise<Undone> {
  const { target, bytes, text, mode } = await readSettingsFile(file);
  if (bytes === null || text === null) return { action: 'absent' };
  const present = findEntry(text, ide.entryPath);
  if (present === undefined) return { action: 'absent' };
  if (!servesWorkspace(present, ide, workspaceDir))
    return { action: 'kept', reason: 'serves something else' };
  if (change !== undefined && change.after === sha256(bytes)) {
    const original = change.backup === null ? null : await readFile(change.backup).catch(() => undefined);
    if (original !== undefined) {
      if (original === null) await removeFile(target, change.made_folder);
      else await writeAtomically({ path: target, content: original, mode, expected: bytes });
      return { action: 'restored' };
    }
  }
  const edit = removeEntry(text, ide.entryPath, change?.had_container === false);
  if (edit.kind === 'refused') return { action: 'kept', reason: edit.reason };
  if (edit.kind === 'changed') {
    await writeAtomically({ path: target, content: edit.text, mode, expected: bytes });
  }
  return { action: 'removed' };
}

async function removeFile(path: string, dropsFolder: boolean): Promise<void> {
  await rm(path, { force: true });
  if (dropsFolder) await removeIfEmpty(dirname(path));
}
