import { randomBytes } from 'node:crypto';
import { newKeyId } from './api-key.ts';
import { decodeBase62, encodeBase62 } from './base62.ts';
import { checksum, withoutChecksum } from './crc32.ts';
import { isFingerprint } from './ed25519.ts';
import { Secret } from './secret.ts';

/**
 * `rlmi_<payload, base62><CRC-32, base62>`: one line that brings a developer to a gateway. The payload is a byte
 * string:
 *
 * | bytes | what |
 * |---|---|
 * | 1 | format, 1 |
 * | 12 | the invitation's id, ASCII; the new key takes it over |
 * | 32 | one-time Ed25519 seed: it signs the enrolment and is never sent |
 * | 32 | SHA-256 fingerprint of the gateway's identity |
 * | rest | origin of the gateway, ASCII |
 */
export interface Invitation {
  readonly id: string;
  readonly seed: Secret<Uint8Array>;
  /** `SHA256:…` */
  readonly gatewayKey: string;
  /** `https://host[:port]` */
  readonly origin: string;
}

export const INVITATION_PREFIX = 'rlmi_';
const FORMAT = 1;
const HEAD_BYTES = 1 + 12 + 32 + 32;
const MAX_INVITATION_CHARS = 600;

export function newInvitation(origin: string, gatewayKey: string): Invitation {
  return { id: newKeyId(), seed: new Secret<Uint8Array>(randomBytes(32)), gatewayKey, origin };
}

export function formatInvitation(invitation: Invitation): Secret<string> {
  const print = Buffer.from(invitation.gatewayKey.slice('SHA256:'.length), 'base64');
  const bytes = Buffer.concat([
    Buffer.from([FORMAT]),
    Buffer.from(invitation.id, 'latin1'),
    invitation.seed.unwrap(),
    print,
    Buffer.from(invitation.origin, 'latin1'),
  ]);
  const body = `${INVITATION_PREFIX}${encodeBase62(bytes, 0)}`;
  return new Secret(body + checksum(body));
}

/** @returns `null` where it is not an invitation, or mistyped, or cut short */
export function parseInvitation(text: string): Invitation | null {
  if (!text.startsWith(INVITATION_PREFIX) || text.length > MAX_INVITATION_CHARS) return null;
  const body = withoutChecksum(text);
  if (body === null) return null;
  // The first byte is 1, so the number's own length gives the byte count back.
  const wide = decodeBase62(body.slice(INVITATION_PREFIX.length), MAX_INVITATION_CHARS);
  const bytes = wide === null ? null : Buffer.from(wide).subarray(wide.findIndex((byte) => byte !== 0));
  if (bytes === null || bytes.length <= HEAD_BYTES || bytes[0] !== FORMAT) return null;
  const gatewayKey = `SHA256:${bytes.subarray(45, HEAD_BYTES).toString('base64').replace(/=+$/, '')}`;
  const origin = httpsOrigin(bytes.subarray(HEAD_BYTES).toString('latin1'));
  const id = bytes.subarray(1, 13).toString('latin1');
  if (origin === null || !isFingerprint(gatewayKey) || !/^[0-9A-Za-z]{12}$/.test(id)) return null;
  return { id, seed: new Secret<Uint8Array>(new Uint8Array(bytes.subarray(13, 45))), gatewayKey, origin };
}

function httpsOrigin(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'https:' && url.origin === text ? text : null;
}
