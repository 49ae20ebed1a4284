import { isRlmError } from '../errors/rlm-error.ts';
import { Interrupted } from './interrupted.ts';

/**
 * | code | meaning |
 * |---|---|
 * | 0 | done |
 * | 1 | failed |
 * | 2 | wrong usage |
 * | 3 | not authenticated |
 * | 4 | gateway unreachable |
 * | 5 | a check failed |
 * | 130 | interrupted (128 + SIGINT) |
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

/** The one place where an error becomes an exit code. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Interrupted) return 130;
  return isRlmError(error) ? error.facts.exit : 1;
}
