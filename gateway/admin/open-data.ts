import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { type DataFolder, dataFolder } from '../serve/data-folder.ts';
import { openSqliteStore } from '../store/open-sqlite-store.ts';
import type { Store } from '../store/store.ts';
import type { AdminContext } from './admin-context.ts';

/** `--data`, else `RLM_GATEWAY_DATA`, else `rlm-gateway-data` in the working directory. */
export const dataFolderOf = (flag: string | undefined, { env, cwd }: AdminContext): DataFolder =>
  dataFolder(resolve(cwd, flag ?? env['RLM_GATEWAY_DATA'] ?? 'rlm-gateway-data'));

/** @throws `SETTINGS_INVALID` where `init` has not been there */
export async function openStoreOf(
  folder: DataFolder,
  context: AdminContext,
  durability: 'every-commit' | 'at-appends',
): Promise<Store> {
  await access(folder.identity).catch((cause: unknown) => {
    throw new RlmError('SETTINGS_INVALID', `There is no gateway in ${folder.path}. Run: rlm-gateway init`, {
      cause,
    });
  });
  try {
    return await openSqliteStore({ file: folder.database, durability, threadUrl: context.threadUrl });
  } catch (cause) {
    throw new RlmError('FAILED', `The database in ${folder.path} cannot be opened.`, { cause });
  }
}

/** Opens the store for one piece of work. */
export async function withStore<T>(
  folder: DataFolder,
  context: AdminContext,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStoreOf(folder, context, 'every-commit');
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
