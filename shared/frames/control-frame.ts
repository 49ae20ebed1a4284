import { MAX_CONTROL_FRAME_BYTES } from '../limits.ts';

/**
 * What a text frame on the bridge's WebSocket is: one JSON-RPC message byte for byte, or control.
 *
 * | first character | frame |
 * |---|---|
 * | `{` or `[` | data: a JSON-RPC message (or a batch of MCP 2025-03-26) |
 * | `!` | control: `!ack N` or `!bye CODE REASON` |
 *
 * Anything else is `invalid` and ends the connection (1003). Data is not parsed here.
 * @see docs/wire.md [FR2]
 */
export type Frame =
  | { readonly kind: 'data' }
  | { readonly kind: 'ack'; readonly count: number }
  | { readonly kind: 'bye'; readonly code: number; readonly reason: string }
  | { readonly kind: 'invalid' };

const INVALID: Frame = { kind: 'invalid' };
const DATA: Frame = { kind: 'data' };
const ACK = /^!ack (0|[1-9][0-9]{0,15})$/;
const BYE = /^!bye ([1-4][0-9]{3})(?: ([\x20-\x7e]*))?$/;

const BRACE = 0x7b;
const BRACKET = 0x5b;
const BANG = 0x21;

/** Classifies one frame by its first byte; only a control frame is looked at further. */
export function parseFrame(bytes: Buffer): Frame {
  switch (bytes[0]) {
    case BRACE:
    case BRACKET:
      return DATA;
    case BANG:
      return bytes.length <= MAX_CONTROL_FRAME_BYTES ? parseControl(bytes.toString('latin1')) : INVALID;
    default:
      return INVALID;
  }
}

function parseControl(text: string): Frame {
  const ack = ACK.exec(text);
  if (ack?.[1] !== undefined) {
    const count = Number(ack[1]);
    return Number.isSafeInteger(count) ? { kind: 'ack', count } : INVALID;
  }
  const bye = BYE.exec(text);
  return bye?.[1] === undefined ? INVALID : { kind: 'bye', code: Number(bye[1]), reason: bye[2] ?? '' };
}

/** `!ack N`: all of your first N messages of this stream are safe with me. */
export const formatAck = (count: number): string => `!ack ${count}`;

/** `!bye CODE REASON`: I am about to close. The reason is cut to fit and stripped to printable ASCII. */
export function formatBye(code: number, reason: string): string {
  const printable = reason.replace(/[^\x20-\x7e]/g, '?');
  return `!bye ${code} ${printable}`.slice(0, MAX_CONTROL_FRAME_BYTES).trimEnd();
}
