import { sql } from 'kysely';
import type { Store } from '../store/store.ts';

/** Spans a report lists at most; the counts and statistics always cover all. */
const MAX_REPORTED_SPANS = 2_000;
const MAX_EXPORTED_RECORDS = 2_000;
/** Bytes of the leaves of one export: with its quotes escaped, and beside the graph, it fits into one answer. */
const MAX_EXPORTED_BYTES = 512 * 1024;

export interface ProvenanceGraph {
  readonly session_id: string;
  readonly spans: readonly {
    readonly file_path: string;
    readonly start_line: number;
    readonly end_line: number;
    readonly content_hash: string;
    readonly source_type: string;
    readonly sha256: string;
    readonly seq: number;
  }[];
  readonly tool_calls: number;
  readonly output_bytes: number;
  readonly file_access_stats: Readonly<Record<string, { readonly spans: number; readonly lines: number }>>;
  readonly truncated: boolean;
}

/** What a session has read and spent, from the log's own tables. */
export async function provenanceGraph(
  store: Store,
  session: { readonly id: string; readonly usedCalls: number; readonly usedBytes: number },
): Promise<ProvenanceGraph> {
  const spans = await store.db
    .selectFrom('spans')
    .selectAll()
    .where('session_id', '=', session.id)
    .orderBy('seq')
    .limit(MAX_REPORTED_SPANS + 1)
    .execute();
  const perFile = await store.db
    .selectFrom('spans')
    .select(['file_path'])
    .select((eb) => [eb.fn.countAll<number>().as('spans')])
    .select(sql<number>`sum(end_line - start_line + 1)`.as('lines'))
    .where('session_id', '=', session.id)
    .groupBy('file_path')
    .orderBy('file_path')
    .limit(MAX_REPORTED_SPANS)
    .execute();
  return {
    session_id: session.id,
    spans: spans.slice(0, MAX_REPORTED_SPANS).map((span) => ({
      file_path: span.file_path,
      start_line: span.start_line,
      end_line: span.end_line,
      content_hash: span.sha256.slice(0, 16),
      source_type: span.source_type,
      sha256: span.sha256,
      seq: span.seq,
    })),
    tool_calls: session.usedCalls,
    output_bytes: session.usedBytes,
    file_access_stats: Object.fromEntries(
      perFile.map((row) => [row.file_path, { spans: Number(row.spans), lines: Number(row.lines) }]),
    ),
    truncated: spans.length > MAX_REPORTED_SPANS,
  };
}

/** A record as it is chained: `hash` is SHA-256 over the domain, `prev_hash` and the leaf's exact bytes. */
export interface ExportedRecord {
  readonly seq: number;
  readonly prev_hash: string;
  readonly hash: string;
  readonly leaf: string;
}

const GENESIS_HEX = '00'.repeat(32);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A session's records, the first ones where they are too many, with what is needed to check each one's hash. */
export async function exportSession(
  store: Store,
  sessionId: string,
): Promise<{ readonly records: readonly ExportedRecord[]; readonly truncated: boolean }> {
  const rows = await store.db
    .selectFrom('records as r')
    .leftJoin('records as p', (join) => join.on(sql<boolean>`p.seq = r.seq - 1`))
    .select(['r.seq', 'r.hash', 'r.leaf', 'p.hash as previous'])
    .where('r.session_id', '=', sessionId)
    .orderBy('r.seq')
    .limit(MAX_EXPORTED_RECORDS + 1)
    .execute();
  let bytes = 0;
  const kept = rows.slice(0, MAX_EXPORTED_RECORDS).filter((row) => {
    // One too long, of a program that read thousands of spans, does not keep out those after it.
    if (bytes + row.leaf.length > MAX_EXPORTED_BYTES) return false;
    bytes += row.leaf.length;
    return true;
  });
  const records = kept.map((row) => ({
    seq: row.seq,
    prev_hash: row.previous === null ? GENESIS_HEX : hex(row.previous),
    hash: hex(row.hash),
    leaf: Buffer.from(row.leaf).toString('utf8'),
  }));
  return { records, truncated: kept.length < rows.length };
}

/** The newest record's place, signed by the gateway: what a witness keeps. */
export interface Checkpoint {
  readonly seq: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly signed_at: number;
  readonly gateway_key: string;
  /** base64, Ed25519 over {@link checkpointMessage}. */
  readonly signature: string;
}

export const checkpointMessage = (seq: number, hash: string, signedAt: number): Buffer =>
  Buffer.from(['rlm-checkpoint.v1', seq, hash, signedAt].join('\n'));

export async function signedCheckpoint(
  store: Store,
  identity: { readonly fingerprint: string; sign(message: Uint8Array): Uint8Array },
): Promise<Checkpoint> {
  const head = await store.db
    .selectFrom('records')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const [seq, hash] = head === undefined ? [0, GENESIS_HEX] : [head.seq, hex(head.hash)];
  const signedAt = Math.floor(Date.now() / 1000);
  const signature = Buffer.from(identity.sign(checkpointMessage(seq, hash, signedAt))).toString('base64');
  return { seq, hash, signed_at: signedAt, gateway_key: identity.fingerprint, signature };
}
