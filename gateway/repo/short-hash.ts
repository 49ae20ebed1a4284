/** The contract's short `hash` fields: the first 16 digits of a SHA-256 in hex. */
export const shortHash = (sha256: string): string => sha256.slice(0, 16);
