/**
 * Base62 of whole byte strings, fixed width: digits, upper case, lower case, most significant first.
 * Fixed widths let a scanner find a credential with one expression and a tool refuse a mistyped one offline.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length);
const VALUES = new Map(Array.from(ALPHABET, (char, index) => [char, BigInt(index)]));

/** Characters that `byteCount` bytes need. */
export const base62Width = (byteCount: number): number => Math.ceil((byteCount * 8) / Math.log2(62));

/** @param width characters of the result, padded on the left with `0` */
export function encodeBase62(bytes: Uint8Array, width = base62Width(bytes.length)): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
  let text = '';
  while (rest > 0n) {
    text = ALPHABET.charAt(Number(rest % BASE)) + text;
    rest /= BASE;
  }
  return text.padStart(width, '0');
}

/** @returns the bytes, or `null` where the text is not base62 or stands for more than `byteCount` bytes */
export function decodeBase62(text: string, byteCount: number): Uint8Array | null {
  let value = 0n;
  for (const char of text) {
    const digit = VALUES.get(char);
    if (digit === undefined) return null;
    value = value * BASE + digit;
  }
  const hex = value.toString(16);
  return hex.length > byteCount * 2 ? null : Buffer.from(hex.padStart(byteCount * 2, '0'), 'hex');
}
