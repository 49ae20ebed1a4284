import { expect, test } from 'vitest';
import { CLOSE } from '../../shared/frames/close-codes.ts';

/** A deployed bridge decides by these whether to come back. */
test('WebSocket close codes', () => {
  expect(CLOSE).toEqual({
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
  });
});
