import { dirname, join, resolve } from 'node:path';
import { RlmError } from '../errors/rlm-error.ts';
import { isFingerprint } from '../keys/ed25519.ts';
import { readBoundedFile } from './bounded-file.ts';
import { parseGatewayOrigin } from './gateway-origin.ts';
import { MAX_SETTINGS_FILE_BYTES, SettingsObject } from './json-settings.ts';

/**
 * A thin workspace's `.rlm/bridge.json`. It is NOT trusted: whatever it may set, a cloned repository may set. So
 * it names a gateway, which the user must have logged in to, a pin, which must agree with the user's own, and a
 * repository; a field that names a command, a file, a CA or a proxy is refused, as is any other.
 */
export interface WorkspaceFile {
  readonly version: 1;
  /** `https://host[:port]` */
  readonly gateway: string;
  /** `SHA256:…` */
  readonly gateway_key?: string;
  readonly repo?: string;
}

export const WORKSPACE_FILE = join('.rlm', 'bridge.json');

/** A repository's name on a gateway: it travels in a header. */
const REPO_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const isRepoName = (text: string): boolean => REPO_NAME.test(text);

/** Folders looked at on the way up; no real tree is deeper. */
const MAX_LEVELS = 64;

/** Looks in `start` and the folders above it. @returns the file's path, or `null` */
export async function findWorkspaceFile(start: string): Promise<string | null> {
  let folder = resolve(start);
  for (let level = 0; level < MAX_LEVELS; level++) {
    const file = join(folder, WORKSPACE_FILE);
    const read = await readBoundedFile(file, MAX_SETTINGS_FILE_BYTES);
    // One that is there but cannot be read is found too: reading it will say what is wrong.
    if (read.kind !== 'missing') return file;
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
  return null;
}

/**
 * @returns `null` where there is no such file
 * @throws `SETTINGS_INVALID` naming the file and the field
 */
export async function readWorkspaceFile(file: string): Promise<WorkspaceFile | null> {
  const read = await readBoundedFile(file, MAX_SETTINGS_FILE_BYTES);
  switch (read.kind) {
    case 'missing':
      return null;
    case 'read':
      return parseWorkspaceFile(file, read.text);
    case 'too-large':
    case 'not-a-file':
    case 'refused':
      throw new RlmError(
        'SETTINGS_INVALID',
        `${file} cannot be read as a small regular file (${read.kind}). Run: rlm-workspace init`,
      );
  }
}

export function parseWorkspaceFile(file: string, text: string): WorkspaceFile {
  const root = SettingsObject.parse(file, text);
  root.allowOnly('version', 'gateway', 'gateway_key', 'repo');
  root.requireVersion(1);
  const gateway = parseGatewayOrigin(root.requireText('gateway'), root.where('gateway'));
  const pin = root.text('gateway_key');
  if (pin !== undefined && !isFingerprint(pin)) {
    throw root.invalid('must be a fingerprint of the form SHA256:…', 'gateway_key');
  }
  const repo = root.text('repo');
  if (repo !== undefined && !isRepoName(repo)) {
    throw root.invalid('must be a name of letters, digits, dot, dash, underscore', 'repo');
  }
  return {
    version: 1,
    gateway,
    ...(pin !== undefined && { gateway_key: pin }),
    ...(repo !== undefined && { repo }),
  };
}
