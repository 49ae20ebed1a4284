import { posix } from 'node:path';
import { BRIDGE_SETTINGS_PATH, CANARY_PATH, MANIFEST_PATH } from '../workspace/workspace-files.ts';
import { MAX_CONFIG_BYTES, MAX_DOCUMENT_BYTES, MAX_TEXT_BYTES } from './scan-limits.ts';

/** What a file must be, going by its path, to belong in a thin workspace. */
export type Allowance =
  | { readonly kind: 'text'; readonly maxBytes: number }
  | { readonly kind: 'config'; readonly maxBytes: number }
  /** Begins with one of these bytes (hex), as its format demands: an archive renamed to `.png` does not. */
  | { readonly kind: 'document'; readonly maxBytes: number; readonly starts: readonly string[] };

const CONFIG: Allowance = { kind: 'config', maxBytes: MAX_CONFIG_BYTES };
const TEXT: Allowance = { kind: 'text', maxBytes: MAX_TEXT_BYTES };
const document = (...starts: readonly string[]): Allowance => ({
  kind: 'document',
  maxBytes: MAX_DOCUMENT_BYTES,
  starts,
});

/** By whole path. */
const BY_PATH: ReadonlyMap<string, Allowance> = new Map([
  ...[BRIDGE_SETTINGS_PATH, MANIFEST_PATH, CANARY_PATH, '.gitignore'].map((path) => [path, CONFIG] as const),
  ...['.cursor/mcp.json', '.vscode/mcp.json', '.mcp.json', '.junie/mcp/mcp.json'].map(
    (path) => [path, CONFIG] as const,
  ),
  ...['.vscode/settings.json', '.claude/settings.json', '.cursor/cli.json'].map(
    (path) => [path, CONFIG] as const,
  ),
]);

/** By file type. Whatever is not in this table is reported: the list says what may be here, not what may not. */
const BY_EXTENSION: ReadonlyMap<string, Allowance> = new Map([
  ['.md', TEXT],
  ['.mdc', TEXT],
  ['.txt', TEXT],
  ['.pdf', document('255044462d')],
  ['.png', document('89504e470d0a1a0a')],
  ['.jpg', document('ffd8ff')],
  ['.jpeg', document('ffd8ff')],
  ['.gif', document('474946383761', '474946383961')],
]);

/**
 * @param path in the workspace, `/`-separated
 * @returns null where nothing of that name belongs in a thin workspace
 */
export const allowanceOf = (path: string): Allowance | null =>
  BY_PATH.get(path) ?? BY_EXTENSION.get(posix.extname(path).toLowerCase()) ?? null;
