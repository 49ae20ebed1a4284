import { isRlmError } from '../../shared/errors/rlm-error.ts';

const REFUSALS = new Set<string>([
  'NOT_FOUND',
  'NOT_A_FILE',
  'NOT_A_DIRECTORY',
  'PATH_OUTSIDE_ROOTS',
  'PATH_RESTRICTED',
]);

/**
 * For walks and searches, which meet names that nobody asked for: what the guard refuses or what has gone meanwhile is
 * left out. Every other error goes on, so that a fault of ours never looks like an empty folder.
 */
export async function unlessRefused<T>(opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening;
  } catch (error) {
    if (isRlmError(error) && REFUSALS.has(error.code)) return undefined;
    throw error;
  }
}
