import { createInterface } from 'node:readline/promises';
import { Interrupted } from './interrupted.ts';
import { PROMPT_TIMEOUT_MS } from './prompt-limits.ts';
import type { Terminal } from './streams.ts';

/**
 * Asks a yes-or-no question on standard error. Anything but `y` or `yes` is no. Where nobody can be asked the
 * answer is no: every question has a flag that answers it beforehand.
 */
export async function confirm(
  terminal: Terminal,
  question: string,
  timeoutMs = PROMPT_TIMEOUT_MS,
): Promise<boolean> {
  if (!terminal.isInteractive) return false;
  const prompt = createInterface({ input: terminal.stdin, output: terminal.stderr, terminal: true });
  const interrupted = new AbortController();
  prompt.once('SIGINT', () => interrupted.abort());
  const timer = setTimeout(() => interrupted.abort(), timeoutMs);
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal: interrupted.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    throw new Interrupted();
  } finally {
    clearTimeout(timer);
    prompt.close();
  }
}
