import type { Readable, Writable } from 'node:stream';

/** What a command asks of standard input. `setRawMode` is there on a terminal alone. */
export type InputStream = Readable & {
  readonly isTTY?: boolean | undefined;
  setRawMode?(isRaw: boolean): unknown;
};

/** What a command asks of standard output and standard error. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/**
 * The three streams of a command, and what may be done with them. Built once, in an executable's `main.ts`;
 * tests build theirs from other streams.
 */
export interface Terminal {
  readonly stdin: InputStream;
  /** Results, and nothing else. */
  readonly stdout: OutputStream;
  /** Everything said to a person: prompts, progress, warnings, errors. */
  readonly stderr: OutputStream;
  /** Whether somebody can be asked: standard input and standard error are both a terminal. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
}

export interface TerminalSource {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Colour only where both outputs are terminals that want it. @see https://no-color.org */
export function openTerminal({ stdin, stdout, stderr, env }: TerminalSource): Terminal {
  const isInteractive = stdin.isTTY === true && stderr.isTTY === true;
  const isRefused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const hasColour = !isRefused && stdout.isTTY === true && stderr.isTTY === true;
  return { stdin, stdout, stderr, isInteractive, hasColour };
}

/** One or more whole lines of a result. */
export function print(terminal: Terminal, text: string): void {
  terminal.stdout.write(`${text}\n`);
}

/** A result as JSON, for scripts. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** One or more whole lines to the person. */
export function say(terminal: Terminal, text: string): void {
  terminal.stderr.write(`${text}\n`);
}
