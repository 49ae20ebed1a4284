import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../../bridge/json-log.ts';
import type { Connection } from '../../../bridge/uplink/connection.ts';
import { Uplink } from '../../../bridge/uplink/uplink.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { RlmError } from '../../../shared/errors/rlm-error.ts';
import { BACKOFF_MAX_MS, BACKOFF_MIN_MS, REFUSED_RETRY_MS } from '../../../shared/limits.ts';

/** What is under test is when to dial: dials are settled by hand, the clock is not the machine's. */
let dials: { settle(outcome: Connection | RlmError): Promise<void>; readonly signal: AbortSignal }[];
let told: string[];
let isWaiting: boolean;
let uplink: Uplink;

const connection = {
  close: () => told.push('closed'),
  terminate: () => told.push('terminated'),
} as unknown as Connection;
const failed = (code: ErrorCode, fields = {}): RlmError => new RlmError(code, 'it failed', { fields });

beforeEach(() => {
  vi.useFakeTimers();
  [dials, told, isWaiting] = [[], [], false];
  uplink = new Uplink(
    {
      dial: (signal) =>
        new Promise((resolve, reject) => {
          dials.push({
            signal,
            settle: async (outcome) => {
              if (outcome instanceof RlmError) reject(outcome);
              else resolve(outcome);
              await vi.advanceTimersByTimeAsync(0);
            },
          });
        }),
      log: createLog('silent', () => undefined, Date.now),
      nowMs: () => Date.now(),
      random: () => 0.999,
    },
    {
      opened: () => told.push('opened'),
      lost: (loss) => told.push(`lost ${loss.kind}`),
      refused: (error) => told.push(`refused ${error.code}`),
      isWaiting: () => isWaiting,
    },
  );
  uplink.start();
});

afterEach(() => {
  uplink.stop();
  vi.useRealTimers();
});

const last = (): (typeof dials)[number] => dials.at(-1) as (typeof dials)[number];

describe('reconnecting', () => {
  it('dials at the start, without being asked', () => {
    expect(dials).toHaveLength(1);
    expect(uplink.demand()).toBeNull();
    expect(dials).toHaveLength(1);
  });

  it('waits twice as long after each failure, up to the longest', async () => {
    const waits: number[] = [];
    for (let each = 0; each < 9; each++) {
      await last().settle(failed('GATEWAY_UNREACHABLE'));
      const before = [Date.now(), dials.length] as const;
      while (dials.length === before[1]) await vi.advanceTimersByTimeAsync(10);
      waits.push(Date.now() - before[0]);
    }
    expect(waits.map((wait) => Math.round(wait / 100) * 100)).toEqual([
      100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000,
    ]);
  });

  it('does not let a person wait for the longest', async () => {
    isWaiting = true;
    for (let each = 0; each < 12; each++) {
      await last().settle(failed('GATEWAY_UNREACHABLE'));
      await vi.advanceTimersByTimeAsync(2_000);
      expect(dials).toHaveLength(each + 2);
    }
  });

  it('dials at a request in the middle of a long wait, but not at each of many', async () => {
    for (let each = 0; each < 9; each++) {
      await last().settle(failed('GATEWAY_UNREACHABLE'));
      if (each < 8) await vi.advanceTimersByTimeAsync(BACKOFF_MAX_MS);
    }
    const before = dials.length;
    uplink.demand();
    expect(dials).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(1_000);
    for (let each = 0; each < 5; each++) uplink.demand();
    expect(dials).toHaveLength(before + 1);
    await last().settle(failed('GATEWAY_UNREACHABLE'));
    for (let each = 0; each < 5; each++) uplink.demand();
    expect(dials).toHaveLength(before + 1);
  });

  it('comes back at once after a planned restart, and with backoff when that repeats', async () => {
    await last().settle(connection);
    uplink.connectionLost({ kind: 'restarting' });
    expect(dials).toHaveLength(2);
    await last().settle(failed('GATEWAY_UNREACHABLE'));
    await vi.advanceTimersByTimeAsync(100);
    await last().settle(connection);
    uplink.connectionLost({ kind: 'restarting' });
    expect(dials).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(BACKOFF_MAX_MS);
    expect(dials).toHaveLength(4);
  });

  it('does not circle quickly around a gateway that accepts and drops', async () => {
    for (let each = 0; each < 20; each++) {
      await last().settle(connection);
      uplink.connectionLost({ kind: 'dropped' });
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(dials.length).toBeLessThan(8);
  });

  it('waits for something to send after an idle close', async () => {
    await last().settle(connection);
    uplink.connectionLost({ kind: 'idle' });
    await vi.advanceTimersByTimeAsync(REFUSED_RETRY_MS * 10);
    expect(dials).toHaveLength(1);
    expect(uplink.demand()).toBeNull();
    expect(dials).toHaveLength(2);
  });

  it('comes back by itself from an idle close that crossed a request', async () => {
    await last().settle(connection);
    isWaiting = true;
    uplink.connectionLost({ kind: 'idle' });
    await vi.advanceTimersByTimeAsync(BACKOFF_MIN_MS);
    expect(dials).toHaveLength(2);
  });

  it('waits as long as the gateway asks, whoever waits', async () => {
    await last().settle(failed('TOO_MANY_CONNECTIONS', { retry_after_ms: 20_000 }));
    await vi.advanceTimersByTimeAsync(19_999);
    uplink.demand();
    expect(dials).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(dials).toHaveLength(2);
  });
});

describe('[RL3] a failure only a person can mend', () => {
  const refusals = [
    'KEY_REVOKED',
    'KEY_UNKNOWN',
    'GATEWAY_MISMATCH',
    'SIGNATURE_REFUSED',
    'NOT_ALLOWED',
    'CLOCK_SKEW',
  ] as const;

  it.each(refusals)('%s is tried again only for a request, and not for every one', async (code) => {
    await last().settle(failed(code));
    expect(told).toEqual([`refused ${code}`]);
    await vi.advanceTimersByTimeAsync(REFUSED_RETRY_MS - 1);
    expect(uplink.demand()).toMatchObject({ code });
    expect(dials).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(dials).toHaveLength(1);
    expect(uplink.demand()).toBeNull();
    expect(dials).toHaveLength(2);
    await last().settle(connection);
    expect(told.at(-1)).toBe('opened');
    expect(uplink.lastFailure).toBeUndefined();
  });

  it.each(['KEY_MISSING', 'KEYCHAIN_LOCKED', 'SETTINGS_INVALID', 'GATEWAY_NOT_TRUSTED'] as const)(
    '%s lies on this machine and is looked at again soon',
    async (code) => {
      await last().settle(failed(code));
      expect(uplink.demand()).toMatchObject({ code });
      await vi.advanceTimersByTimeAsync(1_000);
      expect(uplink.demand()).toBeNull();
    },
  );

  it('may come in the middle: a key revoked while connected', async () => {
    await last().settle(connection);
    uplink.connectionLost({ kind: 'refused', error: failed('KEY_REVOKED') });
    expect(told).toEqual(['opened', 'lost refused', 'refused KEY_REVOKED']);
    expect(uplink.demand()).toMatchObject({ code: 'KEY_REVOKED' });
  });
});

describe('stopping', () => {
  it('gives up a dial, and a connection that comes too late', async () => {
    uplink.stop();
    expect(last().signal.aborted).toBe(true);
    await last().settle(connection);
    expect(told).toEqual(['terminated']);
    expect(uplink.demand()).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('closes a connection in good order', async () => {
    await last().settle(connection);
    uplink.stop();
    expect(told).toEqual(['opened', 'closed']);
  });
});
