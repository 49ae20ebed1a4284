import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../../shared/terminal/interrupted.ts';
import { MAX_SECRET_CHARS } from '../../../shared/terminal/prompt-limits.ts';
import { readSecret } from '../../../shared/terminal/read-secret.ts';
import { testTerminal } from './terminal-streams.ts';

const LABEL = { label: 'API key' };

describe('from a pipe', () => {
  test('says at once that it waits, and takes the first line without white space', async () => {
    const { terminal, stdin, stderr } = testTerminal();
    const reading = readSecret(terminal, LABEL);
    expect(stderr()).toBe('Waiting for the API key on standard input.\n');
    stdin.write('  rlmk_');
    stdin.write('abc \r\nsecond line');
    expect((await reading).unwrap()).toBe('rlmk_abc');
  });

  test('takes what came before the end, also where the end came first', async () => {
    const early = testTerminal();
    early.stdin.end('abc');
    expect((await readSecret(early.terminal, LABEL)).unwrap()).toBe('abc');
    const empty = testTerminal();
    empty.stdin.end();
    await expect(readSecret(empty.terminal, LABEL)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('a character that is cut between two chunks stays whole', async () => {
    const { terminal, stdin } = testTerminal();
    const bytes = Buffer.from('ключ\n');
    const reading = readSecret(terminal, LABEL);
    for (const byte of bytes) stdin.write(Buffer.from([byte]));
    expect((await reading).unwrap()).toBe('ключ');
  });

  test('gives up on a line without end', async () => {
    const { terminal, stdin } = testTerminal();
    stdin.write('x'.repeat(MAX_SECRET_CHARS + 1));
    await expect(readSecret(terminal, LABEL)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('gives up when nothing comes', async () => {
    const { terminal } = testTerminal();
    await expect(readSecret(terminal, { ...LABEL, timeoutMs: 1 })).rejects.toThrow('Nothing was entered');
  });
});

describe('on a terminal', () => {
  test('shows nothing of what is typed, and leaves raw mode on every path', async () => {
    const { terminal, stdin, stderr } = testTerminal({ isInteractive: true });
    const reading = readSecret(terminal, LABEL);
    expect(stdin.isRaw).toBe(true);
    stdin.write('hunter2\r');
    expect((await reading).unwrap()).toBe('hunter2');
    expect(stdin.isRaw).toBe(false);
    expect(stderr()).toBe('API key (input is hidden): \n');
  });

  test.each([
    ['backspace', 'hunterr\u007f2\r', 'hunter2'],
    ['more backspaces than characters', '\u007f\u0008a\r', 'a'],
    ['Ctrl-U', 'wrong\u0015right\r', 'right'],
    ['Ctrl-D at the end', 'abc\u0004', 'abc'],
    ['a paste that is marked as one', '\u001b[200~rlmk_abc\u001b[201~\r', 'rlmk_abc'],
  ])('understands %s', async (_, typed, secret) => {
    const { terminal, stdin } = testTerminal({ isInteractive: true });
    stdin.write(typed);
    expect((await readSecret(terminal, LABEL)).unwrap()).toBe(secret);
  });

  test('Ctrl-C interrupts', async () => {
    const { terminal, stdin } = testTerminal({ isInteractive: true });
    stdin.write('abc\u0003');
    await expect(readSecret(terminal, LABEL)).rejects.toBeInstanceOf(Interrupted);
    expect(stdin.isRaw).toBe(false);
  });
});
