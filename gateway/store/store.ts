import type { Compilable, Kysely } from 'kysely';
import type { Database } from './schema.ts';
import type { AppendJob, GuardedResult, GuardFailure, LogPosition, Statement } from './sqlite-protocol.ts';

/** A statement, not run yet: what a tool returns for the record's commit. */
export type { Compilable } from 'kysely';
export type { GuardedResult, GuardFailure, LogPosition, SpanRow } from './sqlite-protocol.ts';

/** A record to append, and what must hold and be written together with it. */
export interface Append extends Omit<AppendJob, 'guards'> {
  /** Writes that must each change a row, or nothing is appended and none of them is done. */
  readonly guards?: readonly Compilable[];
}

/**
 * Where a gateway keeps everything but the repository. Writes through `db` become durable at the latest with the
 * next append; an append resolves when it is on disk.
 */
export interface Store {
  readonly db: Kysely<Database>;
  /** @returns the record's place, or the guard that did not hold; then nothing was written */
  append(append: Append): Promise<LogPosition | GuardFailure>;
  /** Writes that must each change a row, or none of them is done. `rows` are what the last one returns. */
  guarded(guards: readonly Compilable[]): Promise<GuardedResult>;
  /** Changes when another process has written. */
  dataVersion(): Promise<number>;
  close(): Promise<void>;
}

export function compileStatement(query: Compilable): Statement {
  const { sql, parameters } = query.compile();
  return { sql, params: parameters };
}

export const isAppended = (result: LogPosition | GuardFailure): result is LogPosition => 'seq' in result;
