import { EMPTY_MANIFEST, formatManifest, type Manifest, parseManifest, sha256 } from './manifest.ts';
import {
  BRIDGE_SETTINGS_PATH,
  CANARY_PATH,
  MANIFEST_PATH,
  type WorkspaceFacts,
  workspaceFiles,
} from './workspace-files.ts';
import type { WorkspaceFolder } from './workspace-folder.ts';

/** `kept`: something of the user's own stands there, and stays. */
export type FileAction = 'create' | 'update' | 'unchanged' | 'kept';

export interface PlannedFile {
  /** In the workspace. */
  readonly path: string;
  readonly action: FileAction;
  /** What is there now. */
  readonly before: string | null;
  readonly after: string;
}

/** What `init` would write into the workspace, the manifest last. Writes nothing. */
export async function planFiles(
  folder: WorkspaceFolder,
  facts: WorkspaceFacts,
): Promise<readonly PlannedFile[]> {
  const manifest = await readManifest(folder);
  const files = workspaceFiles(facts, await folder.read(CANARY_PATH));
  const planned: PlannedFile[] = [];
  for (const [path, after] of files) {
    const before = await folder.read(path);
    planned.push({ path, before, after, action: actionFor(path, before, after, manifest) });
  }
  const own = new Map(
    planned.filter(({ action }) => action !== 'kept').map(({ path, after }) => [path, after]),
  );
  const after = formatManifest(own);
  const before = await folder.read(MANIFEST_PATH);
  planned.push({ path: MANIFEST_PATH, before, after, action: changeOf(before, after) });
  return planned;
}

/** The manifest as it lies there; an empty one where it is missing or not understood. */
export async function readManifest(folder: WorkspaceFolder): Promise<Manifest> {
  return parseManifest((await folder.read(MANIFEST_PATH)) ?? '') ?? EMPTY_MANIFEST;
}

function actionFor(path: string, before: string | null, after: string, manifest: Manifest): FileAction {
  const change = changeOf(before, after);
  if (change !== 'update' || before === null) return change;
  // In `.rlm/` nothing but ours can stand, and the canary has no other form.
  if (path === BRIDGE_SETTINGS_PATH) return 'update';
  const isOurs = Object.hasOwn(manifest.files, path) && manifest.files[path] === sha256(before);
  return isOurs ? 'update' : 'kept';
}

function changeOf(before: string | null, after: string): Exclude<FileAction, 'kept'> {
  if (before === null) return 'create';
  return before === after ? 'unchanged' : 'update';
}
