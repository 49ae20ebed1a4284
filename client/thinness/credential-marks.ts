import { CREDENTIAL_EXPRESSION } from '../../shared/keys/api-key.ts';

/** Texts that only a credential begins with. Each is anchored by a fixed prefix, so none can be slow. */
const MARKS: readonly RegExp[] = [
  // PEM, OpenSSH and PGP private keys.
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/,
  /PuTTY-User-Key-File-[0-9]/,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{20}/,
  // Clouds, forges, model providers, chat.
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[0-9A-Za-z]{30}/,
  /\bgithub_pat_[0-9A-Za-z_]{30}/,
  /\bglpat-[0-9A-Za-z_-]{20}/,
  /\bsk-(?:ant-|proj-)?[0-9A-Za-z_-]{24}/,
  /\bxox[abposr]-[0-9A-Za-z-]{10}/,
  /\bAIza[0-9A-Za-z_-]{35}/,
  /\bnpm_[0-9A-Za-z]{36}\b/,
];

export function holdsCredential(text: string): boolean {
  // The expression is global: `test` would remember where it stopped, `search` begins anew.
  return text.search(CREDENTIAL_EXPRESSION) !== -1 || MARKS.some((mark) => mark.test(text));
}
