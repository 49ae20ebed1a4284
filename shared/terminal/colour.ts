import type { Terminal } from './streams.ts';

/** The few styles our commands use (ECMA-48 select graphic rendition). */
const STYLES = { bold: 1, red: 31, green: 32, yellow: 33 } as const;

export type Style = keyof typeof STYLES;

/** `text` in `style` where the terminal has colour, else as it is. */
export const paint = (terminal: Pick<Terminal, 'hasColour'>, style: Style, text: string): string =>
  terminal.hasColour ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
