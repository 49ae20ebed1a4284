import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_QUEUED_RUNS, MAX_QUEUED_RUNS_PER_KEY } from '../../../gateway/exec/exec-limits.ts';
import { RunQueue } from '../../../gateway/exec/run-queue.ts';

const never = new AbortController().signal;
/** Lets every promise that can settle do so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Enters, and notes in `order` when its turn has come. */
function enter(queue: RunQueue, key: string, order: string[], name = key): Promise<() => void> {
  const entering = queue.enter(key, never);
  void entering.then(() => order.push(name));
  return entering;
}

describe('who may run', () => {
  test('as many at once as there are places', async () => {
    const queue = new RunQueue(2);
    const order: string[] = [];
    const leave = await enter(queue, 'a', order, 'a1');
    await enter(queue, 'a', order, 'a2');
    void enter(queue, 'a', order, 'a3');
    await settled();
    expect(order).toEqual(['a1', 'a2']);
    leave();
    await settled();
    expect(order).toEqual(['a1', 'a2', 'a3']);
  });

  test('keys take turns, so that many runs of one do not hold up another', async () => {
    const queue = new RunQueue(1);
    const order: string[] = [];
    const leave = await enter(queue, 'greedy', order, 'g0');
    const leaves = [
      enter(queue, 'greedy', order, 'g1'),
      enter(queue, 'greedy', order, 'g2'),
      enter(queue, 'greedy', order, 'g3'),
      enter(queue, 'modest', order, 'm1'),
      enter(queue, 'modest', order, 'm2'),
    ];
    leave();
    for (let turn = 0; turn < leaves.length; turn += 1) {
      await settled();
      const name = order.at(-1) ?? '';
      const [kind, number] = [name[0], Number(name[1])];
      const at = kind === 'g' ? number - 1 : number + 2;
      (await leaves[at])?.();
    }
    await settled();
    expect(order).toEqual(['g0', 'g1', 'm1', 'g2', 'm2', 'g3']);
  });

  test('too many of one key, and too many of all, are told to come back', async () => {
    const queue = new RunQueue(1);
    await queue.enter('first', never);
    for (let n = 0; n < MAX_QUEUED_RUNS_PER_KEY; n += 1) void queue.enter('a', never);
    await expect(queue.enter('a', never)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      fields: { retry_after_ms: 1_000 },
    });
    for (let n = MAX_QUEUED_RUNS_PER_KEY; n < MAX_QUEUED_RUNS; n += 1) void queue.enter(`key ${n}`, never);
    await expect(queue.enter('another', never)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('one that is cancelled while it waits gives its place in the line away', async () => {
    const queue = new RunQueue(1);
    const order: string[] = [];
    const leave = await enter(queue, 'a', order, 'a1');
    const cancelled = new AbortController();
    const waiting = queue.enter('b', cancelled.signal);
    void enter(queue, 'c', order, 'c1');
    cancelled.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    leave();
    await settled();
    expect(order).toEqual(['a1', 'c1']);
    await expect(queue.enter('d', cancelled.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('every run gets its turn, and never more than the places at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 40 }),
        async (places, keys) => {
          const queue = new RunQueue(places);
          let running = 0;
          let most = 0;
          const ends = await Promise.allSettled(
            keys.map(async (key) => {
              const leave = await queue.enter(key, never);
              running += 1;
              most = Math.max(most, running);
              await settled();
              running -= 1;
              leave();
            }),
          );
          expect(most).toBeLessThanOrEqual(places);
          const refused = ends.filter(({ status }) => status === 'rejected').length;
          const busiest = Math.max(...['a', 'b', 'c'].map((key) => keys.filter((k) => k === key).length));
          if (busiest <= MAX_QUEUED_RUNS_PER_KEY) expect(refused).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});
