import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFrame } from '../../../shared/frames/control-frame.ts';
import { ReceiveCounter } from '../../../shared/frames/receive-counter.ts';

/** A clock that goes when the test says so. */
class Clock {
  #nowMs = 0;
  readonly #timers = new Map<object, { readonly atMs: number; readonly callback: () => void }>();

  set(callback: () => void, delayMs: number): object {
    const timer = {};
    this.#timers.set(timer, { atMs: this.#nowMs + delayMs, callback });
    return timer;
  }

  clear(timer: unknown): void {
    this.#timers.delete(timer as object);
  }

  get running(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const [timer, { atMs, callback }] of [...this.#timers]) {
      if (atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      callback();
    }
  }
}

function setUp() {
  const clock = new Clock();
  const sent: string[] = [];
  return { clock, sent, counter: new ReceiveCounter((frame) => sent.push(frame), clock) };
}

test('after 32 messages it says so at once, and no second time', () => {
  const { clock, sent, counter } = setUp();
  for (let n = 0; n < 31; n += 1) counter.count();
  expect(sent).toEqual([]);
  counter.count();
  expect(sent).toEqual(['!ack 32']);
  expect(clock.running).toBe(0);
  clock.advance(10_000);
  expect(sent).toEqual(['!ack 32']);
});

test('after 250 ms it says so, counted from the first message it has not told of', () => {
  const { clock, sent, counter } = setUp();
  counter.count();
  clock.advance(200);
  counter.count();
  clock.advance(49);
  expect(sent).toEqual([]);
  clock.advance(1);
  expect(sent).toEqual(['!ack 2']);
  counter.count();
  clock.advance(250);
  expect(sent).toEqual(['!ack 2', '!ack 3']);
});

test('what is no news is not told, and a stopped counter tells nothing', () => {
  const { clock, sent, counter } = setUp();
  counter.tell();
  counter.count();
  counter.toldByHeader();
  counter.tell();
  clock.advance(1_000);
  counter.count();
  counter.stop();
  clock.advance(1_000);
  expect(sent).toEqual([]);
  expect(counter.received).toBe(2);
  expect(clock.running).toBe(0);
});

test('however messages and time come: told in time, in order, and never too much', () => {
  const step = fc.oneof(fc.constant('message' as const), fc.integer({ min: 0, max: 400 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { clock, sent, counter } = setUp();
      const told = (): number => {
        const frame = parseFrame(Buffer.from(sent.at(-1) ?? '!ack 0'));
        return frame.kind === 'ack' ? frame.count : Number.NaN;
      };
      let received = 0;
      for (const next of steps) {
        const before = told();
        if (next === 'message') {
          received += 1;
          counter.count();
        } else clock.advance(next);
        expect(told()).toBeGreaterThanOrEqual(before);
        expect(told()).toBeLessThanOrEqual(received);
        expect(received - told()).toBeLessThan(32);
        if (typeof next === 'number' && next >= 250) expect(told()).toBe(received);
      }
      expect(new Set(sent).size).toBe(sent.length);
    }),
  );
});
