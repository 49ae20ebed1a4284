import { describe, expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../../shared/errors/codes.ts';
import { isRlmError, RlmError } from '../../../shared/errors/rlm-error.ts';

const codes = Object.keys(ERROR_CODES).filter((code): code is ErrorCode => code in ERROR_CODES);

describe('an error of ours', () => {
  test('keeps its cause, and has none where none was given', () => {
    const cause = new Error('below');
    expect(new RlmError('FAILED', 'x', { cause }).cause).toBe(cause);
    expect('cause' in new RlmError('FAILED', 'x')).toBe(false);
  });

  test('carries the fields of a tool result', () => {
    expect(new RlmError('RATE_LIMITED', 'x', { fields: { retry_after_ms: 5 } }).fields).toEqual({
      retry_after_ms: 5,
    });
    expect(new RlmError('RATE_LIMITED', 'x').fields).toEqual({});
  });

  test('is told from a stranger’s error', () => {
    expect(isRlmError(new RlmError('FAILED', 'x'))).toBe(true);
    expect(isRlmError(Object.assign(new Error('x'), { code: 'FAILED' }))).toBe(false);
  });
});

describe('its sentence', () => {
  test.each(codes)('%s: says what to do next, once', (code) => {
    const { next } = ERROR_CODES[code];
    expect(new RlmError(code, 'It broke.').sentence).toBe(next === '' ? 'It broke.' : `It broke. ${next}`);
    expect(new RlmError(code, `It broke. ${next}`).sentence).toBe(`It broke. ${next}`);
  });
});

describe('the table', () => {
  test.each(codes)('%s is upper case, and its next step a sentence or a command', (code) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(ERROR_CODES[code].next).toMatch(/^$|\.$|rlm-workspace [a-z]+$/);
  });

  test('names commands that exist', () => {
    const commands = codes.flatMap((code) => ERROR_CODES[code].next.match(/rlm-workspace (\w+)/)?.[1] ?? []);
    const known = ['init', 'remove', 'login', 'logout', 'status', 'doctor', 'verify', 'gate'];
    expect(commands.filter((command) => !known.includes(command))).toEqual([]);
  });
});

describe('the next step', () => {
  test('is the code’s, unless the message ends in a command of its own, or the thrower gave another', () => {
    expect(new RlmError('KEY_MISSING', 'No key.').next).toBe(ERROR_CODES.KEY_MISSING.next);
    expect(new RlmError('SETTINGS_INVALID', 'No gateway. Run: rlm-gateway init').next).toBe('');
    expect(new RlmError('SETTINGS_INVALID', 'No gateway. Run: rlm-gateway init').sentence).toBe(
      'No gateway. Run: rlm-gateway init',
    );
    expect(new RlmError('USAGE', 'Wrong.', { fields: { next: 'Run: x --help' } }).sentence).toBe(
      'Wrong. Run: x --help',
    );
  });
});
