import { randomBytes } from 'node:crypto';
import type { Compilable } from 'kysely';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { Store } from '../store/store.ts';

/** A file as it was when the handle was made. */
export interface Handle {
  readonly id: string;
  readonly filePath: string;
  readonly sha256: string;
  readonly size: number;
  readonly totalLines: number;
}

export interface Chunk {
  readonly id: string;
  readonly handleId: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: string | null;
}

const newId = (prefix: string): string => `${prefix}_${randomBytes(15).toString('base64url')}`;

/** Handles and chunks of sessions. Asking for another session's is asking for one that does not exist. */
export class HandleStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A new handle, and the write that makes it. */
  createHandle(
    sessionId: string,
    file: Omit<Handle, 'id'>,
  ): { readonly handle: Handle; readonly write: Compilable } {
    const id = newId('h');
    const write = this.#store.db.insertInto('handles').values({
      id,
      session_id: sessionId,
      file_path: file.filePath,
      sha256: file.sha256,
      size: file.size,
      total_lines: file.totalLines,
      created_at: Date.now(),
    });
    return { handle: { id, ...file }, write };
  }

  /** @throws `HANDLE_NOT_FOUND` */
  async findHandle(sessionId: string, id: string): Promise<Handle> {
    const row = await this.#store.db
      .selectFrom('handles')
      .selectAll()
      .where('id', '=', id)
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
    if (row === undefined)
      throw new RlmError('HANDLE_NOT_FOUND', 'There is no such file handle in this session.');
    return {
      id: row.id,
      filePath: row.file_path,
      sha256: row.sha256,
      size: row.size,
      totalLines: row.total_lines,
    };
  }

  /** New chunks, and the writes that make them: none for an empty plan. */
  createChunks(
    sessionId: string,
    handleId: string,
    plan: readonly { readonly startLine: number; readonly endLine: number; readonly symbol: string | null }[],
  ): { readonly chunks: readonly Chunk[]; readonly writes: readonly Compilable[] } {
    const chunks = plan.map((part) => ({ id: newId('c'), handleId, ...part }));
    if (chunks.length === 0) return { chunks, writes: [] };
    const now = Date.now();
    const write = this.#store.db.insertInto('chunks').values(
      chunks.map((chunk) => ({
        id: chunk.id,
        session_id: sessionId,
        handle_id: handleId,
        start_line: chunk.startLine,
        end_line: chunk.endLine,
        symbol: chunk.symbol,
        created_at: now,
      })),
    );
    return { chunks, writes: [write] };
  }

  /** @throws `CHUNK_NOT_FOUND` */
  async findChunk(sessionId: string, id: string): Promise<Chunk> {
    const row = await this.#store.db
      .selectFrom('chunks')
      .selectAll()
      .where('id', '=', id)
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
    if (row === undefined) throw new RlmError('CHUNK_NOT_FOUND', 'There is no such chunk in this session.');
    return {
      id: row.id,
      handleId: row.handle_id,
      startLine: row.start_line,
      endLine: row.end_line,
      symbol: row.symbol,
    };
  }

  /** Whether this session has been given exactly these lines with exactly this content before. */
  async isRepeatedSpan(
    sessionId: string,
    span: {
      readonly file_path: string;
      readonly start_line: number;
      readonly end_line: number;
      readonly sha256: string;
    },
  ): Promise<boolean> {
    const row = await this.#store.db
      .selectFrom('spans')
      .select('seq')
      .where('session_id', '=', sessionId)
      .where('file_path', '=', span.file_path)
      .where('start_line', '=', span.start_line)
      .where('end_line', '=', span.end_line)
      // A search's snippet of a line, or the line before somebody changed it, is not the line.
      .where('sha256', '=', span.sha256)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }
}
