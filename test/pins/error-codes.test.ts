import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../shared/errors/codes.ts';

/**
 * What agents and scripts match on. A red line here is no accident to be repaired in passing: a code that is gone,
 * or that suddenly says "try again", changes how deployed clients behave.
 */
const TOOL_CODES = [
  ['UNKNOWN_TOOL', 'final'],
  ['INVALID_ARGUMENT', 'final'],
  ['MISSING_ARGUMENT', 'final'],
  ['SESSION_NOT_FOUND', 'final'],
  ['NO_ROOTS', 'final'],
  ['PATH_OUTSIDE_ROOTS', 'final'],
  ['PATH_RESTRICTED', 'final'],
  ['NOT_FOUND', 'final'],
  ['NOT_A_FILE', 'final'],
  ['NOT_A_DIRECTORY', 'final'],
  ['BINARY_FILE', 'final'],
  ['HANDLE_NOT_FOUND', 'final'],
  ['CHUNK_NOT_FOUND', 'final'],
  ['STALE_HANDLE', 'final'],
  ['LIMIT_EXCEEDED', 'final'],
  ['BUDGET_EXCEEDED', 'final'],
  ['RATE_LIMITED', 'again'],
  ['SCOPE_DENIED', 'final'],
  ['EXEC_TIMEOUT', 'final'],
  ['EXEC_MEMORY', 'final'],
  ['EXEC_DENIED', 'final'],
  ['EXEC_SYNTAX', 'final'],
  ['EXEC_ERROR', 'final'],
  ['MODEL_NOT_CONFIGURED', 'final'],
  ['MODEL_ERROR', 'again'],
  ['CANCELLED', 'again'],
  ['PROVENANCE_UNAVAILABLE', 'again'],
  ['INTERNAL', 'again'],
] as const;

/** Of the IDE host: in `data.code` of the bridge's own answers, and the exit code of an executable that ends so. */
const LOCAL_CODES = [
  ['SETTINGS_INVALID', 'final', 2],
  ['GATEWAY_NOT_SET', 'final', 2],
  ['GATEWAY_NOT_TRUSTED', 'final', 3],
  ['KEY_MISSING', 'final', 3],
  ['KEY_MALFORMED', 'final', 3],
  ['KEYCHAIN_LOCKED', 'again', 3],
  ['KEYCHAIN_UNAVAILABLE', 'again', 3],
  ['KEY_FILE_UNSAFE', 'final', 3],
  ['KEY_UNKNOWN', 'final', 3],
  ['KEY_REVOKED', 'final', 3],
  ['KEY_EXPIRED', 'final', 3],
  ['SIGNATURE_REFUSED', 'final', 3],
  ['NOT_ALLOWED', 'final', 3],
  ['CLOCK_SKEW', 'again', 1],
  ['INVITATION_INVALID', 'final', 3],
  ['GATEWAY_UNREACHABLE', 'again', 4],
  ['GATEWAY_MISMATCH', 'final', 3],
  ['NOT_A_GATEWAY', 'final', 4],
  ['CERTIFICATE_UNTRUSTED', 'final', 4],
  ['CERTIFICATE_EXPIRED', 'final', 4],
  ['CONNECTION_LOST', 'again', 4],
  ['TOO_MANY_CONNECTIONS', 'again', 4],
  ['MESSAGE_TOO_LARGE', 'final', 1],
] as const;

const COMMAND_LINE_CODES = [
  ['USAGE', 'final', 2],
  ['FAILED', 'final', 1],
  ['CHECK_FAILED', 'final', 5],
] as const;

const seen = (place: string): readonly (readonly [string, string, number])[] =>
  Object.entries(ERROR_CODES)
    .filter(([, { places }]) => places.join() === place)
    .map(([code, { retry, exit }]) => [code, retry ? 'again' : 'final', exit]);

test('codes of tool results', () => {
  expect(seen('tool')).toEqual(TOOL_CODES.map((code) => [...code, 1]));
});

test('codes of the IDE host', () => {
  expect(seen('bridge,cli')).toEqual(LOCAL_CODES);
});

test('codes of the command line', () => {
  expect(seen('cli')).toEqual(COMMAND_LINE_CODES);
});

test('there is no code besides', () => {
  const pinned = TOOL_CODES.length + LOCAL_CODES.length + COMMAND_LINE_CODES.length;
  expect(Object.keys(ERROR_CODES)).toHaveLength(pinned);
});
