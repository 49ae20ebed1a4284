import { type Logger as PinoLogger, pino } from 'pino';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { scrub } from './scrubber.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Every event a gateway logs, and every field it may carry: ids, counts, sizes, durations and codes. There is
 * no field for file content, paths, prompts, patterns or code, so none can be logged by mistake.
 */
export interface LogEvents {
  ready: { url: string; fingerprint: string; repositories: number };
  stopping: { reason: string };
  stopped: Record<string, never>;
  connection_open: { key_id: string; instance: string; connection: string };
  connection_close: {
    key_id: string;
    connection: string;
    close_code: number;
    open_ms: number;
    messages: number;
  };
  auth_failure: { reason: string; key_id: string | null; address: string };
  key_exposed: { key_id: string | null; address: string };
  key_revoked: { key_id: string; state: string; connections: number };
  enrolled: { key_id: string };
  session_create: { session_id: string; key_id: string; repo: string };
  session_close: { session_id: string; key_id: string; repo: string };
  call_repeated: { key_id: string; tool: string; how: 'joined' | 'stored' | 'run again' };
  tool_call: {
    tool: string;
    session_id: string | null;
    key_id: string;
    duration_ms: number;
    output_bytes: number;
    seq: number;
  };
  tool_error: {
    tool: string;
    session_id: string | null;
    key_id: string;
    duration_ms: number;
    error: ErrorCode;
    error_id?: string;
  };
  exec_on: { isolation: string; keeps_from: string; python: string; javascript: string };
  exec_off: { minimum_isolation: string };
  exec_isolation_refused: { level: string; reason: string };
  exec_fault: { engine: string; reason: string };
  index_ready: { repo: string; files: number; chunks: number };
  index_fault: { repo: string; code: string };
  canary: { tool: string; session_id: string | null; key_id: string };
  provenance_unavailable: { cause: string };
  provenance_available: Record<string, never>;
  internal_error: { error_id: string; name: string; stack: string };
  protocol_error: { connection: string; name: string };
  certificate_reloaded: { days_left: number };
}

const LEVEL_OF: Partial<Record<keyof LogEvents, 'warn' | 'error' | 'debug'>> = {
  auth_failure: 'warn',
  key_exposed: 'warn',
  tool_error: 'warn',
  exec_off: 'warn',
  exec_isolation_refused: 'warn',
  exec_fault: 'error',
  index_fault: 'warn',
  canary: 'warn',
  provenance_unavailable: 'error',
  internal_error: 'error',
  protocol_error: 'warn',
  connection_open: 'debug',
  connection_close: 'debug',
};

export interface Logger {
  event<E extends keyof LogEvents>(event: E, fields: LogEvents[E]): void;
}

/** JSON lines, named `rlm.mcp_gateway`, each of them scrubbed of credentials as a whole. */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly destination: { write(line: string): unknown };
}): Logger {
  const logger: PinoLogger = pino(
    {
      level: options.level,
      base: { logger: 'rlm.mcp_gateway' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: (line) => options.destination.write(scrub(line)) },
  );
  return {
    event: (event, fields) => logger[LEVEL_OF[event] ?? 'info']({ event, ...fields }),
  };
}
