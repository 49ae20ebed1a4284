import { describe, expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../../shared/errors/codes.ts';
import { RlmError } from '../../../shared/errors/rlm-error.ts';
import { exitCodeOf } from '../../../shared/terminal/exit-code.ts';
import { Interrupted } from '../../../shared/terminal/interrupted.ts';
import { reportError } from '../../../shared/terminal/report-error.ts';
import { openTerminal } from '../../../shared/terminal/streams.ts';
import { testTerminal } from './terminal-streams.ts';

function reported(error: unknown, options?: { isJson?: boolean; hasColour?: boolean }): string {
  const { terminal, stdout, stderr } = testTerminal(options);
  reportError(terminal, error, options);
  expect(stdout()).toBe('');
  return stderr();
}

const refused = Object.assign(new Error('connect to secret-host'), {
  code: 'ECONNREFUSED',
  syscall: 'connect',
});

describe('an error', () => {
  test('says what happened, the detail, and the next command', () => {
    const error = new RlmError('GATEWAY_UNREACHABLE', 'Could not reach the gateway.', { cause: refused });
    expect(reported(error)).toBe(
      'Error: Could not reach the gateway. (ECONNREFUSED from connect)\nRun: rlm-workspace status\n',
    );
  });

  test('as JSON, one line', () => {
    const error = new RlmError('KEY_MISSING', 'No key.', { fields: { next: 'Run: this' } });
    expect(reported(error, { isJson: true })).toBe(
      '{"error":{"code":"KEY_MISSING","message":"No key.","next":"Run: this"}}\n',
    );
  });

  test('never repeats what a cause says, and says no step twice', () => {
    const error = new RlmError('KEY_MISSING', 'No key. Run: rlm-workspace login', { cause: refused });
    const text = reported(error);
    expect(text).not.toContain('secret-host');
    expect(text.match(/rlm-workspace login/g)).toHaveLength(1);
  });

  test('cannot repaint the terminal', () => {
    expect(reported(new RlmError('FAILED', 'a\u001b[2Jb'))).toBe('Error: a\\u{1b}[2Jb\n');
  });

  test('of no kind we know is a failure, not the user’s fault', () => {
    expect(reported(new TypeError('x is undefined'))).toContain('TypeError: x is undefined');
    expect(reported('thrown text')).toContain('no error object');
    expect(exitCodeOf(new TypeError('x'))).toBe(1);
  });

  test('an interruption is not reported', () => {
    expect(reported(new Interrupted())).toBe('');
    expect(exitCodeOf(new Interrupted())).toBe(130);
  });

  test('its code decides the exit code, for every code', () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      expect(exitCodeOf(new RlmError(code, 'x'))).toBe(ERROR_CODES[code].exit);
    }
  });
});

describe('colour', () => {
  const streams = (isTTY: boolean) => {
    const { terminal } = testTerminal();
    const as = <T extends object>(stream: T): T & { isTTY: boolean } => Object.assign(stream, { isTTY });
    return { stdin: as(terminal.stdin), stdout: as(terminal.stdout), stderr: as(terminal.stderr) };
  };

  test.each([
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('on a terminal: %s, with %j: %s', (isTTY, env, hasColour) => {
    expect(openTerminal({ ...streams(isTTY), env })).toMatchObject({ hasColour, isInteractive: isTTY });
  });

  test('is used where there is some', () => {
    expect(reported(new RlmError('FAILED', 'x'), { hasColour: true })).toBe('\u001b[31mError:\u001b[0m x\n');
  });
});
