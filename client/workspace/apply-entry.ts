import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import { isMissing } from './is-missing.ts';
import { type EntryChange, keepBackup, type MachineRecord, writeRecord } from './machine-record.ts';
import { sha256 } from './manifest.ts';
import type { EntryPlan } from './plan-entry.ts';
import { writeAtomically } from './write-atomically.ts';

/**
 * Writes an entry as planned: a backup first, then the record of how to undo it, then the file, which must still
 * be what the plan was made from.
 *
 * @returns the record, with this change in it
 */
export async function applyEntry(
  host: HostEnvironment,
  plan: EntryPlan,
  record: MachineRecord,
): Promise<MachineRecord> {
  if (plan.action !== 'create' && plan.action !== 'update') return record;
  const { target, bytes, mode } = plan.before;
  const folder = dirname(target);
  const madeFolder = !(await isThere(folder));
  const earlier = record.entries.find(({ file }) => file === plan.file);
  // Nobody touched the file since our last change: what is to be brought back is what was there before that.
  const isOursStill = earlier !== undefined && bytes !== null && earlier.after === sha256(bytes);
  const undo: Pick<EntryChange, 'backup' | 'had_container' | 'made_folder'> = isOursStill
    ? earlier
    : {
        backup: bytes === null ? null : await keepBackup(host, bytes),
        had_container: plan.hadContainer,
        made_folder: madeFolder,
      };
  const change: EntryChange = {
    ide: plan.ide.id,
    file: plan.file,
    after: sha256(plan.after),
    backup: undo.backup,
    had_container: undo.had_container,
    made_folder: undo.made_folder,
  };
  const next = { ...record, entries: [...record.entries.filter(({ file }) => file !== plan.file), change] };
  await writeRecord(host, next);
  await makeFolder(folder);
  await writeAtomically({ path: target, content: plan.after, mode, expected: bytes });
  return next;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new RlmError('FAILED', `Could not make the folder ${folder}.`, { cause });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
