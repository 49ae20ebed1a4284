import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Deliveries } from '../../../gateway/streams/deliveries.ts';
import type { JsonRpcId } from '../../../shared/jsonrpc/message.ts';

describe('[LG6] which answers the bridge has', () => {
  test('is counted in data frames, answers and others', () => {
    const deliveries = new Deliveries();
    for (const id of [1, null, '1', null, 2]) deliveries.sent(id);
    expect(deliveries.acknowledged(0)).toEqual([]);
    expect(deliveries.acknowledged(2)).toEqual([1]);
    expect(deliveries.acknowledged(4)).toEqual(['1']);
    // Late or double, as after a reconnect of something in between: no news.
    expect(deliveries.acknowledged(1)).toEqual([]);
    expect(deliveries.acknowledged(5)).toEqual([2]);
    expect(deliveries.acknowledged(5)).toEqual([]);
  });

  test('more than was sent is no acknowledgement', () => {
    const deliveries = new Deliveries();
    expect(deliveries.acknowledged(1)).toBeNull();
    deliveries.sent(1);
    expect(deliveries.acknowledged(2)).toBeNull();
    expect(deliveries.acknowledged(1)).toEqual([1]);
  });

  test('a used id is another call’s, once', () => {
    const deliveries = new Deliveries();
    expect(deliveries.isReused(1)).toBe(false);
    deliveries.sent(1);
    expect(deliveries.isReused('1')).toBe(false);
    expect(deliveries.isReused(1)).toBe(true);
    expect(deliveries.isReused(1)).toBe(false);
    // The acknowledgement of the first answer says nothing of the second.
    expect(deliveries.acknowledged(1)).toEqual([]);
    deliveries.sent(1);
    expect(deliveries.acknowledged(1)).toEqual([]);
    expect(deliveries.acknowledged(2)).toEqual([1]);
  });

  test('a peer that acknowledges nothing is remembered only so far', () => {
    const deliveries = new Deliveries();
    const dropped: JsonRpcId[] = [];
    for (let id = 1; id <= 5_000; id += 1) dropped.push(...deliveries.sent(id));
    expect(dropped).toEqual(Array.from({ length: 904 }, (_, n) => n + 1));
    expect(deliveries.acknowledged(5_000)).toHaveLength(4_096);
    // Ids are the client's choice: one that nobody has must not fill our memory.
    expect(deliveries.sent('x'.repeat(1_000_000))).toEqual([]);
    expect(deliveries.acknowledged(5_001)).toEqual([]);
  });

  test('in any order of answers, acknowledgements and reuse: each answer is told once, none too early', () => {
    const id = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom('0', '1', 'a'));
    const step = fc.oneof(
      fc.record({ kind: fc.constant('sent' as const), id: fc.option(id) }),
      fc.record({ kind: fc.constant('ack' as const), count: fc.nat(40) }),
      fc.record({ kind: fc.constant('request' as const), id }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const deliveries = new Deliveries();
        let sent = 0;
        let open: { id: JsonRpcId; frame: number }[] = [];
        for (const next of steps) {
          if (next.kind === 'sent') {
            sent += 1;
            deliveries.sent(next.id);
            open = open.filter((own) => own.id !== next.id);
            if (next.id !== null) open.push({ id: next.id, frame: sent });
          } else if (next.kind === 'ack') {
            const arrived = open.filter(({ frame }) => frame <= next.count).map((own) => own.id);
            expect(deliveries.acknowledged(next.count)).toEqual(next.count > sent ? null : arrived);
            if (next.count <= sent) open = open.filter(({ frame }) => frame > next.count);
          } else {
            expect(deliveries.isReused(next.id)).toBe(open.some((own) => own.id === next.id));
            open = open.filter((own) => own.id !== next.id);
          }
        }
      }),
    );
  });
});
