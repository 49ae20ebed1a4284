import { apply, floor, max, OwnTypeError } from './primordials.ts';

interface Timer {
  readonly id: number;
  dueMs: number;
  readonly everyMs: number | null;
  readonly run: (...values: never[]) => unknown;
  readonly values: readonly unknown[];
  next: Timer | null;
}

/**
 * Timers, run by the guest in the order they are due once the script itself has come to its end. Their clock is their own:
 * it stands at the time for which the last one was set.
 */
export interface Timers {
  /** @returns its id @throws where there is nothing to run: a text is not turned into code here */
  start(run: unknown, settings: TimerSettings): number;
  stop(id: unknown): void;
  /** Milliseconds until the next is due, or -1 where there is none. */
  nextMs(): number;
  runNext(): void;
}

export interface TimerSettings {
  /** As a browser takes it: whatever is no number of milliseconds is the shortest delay there is. */
  readonly delay: unknown;
  readonly isRepeated: boolean;
  /** What it is run with. */
  readonly values: readonly unknown[];
}

export function makeTimers(): Timers {
  let first: Timer | null = null;
  let nowMs = 0;
  let lastId = 0;

  const enqueue = (timer: Timer): void => {
    let before: Timer | null = null;
    let after = first;
    while (after !== null && after.dueMs <= timer.dueMs) {
      before = after;
      after = after.next;
    }
    timer.next = after;
    if (before === null) first = timer;
    else before.next = timer;
  };

  const start = (run: unknown, { delay, isRepeated, values }: TimerSettings): number => {
    if (typeof run !== 'function') throw new OwnTypeError('a timer takes a function');
    const delayMs = max(1, floor(+(delay as number)) || 0);
    lastId += 1;
    enqueue({
      id: lastId,
      dueMs: nowMs + delayMs,
      everyMs: isRepeated ? delayMs : null,
      // A function, as was just asked; what it makes of its arguments is the program's affair.
      run: run as Timer['run'],
      values,
      next: null,
    });
    return lastId;
  };

  const stop = (id: unknown): void => {
    let before: Timer | null = null;
    for (let timer = first; timer !== null; timer = timer.next) {
      if (timer.id === id) {
        if (before === null) first = timer.next;
        else before.next = timer.next;
        return;
      }
      before = timer;
    }
  };

  const nextMs = (): number => (first === null ? -1 : max(0, first.dueMs - nowMs));

  const runNext = (): void => {
    const timer = first;
    if (timer === null) return;
    first = timer.next;
    nowMs = max(nowMs, timer.dueMs);
    if (timer.everyMs !== null) {
      timer.dueMs = nowMs + timer.everyMs;
      enqueue(timer);
    }
    apply(timer.run, undefined, timer.values as never[]);
  };

  return { start, stop, nextMs, runNext };
}
