/**
 * WebSocket close codes of this protocol, and what a bridge does on each. See docs/wire.md.
 * 4xxx codes echo the HTTP status they resemble.
 */
export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  unsupportedData: 1003,
  policyViolation: 1008,
  messageTooLarge: 1009,
  internal: 1011,
  restarting: 1012,
  keyRevoked: 4401,
  notAllowed: 4403,
  idle: 4408,
  superseded: 4409,
  tooMany: 4429,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];
