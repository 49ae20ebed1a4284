/**
 * The index of one repository on disk: SQLite's FTS5 over the terms of its chunks, in a file of its own that may be
 * thrown away at any time. It holds terms and places and no text; still it tells what a repository is about, so it is
 * its user's alone, and lies with the gateway's own things.
 *
 * Used by the index thread only: every call blocks.
 */
import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { ChunkTerms } from './chunk-terms.ts';
import type { Chunk, ChunkKind } from './chunks.ts';
import { MAX_CANDIDATES, MAX_FILE_CHUNKS, MAX_QUERY_POSTINGS } from './index-limits.ts';
import type { Question } from './question.ts';
import { TermSet } from './term-set.ts';

/** Changes with the tables, and with whatever decides which terms a chunk has. */
export const INDEX_VERSION = 1;
/** "rlmi", so that `file` and we can tell it from any other database. */
const APPLICATION_ID = 0x726c6d69;

const SCHEMA = `
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL);
  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, parent TEXT NOT NULL,
    start_line INTEGER NOT NULL, end_line INTEGER NOT NULL, terms BLOB NOT NULL
  );
  CREATE VIRTUAL TABLE posting USING fts5(
    name, place, directory, signature, comment, body,
    content='', contentless_delete=1, tokenize='ascii'
  );
  CREATE VIRTUAL TABLE vocabulary USING fts5vocab(posting, row);
`;

/** Of the columns, in their order: found on code that no evaluation judges by (see bench/search-quality.ts). */
const COLUMN_WEIGHTS = [3, 1.5, 0.7, 1.5, 1.2, 1];
/** Terms whose counts are kept until the index changes. */
const MAX_COUNTED_TERMS = 20_000;
/** Another gateway on the same data has the index for as long as it runs; what is short is its last commit. */
const BUSY_TIMEOUT_MS = 500;
/** BM25's bound: no term counts more than so many times its idf. FTS5's k1 is 1.2. */
const BM25_CEILING = 2.2;

export interface IndexedFile {
  readonly path: string;
  /** `FileStamp.id` of what was read, or empty where it was too fresh to be sure of. */
  readonly stamp: string;
  readonly chunks: readonly (Chunk & { readonly terms: ChunkTerms })[];
}

/** A chunk that has some of a question's terms. */
export interface Candidate extends Chunk {
  readonly path: string;
  readonly stamp: string;
  readonly terms: TermSet;
  /** BM25 as a share of what it can be at most: 0 to 1. */
  readonly bm25: number;
}

export interface CandidateRequest {
  readonly question: Question;
  /** Which files may answer; asked before a chunk takes one of the places. */
  readonly isWanted: (path: string) => boolean;
}

export interface Candidates {
  readonly found: readonly Candidate[];
  /** Of each group of the question, in order. */
  readonly idfs: readonly number[];
}

interface ChunkRow {
  readonly id: number;
  readonly kind: ChunkKind;
  readonly name: string;
  readonly parent: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly terms: Uint8Array;
}

/** Whether an error says that the file itself is bad, so that a new one helps. */
export const isDamage = (error: unknown): boolean =>
  error instanceof SqliteDatabase.SqliteError &&
  /^SQLITE_(?:CORRUPT|NOTADB|ERROR|MISMATCH|CANTOPEN|IOERR_SHORT_READ)/.test(error.code);

/** Whether another process has the index open. */
export const isBusy = (error: unknown): boolean =>
  error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');

export class IndexDatabase {
  readonly #db: SqliteDatabase.Database;
  /** Paths and stamps of all files, so that a sweep and a filter need not ask the disk. */
  readonly #files = new Map<number, { readonly path: string; readonly stamp: string }>();
  readonly #ids = new Map<string, number>();
  readonly #statements: ReturnType<typeof prepareAll>;
  /** How many chunks have a term: counting a common one reads its whole list. */
  readonly #counts = new Map<string, number>();
  #nextFileId = 1;
  #chunkCount: number;
  #isWanted: (fileId: number) => boolean = () => true;

  private constructor(db: SqliteDatabase.Database) {
    this.#db = db;
    db.function('is_wanted', { directOnly: true }, (chunkId: unknown) =>
      this.#isWanted(fileIdOf(Number(chunkId))) ? 1 : 0,
    );
    this.#statements = prepareAll(db);
    for (const { id, path, stamp } of this.#statements.files.all()) {
      this.#files.set(id, { path, stamp });
      this.#ids.set(path, id);
      this.#nextFileId = Math.max(this.#nextFileId, id + 1);
    }
    this.#chunkCount = this.#statements.chunkCount.get()?.count ?? 0;
  }

