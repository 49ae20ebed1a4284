import { Kysely } from 'kysely';
import { migrate } from './migrations.ts';
import type { Database } from './schema.ts';
import { SqliteClient } from './sqlite-client.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import type { SqliteThreadData } from './sqlite-protocol.ts';
import { compileStatement, type Store } from './store.ts';

export interface SqliteStoreOptions {
  readonly file: string;
  readonly durability: SqliteThreadData['durability'];
  /** Module to start as the SQLite thread: the executable's own bundle. */
  readonly threadUrl: URL;
}

/**
 * Opens the embedded store and brings its schema up to date.
 * @throws `StoreError` where the file cannot be opened, or the file system cannot keep it durably
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const client = await SqliteClient.open(options.threadUrl, {
    file: options.file,
    durability: options.durability,
  });
  const db = new Kysely<Database>({ dialect: sqliteDialect(client) });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    db,
    append: ({ guards = [], ...append }) =>
      client.append({ ...append, guards: guards.map(compileStatement) }),
    guarded: (guards) => client.guarded(guards.map(compileStatement)),
    dataVersion: () => client.dataVersion(),
    close: () => db.destroy(),
  };
}
