import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { indexFile, RepositoryIndex } from '../../../../gateway/repo/index/repository-index.ts';
import { type QueryOptions, searchQuery } from '../../../../gateway/repo/query-search.ts';
import { CACHEABLE_AGE_MS } from '../../../../gateway/repo/repo-limits.ts';
import { type TempRepository, tempRepository } from '../temp-repository.ts';

export const INDEX_THREAD_URL = new URL('../../../support/gateway-index-thread.ts', import.meta.url);

export interface TempIndex extends TempRepository {
  readonly index: RepositoryIndex;
  /** The index's own file. */
  readonly file: string;
  readonly folder: string;
  /** Resolves when every file's stamp is old enough to prove that it has not changed, and is in the index. */
  settle(): Promise<void>;
  /** Ends the thread and starts another one on the same file. */
  restart(): Promise<RepositoryIndex>;
  ask(query: string, choice?: Partial<QueryOptions>): ReturnType<typeof searchQuery>;
  /** `path:symbol` of each result. */
  found(query: string, choice?: Partial<QueryOptions>): Promise<string[]>;
}

/** A repository and its index, ready unless said otherwise; both end with the test. */
export async function tempIndex(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: { readonly isAwaited?: boolean } = {},
): Promise<TempIndex> {
  const repository = await tempRepository(files);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'repo-index-')));
  const start = (): RepositoryIndex =>
    RepositoryIndex.start({
      guard: repository.guard,
      folder: join(folder, 'indexes'),
      repository: 'app',
      threadUrl: INDEX_THREAD_URL,
    });
  let index = start();
  onTestFinished(async () => {
    await index.close();
    await rm(folder, { recursive: true, force: true });
  });
  if (options.isAwaited !== false) await index.ready();
  const ask: TempIndex['ask'] = (query, choice = {}) =>
    searchQuery({
      guard: repository.guard,
      facts: repository.facts,
      index,
      roots: ['.'],
      scope: '.',
      k: 10,
      query,
      ...choice,
    });
  return {
    ...repository,
    get index() {
      return index;
    },
    folder,
    file: indexFile(join(folder, 'indexes'), 'app', repository.path),
    async settle() {
      // No test can set a change time back: what is this young is read anew by every search.
      await delay(CACHEABLE_AGE_MS + 100);
      await index.sweep();
    },
    async restart() {
      await index.close();
      index = start();
      await index.ready();
      return index;
    },
    ask,
    found: async (query, choice) =>
      (await ask(query, choice)).results.map(({ file_path, symbol }) => `${file_path}:${symbol ?? ''}`),
  };
}
