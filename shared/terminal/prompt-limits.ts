/** Milliseconds a prompt or standard input is waited for: a forgotten terminal must not hold a login open. */
export const PROMPT_TIMEOUT_MS = 300_000;
/** Characters of a secret that is typed or piped in: more than any credential of ours has, and few to hold. */
export const MAX_SECRET_CHARS = 4096;
