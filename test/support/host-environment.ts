import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostEnvironment } from '../../shared/local/config-folders.ts';

/** A machine whose home and working directory lie in a test's own folder, with an empty environment. */
export function testHost(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  own: Partial<HostEnvironment> = {},
): HostEnvironment {
  const home = join(folder, 'home');
  return {
    env,
    platform: 'linux',
    homeDir: home,
    cwd: join(folder, 'work'),
    uid: process.getuid?.(),
    ...own,
  };
}

/** Writes a file and the folders above it. */
export async function put(file: string, content: unknown, mode = 0o600): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  return file;
}