  /**
   * Opens the index, or begins a new one where there is none, where it is damaged, of another version, or made under
   * other rules. Then the old file goes whole: rows that are deleted can still be read in a database's free pages.
   *
   * @param rules stands for what the content depends on besides the repository: its path, the restricted names
   */
  static open(file: string, rules: string): IndexDatabase {
    try {
      const opened = IndexDatabase.#openExisting(file, rules);
      if (opened !== undefined) return opened;
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    removeIndex(file);
    return IndexDatabase.#create(file, rules);
  }

  static #openExisting(file: string, rules: string): IndexDatabase | undefined {
    const db = openFile(file);
    try {
      const version = db.pragma('user_version', { simple: true });
      const application = db.pragma('application_id', { simple: true });
      if (version === INDEX_VERSION && application === APPLICATION_ID) {
        const index = new IndexDatabase(db);
        if (index.setting('rules') === rules) return index;
      }
    } catch (error) {
      db.close();
      throw error;
    }
    db.close();
    return undefined;
  }

  static #create(file: string, rules: string): IndexDatabase {
    const db = openFile(file);
    try {
      db.transaction(() => {
        db.exec(SCHEMA);
        db.pragma(`user_version = ${INDEX_VERSION}`);
        db.pragma(`application_id = ${APPLICATION_ID}`);
      })();
      const index = new IndexDatabase(db);
      index.set('rules', rules);
      return index;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Whether the whole repository was indexed once. */
  get isComplete(): boolean {
    return this.setting('complete') === 'yes';
  }

  complete(): void {
    this.#db.exec("INSERT INTO posting(posting) VALUES ('optimize')");
    this.set('complete', 'yes');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  get fileCount(): number {
    return this.#files.size;
  }

  get chunkCount(): number {
    return this.#chunkCount;
  }

  get paths(): IterableIterator<string> {
    return this.#ids.keys();
  }

  stampOf(path: string): string | undefined {
    return this.#files.get(this.#ids.get(path) ?? 0)?.stamp;
  }

  setting(name: string): string | undefined {
    return this.#statements.setting.get(name)?.value;
  }

  set(name: string, value: string): void {
    this.#statements.setSetting.run(name, value);
  }

  /** Replaces what is known of these files, each named once, and forgets others, in one commit. */
  update(changed: readonly IndexedFile[], removed: readonly string[]): void {
    const firstId = this.#nextFileId;
    const replaced = [...removed, ...changed.map(({ path }) => path)];
    let chunkCount = this.#chunkCount;
    const write = this.#db.transaction(() => {
      for (const path of replaced) chunkCount -= this.#removeRows(path);
      for (const [i, file] of changed.entries()) chunkCount += this.#addRows(firstId + i, file);
    });
    write.immediate();
    // Only what was committed: a full disk takes the rows back, and would leave files here that no row stands for.
    for (const path of replaced) {
      this.#files.delete(this.#ids.get(path) ?? 0);
      this.#ids.delete(path);
    }
    for (const [i, { path, stamp }] of changed.entries()) {
      this.#files.set(firstId + i, { path, stamp });
      this.#ids.set(path, firstId + i);
    }
    this.#nextFileId = firstId + changed.length;
    this.#chunkCount = chunkCount;
    this.#counts.clear();
  }

