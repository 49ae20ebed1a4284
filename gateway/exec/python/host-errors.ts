/**
 * What a refused host call raises in a Python program, in both tiers: the contract's codes as the classes that Python
 * itself would raise for the like, so that `except FileNotFoundError` does what it says.
 */
const CLASSES = {
  NOT_FOUND: 'FileNotFoundError',
  PATH_OUTSIDE_ROOTS: 'PermissionError',
  PATH_RESTRICTED: 'PermissionError',
  SCOPE_DENIED: 'PermissionError',
  NOT_A_FILE: 'IsADirectoryError',
  NOT_A_DIRECTORY: 'NotADirectoryError',
  INVALID_ARGUMENT: 'ValueError',
  LIMIT_EXCEEDED: 'ValueError',
  BINARY_FILE: 'ValueError',
  MISSING_ARGUMENT: 'TypeError',
} as const;

export type HostErrorClass = (typeof CLASSES)[keyof typeof CLASSES] | 'RuntimeError';

/** The Python class for a contract code; `RuntimeError` for all that have none. */
export const HOST_ERROR_CLASSES: ReadonlyMap<string, HostErrorClass> = new Map(Object.entries(CLASSES));

/** The exception a failed reply raises in the program: its message begins with the code, for programs that match on it. */
export function hostErrorOf(reply: { readonly code: string; readonly message: string }): {
  readonly type: HostErrorClass;
  readonly message: string;
} {
  return {
    type: HOST_ERROR_CLASSES.get(reply.code) ?? 'RuntimeError',
    message: `${reply.code}: ${reply.message}`,
  };
}
