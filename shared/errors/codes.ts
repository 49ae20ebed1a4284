/**
 * The one table of error codes. A code is the contract: its message may improve, its meaning never changes.
 *
 * - `tool` codes travel in a tool's result (`error_code`), see docs/contract.md.
 * - `bridge` codes travel in the `data.code` of a JSON-RPC error that the bridge itself answers with.
 * - `cli` codes are shown by the executables.
 *
 * `exit` is the exit code of an executable that ends with this error; `retry` says whether the same call may
 * succeed later without anybody changing anything.
 */
export type ErrorPlace = 'tool' | 'bridge' | 'cli';

export interface ErrorFacts {
  readonly places: readonly ErrorPlace[];
  readonly retry: boolean;
  readonly exit: 1 | 2 | 3 | 4 | 5;
  /** The next step to offer when the thrower has nothing more exact. */
  readonly next: string;
}

const tool = (retry: boolean, next: string): ErrorFacts => ({ places: ['tool'], retry, exit: 1, next });
const local = (retry: boolean, exit: ErrorFacts['exit'], next: string): ErrorFacts => ({
  places: ['bridge', 'cli'],
  retry,
  exit,
  next,
});

export const ERROR_CODES = {
  UNKNOWN_TOOL: tool(false, 'Call one of the tools that tools/list names.'),
  INVALID_ARGUMENT: tool(false, 'Correct the argument and call again.'),
  MISSING_ARGUMENT: tool(false, 'Add the argument and call again.'),
  SESSION_NOT_FOUND: tool(false, 'Create a session with rlm_session_create.'),
  NO_ROOTS: tool(false, 'Set the session’s roots with rlm_roots_set first.'),
  PATH_OUTSIDE_ROOTS: tool(false, 'Name a path inside the session’s roots.'),
  PATH_RESTRICTED: tool(false, 'This path is closed by policy; look elsewhere.'),
  NOT_FOUND: tool(false, 'List the folder with rlm_fs_list to see what is there.'),
  NOT_A_FILE: tool(false, 'Name a regular file.'),
  NOT_A_DIRECTORY: tool(false, 'Name a directory.'),
  BINARY_FILE: tool(false, 'Only text can be read.'),
  HANDLE_NOT_FOUND: tool(false, 'Make a handle with rlm_fs_handle_create.'),
  CHUNK_NOT_FOUND: tool(false, 'Make chunks with rlm_chunk_create.'),
  STALE_HANDLE: tool(false, 'Make a new handle with rlm_fs_handle_create.'),
  LIMIT_EXCEEDED: tool(false, 'Ask for less.'),
  BUDGET_EXCEEDED: tool(false, 'Create a new session with rlm_session_create.'),
  RATE_LIMITED: tool(true, 'Wait for retry_after_ms, then call again.'),
  SCOPE_DENIED: tool(false, 'Ask a gateway administrator for this right.'),
  EXEC_TIMEOUT: tool(false, 'Do less in one run.'),
  EXEC_MEMORY: tool(false, 'Hold less in memory.'),
  EXEC_DENIED: tool(false, 'Use only the functions the sandbox offers.'),
  EXEC_SYNTAX: tool(false, 'Correct the code.'),
  EXEC_ERROR: tool(false, 'Correct the code.'),
  MODEL_NOT_CONFIGURED: tool(false, 'Ask a gateway administrator to configure a model.'),
  MODEL_ERROR: tool(true, 'Try again later.'),
  CANCELLED: tool(true, 'Call again if you still want the answer.'),
  PROVENANCE_UNAVAILABLE: tool(
    true,
    'Try again; if it lasts, ask the gateway’s administrator to look at /ready.',
  ),
  INTERNAL: tool(true, 'Try again; if it lasts, give the gateway’s administrator the id.'),

  SETTINGS_INVALID: local(false, 2, 'Correct the settings named above.'),
  GATEWAY_NOT_SET: local(false, 2, 'Run: rlm-workspace init'),
  GATEWAY_NOT_TRUSTED: local(false, 3, 'Run: rlm-workspace login'),
  KEY_MISSING: local(false, 3, 'Run: rlm-workspace login'),
  KEY_MALFORMED: local(false, 3, 'Run: rlm-workspace login'),
  KEYCHAIN_LOCKED: local(true, 3, 'Unlock the keychain, then try again.'),
  KEYCHAIN_UNAVAILABLE: local(true, 3, 'Run: rlm-workspace status'),
  KEY_FILE_UNSAFE: local(false, 3, 'Run: chmod 600 on the key file.'),
  KEY_UNKNOWN: local(false, 3, 'Ask an administrator for an invitation, then run: rlm-workspace login'),
  KEY_REVOKED: local(false, 3, 'Ask an administrator for an invitation, then run: rlm-workspace login'),
  KEY_EXPIRED: local(false, 3, 'Ask an administrator for an invitation, then run: rlm-workspace login'),
  SIGNATURE_REFUSED: local(false, 3, 'Run: rlm-workspace login'),
  NOT_ALLOWED: local(false, 3, 'Ask a gateway administrator.'),
  CLOCK_SKEW: local(true, 1, 'Set this machine’s clock.'),
  INVITATION_INVALID: local(false, 3, 'Ask an administrator for a new invitation.'),
  GATEWAY_UNREACHABLE: local(true, 4, 'Run: rlm-workspace status'),
  GATEWAY_MISMATCH: local(
    false,
    3,
    'Ask the gateway’s administrator for its fingerprint; never continue without.',
  ),
  NOT_A_GATEWAY: local(false, 4, 'Check the gateway’s address.'),
  CERTIFICATE_UNTRUSTED: local(false, 4, 'Trust the gateway’s CA with --ca FILE or RLM_GATEWAY_CA.'),
  CERTIFICATE_EXPIRED: local(false, 4, 'Ask the gateway’s administrator to renew the certificate.'),
  CONNECTION_LOST: local(true, 4, 'Call again.'),
  TOO_MANY_CONNECTIONS: local(true, 4, 'Close other IDE windows, or wait.'),
  MESSAGE_TOO_LARGE: local(false, 1, 'Send less in one message.'),
  USAGE: { places: ['cli'], retry: false, exit: 2, next: 'Run the command with --help.' },
  FAILED: { places: ['cli'], retry: false, exit: 1, next: '' },
  CHECK_FAILED: { places: ['cli'], retry: false, exit: 5, next: '' },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;
