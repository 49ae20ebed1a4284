import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { CallRecord } from '../../gateway/provenance/record.ts';

/** One entry of the call ledger. */
export interface LedgerRow {
  readonly instance: string;
  readonly request: string;
  readonly isAnswered: boolean;
}

/** What a gateway has written, read beside it: it may be running, stopped or dead. */
export class FaultEvidence {
  readonly #db: Sqlite.Database;

  /** @param data the gateway's data folder */
  constructor(data: string) {
    this.#db = new Sqlite(join(data, 'gateway.db'), { readonly: true });
  }

  get records(): readonly { seq: number; hash: Uint8Array; leaf: Uint8Array }[] {
    return this.#all('SELECT seq, hash, leaf FROM records ORDER BY seq');
  }

  get leaves(): readonly CallRecord[] {
    return this.records.map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString()) as CallRecord);
  }

  get sessions(): readonly { id: string; used_calls: number; used_bytes: number }[] {
    return this.#all('SELECT id, used_calls, used_bytes FROM sessions ORDER BY id');
  }

  get handles(): readonly string[] {
    return this.#all<{ id: string }>('SELECT id FROM handles ORDER BY id').map(({ id }) => id);
  }

  get ledger(): readonly LedgerRow[] {
    const sql = 'SELECT instance, request, answer IS NOT NULL AS answered FROM ledger';
    return this.#all<{ instance: string; request: string; answered: number }>(sql).map(
      ({ instance, request, answered }) => ({ instance, request, isAnswered: answered === 1 }),
    );
  }

  close(): void {
    this.#db.close();
  }

  /** The statements above name the columns of each row. */
  #all<T>(sql: string): readonly T[] {
    return this.#db.prepare(sql).all() as T[];
  }
}
