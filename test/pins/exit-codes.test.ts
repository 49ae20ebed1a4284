import { expect, test } from 'vitest';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { exitCodeOf } from '../../shared/terminal/exit-code.ts';
import { Interrupted } from '../../shared/terminal/interrupted.ts';

/** Scripts branch on these: 0 done, 1 failed, 2 usage, 3 not authenticated, 4 unreachable, 5 check failed. */
test('exit codes of the executables', () => {
  expect(exitCodeOf(new RlmError('FAILED', 'x'))).toBe(1);
  expect(exitCodeOf(new RlmError('USAGE', 'x'))).toBe(2);
  expect(exitCodeOf(new RlmError('KEY_MISSING', 'x'))).toBe(3);
  expect(exitCodeOf(new RlmError('GATEWAY_UNREACHABLE', 'x'))).toBe(4);
  expect(exitCodeOf(new RlmError('CHECK_FAILED', 'x'))).toBe(5);
});

test('an interruption exits as a shell expects after SIGINT', () => {
  expect(exitCodeOf(new Interrupted())).toBe(130);
});

test('a fault of ours is a failure, not a wrong usage', () => {
  expect(exitCodeOf(new TypeError('x'))).toBe(1);
  expect(exitCodeOf('x')).toBe(1);
});
