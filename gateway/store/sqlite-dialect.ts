import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { SqliteClient } from './sqlite-client.ts';
import type { TransactionId } from './sqlite-protocol.ts';

/** `kysely` over the SQLite thread. Statements outside a transaction share commits with each other. */
export const sqliteDialect = (client: SqliteClient): Dialect => ({
  createAdapter: () => new TransactionalAdapter(),
  createDriver: () => new ThreadDriver(client),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

/**
 * SQLite can undo DDL; kysely's own adapter says that it cannot, and would run migrations outside any transaction:
 * one that is killed half way would leave a schema that no later start can mend, and two starts at once would clash.
 */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ThreadDriver implements Driver {
  readonly #client: SqliteClient;

  constructor(client: SqliteClient) {
    this.#client = client;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ThreadConnection(this.#client);
  }

  async beginTransaction(connection: ThreadConnection): Promise<void> {
    connection.transaction = await this.#client.begin();
  }

  async commitTransaction(connection: ThreadConnection): Promise<void> {
    await this.#end('commit', connection);
  }

  async rollbackTransaction(connection: ThreadConnection): Promise<void> {
    await this.#end('rollback', connection);
  }

  async #end(kind: 'commit' | 'rollback', connection: ThreadConnection): Promise<void> {
    const { transaction } = connection;
    if (transaction === null) return;
    await this.#client.end(kind, transaction);
    connection.transaction = null;
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#client.close();
  }
}

class ThreadConnection implements DatabaseConnection {
  readonly #client: SqliteClient;
  transaction: TransactionId | null = null;

  constructor(client: SqliteClient) {
    this.#client = client;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.#client.statement({ sql, params: parameters }, this.transaction);
    return {
      // The compiled query's own type is the proof: kysely asks for the R that it compiled.
      rows: result.rows as R[],
      numAffectedRows: BigInt(result.changes),
      insertId: BigInt(result.lastInsertRowid),
    };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}
