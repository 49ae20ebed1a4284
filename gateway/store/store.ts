import type { Compilable, Kysely } from 'kysely';
import type { Database } from './schema.ts';
import type { AppendJob, LogPosition, Statement } from './sqlite-protocol.ts';

export type { LogPosition, SpanRow } from './sqlite-protocol.ts';

/** A record to append, and what must hold and be written together with it. */
export interface Append extends Omit<AppendJob, 'guard'> {
  /** An update that must change a row, or nothing is appended. */
  readonly guard?: Compilable;
}

/**
 * Where a gateway keeps everything but the repository. Writes through `db` become durable at the latest with the
 * next append; an append resolves when it is on disk.
 */
export interface Store {
  readonly db: Kysely<Database>;
  /** @returns `null` where the guard changed no row, and nothing was written */
  append(append: Append): Promise<LogPosition | null>;
  /** Changes when another process has written. */
  dataVersion(): Promise<number>;
  close(): Promise<void>;
}

export function compileStatement(query: Compilable | undefined): Statement | null {
  if (query === undefined) return null;
  const { sql, parameters } = query.compile();
  return { sql, params: parameters };
}
