import type { Selectable } from 'kysely';
import type { Database } from '../store/schema.ts';

/** What a session may spend, in the contract's own names. */
export interface SessionConfig {
  readonly max_depth: number;
  readonly max_iterations: number;
  readonly max_tool_calls: number;
  readonly timeout_ms: number;
  readonly max_output_bytes: number;
}

export const DEFAULT_SESSION_CONFIG: SessionConfig = {
  max_depth: 10,
  max_iterations: 30,
  max_tool_calls: 100,
  timeout_ms: 300_000,
  max_output_bytes: 10_485_760,
};

/** What a client may ask for at most, unless the administrator says otherwise. */
export const DEFAULT_SESSION_CAPS: SessionConfig = {
  max_depth: 10,
  max_iterations: 100,
  max_tool_calls: 1_000,
  timeout_ms: 3_600_000,
  max_output_bytes: 10_485_760,
};

export interface Session {
  readonly id: string;
  readonly keyId: string;
  readonly repo: string;
  readonly config: SessionConfig;
  /** Normalised paths, or `null` before `rlm.roots.set`. */
  readonly roots: readonly string[] | null;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedCalls: number;
  readonly usedBytes: number;
}

export function sessionFromRow(row: Selectable<Database['sessions']>): Session {
  return {
    id: row.id,
    keyId: row.key_id,
    repo: row.repo,
    config: {
      max_depth: row.max_depth,
      max_iterations: row.max_iterations,
      max_tool_calls: row.max_tool_calls,
      timeout_ms: row.timeout_ms,
      max_output_bytes: row.max_output_bytes,
    },
    roots: row.roots === null ? null : rootsFromText(row.roots),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedCalls: row.used_calls,
    usedBytes: row.used_bytes,
  };
}

function rootsFromText(text: string): readonly string[] {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.filter((root) => typeof root === 'string') : [];
}
