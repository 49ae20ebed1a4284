/**
 * Shows what a hostile string would do instead of letting it: a file name, a key's name or a server's name may
 * hold escape sequences that repaint the terminal, or direction marks that make one text look like another
 * (CVE-2021-42574). Everything in the Unicode classes Cc, Cf, Zl, Zp and lone surrogates becomes `\u{…}`.
 */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

export const escapeControl = (text: string): string =>
  text.replace(HARMFUL, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

/** The same, but keeps line feeds: for text of several lines. */
export const escapeControlLines = (text: string): string => text.split('\n').map(escapeControl).join('\n');
