import type { Generated } from 'kysely';

/** The tables, as `kysely` sees them. Times end in `_at` and are Unix milliseconds; lists are JSON text. */
export interface Database {
  keys: KeyTable;
  invitations: InvitationTable;
  nonces: NonceTable;
  sessions: SessionTable;
  handles: HandleTable;
  chunks: ChunkTable;
  records: RecordTable;
  spans: SpanTable;
  ledger: LedgerTable;
}

export interface KeyTable {
  id: string;
  name: string;
  /** 32 raw bytes; the private half exists on the IDE host only. */
  public_key: Uint8Array;
  is_admin: 0 | 1;
  /** JSON array of tool names, or `null` for all. */
  scopes: string | null;
  /** JSON array of repository names, or `null` for all. */
  repos: string | null;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
}

export interface InvitationTable {
  id: string;
  name: string;
  /** Public half of the invitation's one-time seed: nothing at rest lets anyone use it. */
  public_key: Uint8Array;
  scopes: string | null;
  repos: string | null;
  /** How long the key it becomes will live, or `null` for without end. */
  key_lifetime_ms: number | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface NonceTable {
  key_id: string;
  nonce: string;
  expires_at: number;
}

export interface SessionTable {
  id: string;
  key_id: string;
  repo: string;
  max_depth: number;
  max_iterations: number;
  max_tool_calls: number;
  timeout_ms: number;
  max_output_bytes: number;
  /** JSON array of normalised paths, or `null` before `rlm.roots.set`. */
  roots: string | null;
  created_at: number;
  expires_at: number;
  closed_at: number | null;
  used_calls: number;
  used_bytes: number;
}

export interface HandleTable {
  id: string;
  session_id: string;
  file_path: string;
  sha256: string;
  size: number;
  total_lines: number;
  created_at: number;
}

export interface ChunkTable {
  id: string;
  session_id: string;
  handle_id: string;
  start_line: number;
  end_line: number;
  symbol: string | null;
  created_at: number;
}

export interface RecordTable {
  seq: Generated<number>;
  /** SHA-256 over the domain, the previous record's hash and the leaf. */
  hash: Uint8Array;
  /** The exact bytes that are hashed. */
  leaf: Uint8Array;
  at: number;
  key_id: string;
  session_id: string | null;
  tool: string;
}

/** Calls that a bridge may send again, until it has acknowledged their answers. */
export interface LedgerTable {
  key_id: string;
  /** UUID of the bridge process. */
  instance: string;
  /** The JSON-RPC id, as JSON, or a hash of a very long one. */
  request: string;
  /** Commitment to tool and arguments: another call under a used id is another call. */
  fingerprint: string;
  /** The answer, encrypted, once its record is durable. */
  answer: Uint8Array | null;
  at: number;
}

/** What each session has read, beside the records, so that a report or a repeated span needs no parsing. */
export interface SpanTable {
  seq: number;
  session_id: string;
  file_path: string;
  start_line: number;
  end_line: number;
  sha256: string;
  source_type: string;
}
