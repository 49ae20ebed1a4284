import { PassThrough } from 'node:stream';
import type { Terminal } from '../../../shared/terminal/streams.ts';

/** A terminal made of plain streams, with what was written to it. */
export interface TestTerminal {
  readonly terminal: Terminal;
  readonly stdin: PassThrough & { isRaw?: boolean };
  stdout(): string;
  stderr(): string;
}

export function testTerminal(
  options: { readonly isInteractive?: boolean; readonly hasColour?: boolean } = {},
): TestTerminal {
  const { isInteractive = false, hasColour = false } = options;
  const stdin: PassThrough & { isRaw?: boolean } = new PassThrough();
  const input = Object.assign(stdin, {
    setRawMode: (isRaw: boolean) => {
      stdin.isRaw = isRaw;
    },
  });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let [out, err] = ['', ''];
  stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return {
    terminal: { stdin: input, stdout, stderr, isInteractive, hasColour },
    stdin,
    stdout: () => out,
    stderr: () => err,
  };
}
