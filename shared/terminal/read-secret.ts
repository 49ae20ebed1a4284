import { StringDecoder } from 'node:string_decoder';
import { RlmError } from '../errors/rlm-error.ts';
import { Secret } from '../keys/secret.ts';
import { HiddenLine } from './hidden-line.ts';
import { Interrupted } from './interrupted.ts';
import { MAX_SECRET_CHARS, PROMPT_TIMEOUT_MS } from './prompt-limits.ts';
import { type InputStream, say, type Terminal } from './streams.ts';

export interface SecretRequest {
  /** What is asked for, within a sentence: `invitation or API key`. */
  readonly label: string;
  readonly timeoutMs?: number;
}

/**
 * Reads one line that must not be seen: from a hidden prompt on a terminal, else the first line of standard
 * input, after saying that it is waited for. White space around it is dropped.
 *
 * @throws `USAGE` nothing came, it is too long, or nobody answered in time
 * @throws `Interrupted` Ctrl-C
 */
export async function readSecret(terminal: Terminal, request: SecretRequest): Promise<Secret<string>> {
  const { label, timeoutMs = PROMPT_TIMEOUT_MS } = request;
  const isHidden = terminal.isInteractive && terminal.stdin.setRawMode !== undefined;
  const line = new HiddenLine({ isRaw: isHidden, maxChars: MAX_SECRET_CHARS });
  if (isHidden) {
    await withRawMode(terminal, () => {
      terminal.stderr.write(`${capitalised(label)} (input is hidden): `);
      return fill(line, terminal.stdin, timeoutMs);
    });
  } else {
    say(terminal, `Waiting for the ${label} on standard input.`);
    await fill(line, terminal.stdin, timeoutMs);
  }
  if (line.text === '') throw new RlmError('USAGE', `No ${label} was given.`);
  return new Secret(line.text);
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Raw before the prompt is shown: a secret pasted the moment it appears would be echoed otherwise. */
async function withRawMode(terminal: Terminal, read: () => Promise<void>): Promise<void> {
  terminal.stdin.setRawMode?.(true);
  try {
    await read();
  } finally {
    terminal.stdin.setRawMode?.(false);
    terminal.stderr.write('\n');
  }
}

/** Resolves when the line is whole or the stream has ended. Leaves the stream paused. */
function fill(line: HiddenLine, stdin: InputStream, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    const finish = (failure?: Error): void => {
      clearTimeout(timer);
      stdin.off('data', onData).off('end', onEnd).off('error', onError).pause();
      if (failure === undefined) resolve();
      else reject(failure);
    };
    const onEnd = (): void => finish();
    const onError = (cause: Error): void =>
      finish(new RlmError('USAGE', 'Standard input could not be read.', { cause }));
    const onData = (chunk: Buffer): void => {
      switch (line.take(decoder.write(chunk))) {
        case 'open':
          break;
        case 'whole':
          finish();
          break;
        case 'interrupted':
          finish(new Interrupted());
          break;
        case 'too-long':
          finish(new RlmError('USAGE', `What was entered has more than ${MAX_SECRET_CHARS} characters.`));
          break;
      }
    };
    const timer = setTimeout(
      () => finish(new RlmError('USAGE', `Nothing was entered within ${timeoutMs / 1000} seconds.`)),
      timeoutMs,
    );
    stdin.on('data', onData).on('end', onEnd).on('error', onError).resume();
    if (stdin.readableEnded) onEnd();
  });
}
