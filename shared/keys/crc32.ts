import { encodeBase62 } from './base62.ts';

/** CRC-32 (ISO 3309), as in zlib; `node:zlib` has it only from Node 20.15 and 22.2 on. */
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, 'utf8')) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

export const CHECKSUM_WIDTH = 6;

/** The six base62 characters that end every credential of ours. */
export function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return encodeBase62(bytes, CHECKSUM_WIDTH);
}

/** Splits a credential from its checksum, or `null` where it does not match: a typo, or cut short. */
export function withoutChecksum(credential: string): string | null {
  const body = credential.slice(0, -CHECKSUM_WIDTH);
  return body.length > 0 && checksum(body) === credential.slice(-CHECKSUM_WIDTH) ? body : null;
}
