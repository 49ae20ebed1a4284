import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { PacedIntake } from '../../../../gateway/exec/guests/paced-intake.ts';

/** Each byte of a chunk is a message. */
function* bytesOf(chunk: Buffer): Generator<number> {
  yield* chunk;
}

/** Keeps the event loop busy for longer than a turn's share. */
function burn(): void {
  const untilMs = performance.now() + 5;
  while (performance.now() < untilMs);
}

interface Watched {
  readonly intake: PacedIntake<number>;
  readonly stream: PassThrough;
  readonly seen: number[];
  /** Turns of the event loop that had passed when each message came. */
  readonly turns: number[];
  isBroken: boolean;
}

function watched(
  onMessage: (message: number, watched: Watched) => void,
  cut = bytesOf,
  fullSpeedBytes?: number,
): Watched {
  const stream = new PassThrough();
  let turn = 0;
  const count = (): void => {
    turn += 1;
    if (!stream.destroyed) setImmediate(count);
  };
  setImmediate(count);
  const intake = new PacedIntake<number>(stream, {
    cut,
    onMessage: (message) => {
      all.seen.push(message);
      all.turns.push(turn);
      onMessage(message, all);
    },
    onBroken: () => {
      all.isBroken = true;
    },
    ...(fullSpeedBytes === undefined ? {} : { fullSpeedBytes }),
  });
  const all: Watched = { intake, stream, seen: [], turns: [], isBroken: false };
  stream.on('data', (chunk: Buffer) => intake.take(chunk));
  return all;
}

const untilDone = (intake: PacedIntake<number>): Promise<void> =>
  new Promise((resolve) => intake.whenDone(resolve));

test('messages that take no time come at once, in one turn', () => {
  const { intake, seen, turns, stream } = watched(() => {});
  intake.take(Buffer.from([1, 2, 3]));
  intake.take(Buffer.from([4]));
  stream.destroy();
  expect([seen, new Set(turns).size]).toEqual([[1, 2, 3, 4], 1]);
});

test('work over a turn’s share waits for another turn, within a chunk as between chunks', async () => {
  const { intake, seen, turns, stream } = watched(burn);
  stream.write(Buffer.from([1, 2, 3]));
  stream.write(Buffer.from([4, 5]));
  stream.end();
  await once(stream, 'end');
  await untilDone(intake);
  stream.destroy();
  expect(seen).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(turns).size).toBe(5);
});

test('a worker that goes on and on is left alone between its turns', async () => {
  const { intake, turns, stream } = watched(burn);
  intake.take(Buffer.alloc(60));
  await untilDone(intake);
  stream.destroy();
  const passed = (from: number, to: number): number => (turns[to] ?? 0) - (turns[from] ?? 0);
  expect(passed(0, 15)).toBeGreaterThanOrEqual(15);
  // Turns of others, which here have nothing to do, are many in the pause of each.
  expect(passed(29, 59)).toBeGreaterThan(60);
});

test('one that says more than it may at full speed is read a chunk a turn, with a pause', async () => {
  const { turns, stream } = watched(() => {}, bytesOf, 2);
  for (const byte of [1, 2, 3, 4, 5, 6]) {
    await new Promise<void>((resolve) => stream.write(Buffer.from([byte]), () => resolve()));
  }
  stream.end();
  await once(stream, 'end');
  stream.destroy();
  expect(turns.length).toBe(6);
  // Turns of others, as above, between each two from the third on.
  expect((turns[5] ?? 0) - (turns[2] ?? 0)).toBeGreaterThan(6);
});

test('chunks that come though the stream was told to wait are neither lost nor early', async () => {
  const { intake, seen, turns, stream } = watched(burn);
  intake.take(Buffer.from([1, 2]));
  // What Node does once a process has ended.
  stream.resume();
  intake.take(Buffer.from([3]));
  intake.take(Buffer.from([4]));
  expect([seen, intake.hasMore, stream.isPaused()]).toEqual([[1], true, true]);
  await untilDone(intake);
  stream.destroy();
  expect([seen, new Set(turns).size, intake.hasMore]).toEqual([[1, 2, 3, 4], 4, false]);
});

test('what waits when it is closed is neither cut nor heard', async () => {
  let asked = 0;
  function* counted(chunk: Buffer): Generator<number> {
    for (const byte of chunk) {
      asked += 1;
      yield byte;
    }
  }
  const { intake, seen, stream } = watched((message, all) => {
    if (message === 2) all.intake.close();
  }, counted);
  let isTold = false;
  intake.take(Buffer.from([1, 2, 3, 4]));
  intake.take(Buffer.from([5]));
  intake.whenDone(() => {
    isTold = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  stream.destroy();
  expect([seen, asked, isTold]).toEqual([[1, 2], 2, false]);
});

test('what waits for its turn when it is closed is dropped as well', async () => {
  const { intake, seen, stream } = watched(burn);
  intake.take(Buffer.from([1, 2, 3]));
  intake.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  stream.destroy();
  expect(seen).toEqual([1]);
});

test.each(['cut', 'message'])('a bad %s ends it, once', async (where) => {
  function* bad(chunk: Buffer): Generator<number> {
    for (const byte of chunk) {
      if (byte === 2 && where === 'cut') throw new RangeError('no message');
      yield byte;
    }
  }
  const all = watched((message) => {
    if (message === 2 && where === 'message') throw new RangeError('a bad message');
  }, bad);
  all.intake.take(Buffer.from([1, 2, 3]));
  all.intake.take(Buffer.from([4]));
  all.stream.destroy();
  expect([all.isBroken, all.seen.filter((message) => message !== 2)]).toEqual([true, [1]]);
});