  /** @returns how many chunks were added */
  #addRows(id: number, file: IndexedFile): number {
    this.#statements.addFile.run(id, file.path, file.stamp);
    const chunks = file.chunks.slice(0, MAX_FILE_CHUNKS);
    for (const [i, chunk] of chunks.entries()) {
      const { name, place, directory, signature, comment, body } = chunk.terms;
      const fields = [name, place, directory, signature, comment, body];
      const chunkId = id * MAX_FILE_CHUNKS + i;
      const terms = TermSet.of(...fields).toBytes();
      this.#statements.addChunk.run(
        chunkId,
        chunk.kind,
        chunk.name,
        chunk.parent,
        chunk.startLine,
        chunk.endLine,
        terms,
      );
      this.#statements.addPosting.run(chunkId, ...fields.map((field) => field.join(' ')));
    }
    return chunks.length;
  }

  /** @returns how many chunks were removed */
  #removeRows(path: string): number {
    const id = this.#ids.get(path);
    if (id === undefined) return 0;
    const [from, to] = [id * MAX_FILE_CHUNKS, (id + 1) * MAX_FILE_CHUNKS - 1];
    this.#statements.removePostings.run(from, to);
    this.#statements.removeFile.run(id);
    return this.#statements.removeChunks.run(from, to).changes;
  }

  /** The chunks that have most of the question's rare terms, best by BM25 first. */
  candidates({ question, isWanted }: CandidateRequest): Candidates {
    const counted = question.groups.map(({ term, variants }) => {
      const terms = [term, ...variants]
        .map((each) => ({ term: each, count: this.#countOf(each) }))
        .filter(({ count }) => count > 0);
      return { terms, count: terms.reduce((sum, { count }) => sum + count, 0) };
    });
    const idfs = counted.map(({ count }) => idfOf(count, this.#chunkCount));
    const read = cheapest(counted.map((group, i) => ({ ...group, idf: idfs[i] ?? 0 })));
    if (read.terms.length === 0) return { found: [], idfs };
    this.#isWanted = this.#remembering(isWanted);
    // Terms hold letters, digits and marks only, so none can end its own quotes.
    const match = read.terms.map((term) => `"${term}"`).join(' OR ');
    const ceiling = BM25_CEILING * read.idf;
    const found = this.#statements.search.all(match, MAX_CANDIDATES).flatMap(({ id, score }): Candidate[] => {
      const row = this.#statements.chunk.get(id);
      const file = this.#files.get(fileIdOf(id));
      if (row === undefined || file === undefined) return [];
      return [
        {
          ...toChunk(row),
          ...file,
          terms: TermSet.fromBytes(row.terms),
          bm25: Math.min(1, -score / ceiling),
        },
      ];
    });
    return { found, idfs };
  }

  #countOf(term: string): number {
    const known = this.#counts.get(term);
    if (known !== undefined) return known;
    const count = this.#statements.df.get(term)?.doc ?? 0;
    if (this.#counts.size >= MAX_COUNTED_TERMS) this.#counts.clear();
    this.#counts.set(term, count);
    return count;
  }

  #remembering(isWanted: (path: string) => boolean): (fileId: number) => boolean {
    const known = new Map<number, boolean>();
    return (fileId) => {
      let answer = known.get(fileId);
      if (answer === undefined) {
        const file = this.#files.get(fileId);
        answer = file !== undefined && isWanted(file.path);
        known.set(fileId, answer);
      }
      return answer;
    };
  }

  close(): void {
    this.#db.close();
  }
}

const fileIdOf = (chunkId: number): number => Math.floor(chunkId / MAX_FILE_CHUNKS);

const toChunk = (row: ChunkRow): Chunk => ({
  kind: row.kind,
  name: row.name,
  parent: row.parent,
  startLine: row.start_line,
  endLine: row.end_line,
});

/** A term that every chunk has still says a little; one that no chunk has says what is missing. */
export const idfOf = (count: number, total: number): number =>
  Math.log(1 + (Math.max(total, count) - count + 0.5) / (count + 0.5));

interface Counted {
  readonly terms: readonly { readonly term: string; readonly count: number }[];
  readonly count: number;
  readonly idf: number;
}

/** The rarest groups, at least one, as long as their postings are not too many to read for one question. */
function cheapest(groups: readonly Counted[]): { terms: string[]; idf: number } {
  const terms = new Set<string>();
  let postings = 0;
  let idf = 0;
  for (const group of groups.filter(({ count }) => count > 0).sort((a, b) => a.count - b.count)) {
    if (terms.size > 0 && postings + group.count > MAX_QUERY_POSTINGS) break;
    postings += group.count;
    idf += group.idf;
    for (const { term } of group.terms) terms.add(term);
  }
  return { terms: [...terms], idf };
}

function prepareAll(db: SqliteDatabase.Database) {
  return {
    files: db.prepare<[], { id: number; path: string; stamp: string }>('SELECT id, path, stamp FROM file'),
    chunkCount: db.prepare<[], { count: number }>('SELECT count(*) AS count FROM chunk'),
    setting: db.prepare<[string], { value: string }>('SELECT value FROM setting WHERE name = ?'),
    setSetting: db.prepare<[string, string]>('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)'),
    addFile: db.prepare<[number, string, string]>('INSERT INTO file (id, path, stamp) VALUES (?, ?, ?)'),
    removeFile: db.prepare<[number]>('DELETE FROM file WHERE id = ?'),
    addChunk: db.prepare<[number, string, string, string, number, number, Uint8Array]>(
      'INSERT INTO chunk (id, kind, name, parent, start_line, end_line, terms) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    removeChunks: db.prepare<[number, number]>('DELETE FROM chunk WHERE id BETWEEN ? AND ?'),
    addPosting: db.prepare<[number, ...string[]]>(
      'INSERT INTO posting (rowid, name, place, directory, signature, comment, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    removePostings: db.prepare<[number, number]>('DELETE FROM posting WHERE rowid BETWEEN ? AND ?'),
    df: db.prepare<[string], { doc: number }>('SELECT doc FROM vocabulary WHERE term = ?'),
    chunk: db.prepare<[number], ChunkRow>('SELECT * FROM chunk WHERE id = ?'),
    search: db.prepare<[string, number], { id: number; score: number }>(
      `SELECT rowid AS id, bm25(posting, ${COLUMN_WEIGHTS.join(', ')}) AS score FROM posting
       WHERE posting MATCH ? AND is_wanted(rowid) ORDER BY score LIMIT ?`,
    ),
  };
}

function openFile(file: string): SqliteDatabase.Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Made before SQLite opens it, with the mode that its side files then get too.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const db = new SqliteDatabase(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Ids and paths are kept in memory too: a second gateway on the same data must not write under us.
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    // A power cut may lose the last commits, never the file; a sweep finds what is missing.
    db.pragma('synchronous = NORMAL');
    db.pragma('secure_delete = ON');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Takes away an index with its side files. */
export function removeIndex(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}
