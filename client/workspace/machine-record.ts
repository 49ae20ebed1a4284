import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readBoundedFile } from '../../shared/local/bounded-file.ts';
import { configFolder, type HostEnvironment } from '../../shared/local/config-folders.ts';
import { sha256 } from './manifest.ts';
import { removeIfEmpty } from './workspace-folder.ts';
import { writeAtomically } from './write-atomically.ts';

/**
 * What `init` changed outside the workspace, or in an IDE's file: kept in the user's configuration folder, since
 * it holds this machine's paths, and since a workspace's own file may come from a stranger.
 */
const EntryChange = z.object({
  ide: z.string(),
  file: z.string(),
  /** SHA-256 of the file as we left it. */
  after: z.string(),
  /** Absolute path of a copy of the file as we found it; null: there was none. */
  backup: z.string().nullable(),
  had_container: z.boolean(),
  /** Whether the file's folder was ours too. */
  made_folder: z.boolean(),
});
export type EntryChange = Readonly<z.infer<typeof EntryChange>>;

const Shape = z.object({
  version: z.literal(1),
  workspace: z.string(),
  made_folder: z.boolean(),
  entries: z.array(EntryChange),
});
export type MachineRecord = Readonly<z.infer<typeof Shape>>;

const MAX_RECORD_BYTES = 262_144;

export const newRecord = (workspace: string, madeFolder: boolean): MachineRecord => ({
  version: 1,
  workspace,
  made_folder: madeFolder,
  entries: [],
});

/** @returns null where there is none, or none that is understood */
export async function readRecord(host: HostEnvironment, workspace: string): Promise<MachineRecord | null> {
  const read = await readBoundedFile(recordFile(host, workspace), MAX_RECORD_BYTES);
  if (read.kind !== 'read') return null;
  try {
    const parsed = Shape.safeParse(JSON.parse(read.text));
    return parsed.success && parsed.data.workspace === workspace ? parsed.data : null;
  } catch {
    return null;
  }
}

export async function writeRecord(host: HostEnvironment, record: MachineRecord): Promise<void> {
  await mkdir(join(configFolder(host), 'workspaces'), { recursive: true, mode: 0o700 });
  const path = recordFile(host, record.workspace);
  await writeAtomically({ path, content: `${JSON.stringify(record, null, 2)}\n`, mode: 0o600 });
}

/** Takes the record away, and what folders of ours are empty then. */
export async function dropRecord(host: HostEnvironment, workspace: string): Promise<void> {
  await rm(recordFile(host, workspace), { force: true });
  for (const name of ['workspaces', 'backups']) await removeIfEmpty(join(configFolder(host), name));
  await removeIfEmpty(configFolder(host));
}

/** Puts a copy of a file's bytes beside our settings. Same bytes, same copy. */
export async function keepBackup(host: HostEnvironment, bytes: Uint8Array): Promise<string> {
  const folder = join(configFolder(host), 'backups');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${sha256(bytes).slice(0, 32)}.backup`);
  await writeAtomically({ path, content: bytes, mode: 0o600 });
  return path;
}

const recordFile = (host: HostEnvironment, workspace: string): string =>
  join(configFolder(host), 'workspaces', `${sha256(workspace).slice(0, 32)}.json`);
