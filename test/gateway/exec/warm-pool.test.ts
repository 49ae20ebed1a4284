import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Engine, EngineWorker } from '../../../gateway/exec/engine.ts';
import { LimitsJail } from '../../../gateway/exec/jail/limits-jail.ts';
import { WarmPool } from '../../../gateway/exec/warm-pool.ts';

/** Workers that are no processes: what is tested is when they are started, given away and ended. */
class CountingEngine implements Engine {
  readonly name = 'quickjs';
  readonly live = new Set<FakeWorker>();
  readonly changes = new EventEmitter();
  started = 0;
  isBroken = false;
  /** While there is one, nothing comes up. */
  gate: Promise<void> = Promise.resolve();

  async start(): Promise<EngineWorker> {
    this.started += 1;
    await this.gate;
    if (this.isBroken) throw new Error('broken');
    const worker = new FakeWorker(() => this.live.delete(worker));
    this.live.add(worker);
    this.changes.emit('start');
    return worker;
  }
}

class FakeWorker implements EngineWorker {
  readonly pid = 1;
  readonly gone: Promise<void>;
  kill: () => void = () => {};

  constructor(onKill: () => void) {
    this.gone = new Promise((resolve) => {
      this.kill = () => {
        onKill();
        resolve();
      };
    });
  }

  async run(): Promise<{ kind: 'timeout' }> {
    return { kind: 'timeout' };
  }
}

const nobody = new AbortController().signal;

function setUp(options: { size?: number; maxStarts?: number; idleStopMs?: number | null } = {}) {
  const engine = new CountingEngine();
  const faults: string[] = [];
  const pool = new WarmPool({
    engine,
    jail: new LimitsJail(),
    size: options.size ?? 2,
    maxStarts: options.maxStarts ?? 4,
    idleStopMs: options.idleStopMs ?? null,
    onFault: (reason) => faults.push(reason),
  });
  return { engine, faults, pool };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a pool of workers', () => {
  test('is warm before anyone asks, gives each worker away once, and refills when told', async () => {
    const { engine, pool } = setUp();
    await pool.warm();
    expect(engine.live.size).toBe(2);
    const [a, b] = [await pool.take(nobody), await pool.take(nobody)];
    expect(a).not.toBe(b);
    expect(engine.started).toBe(2);
    pool.refill();
    await pool.warm();
    expect(engine.started).toBe(4);
    await pool.stop();
  });

  test('starts a worker for whoever finds none ready, the first first', async () => {
    const { engine, pool } = setUp({ size: 1 });
    const workers = await Promise.all([pool.take(nobody), pool.take(nobody), pool.take(nobody)]);
    expect(new Set(workers).size).toBe(3);
    expect(engine.started).toBe(3);
    await pool.stop();
  });

  test('tells who waits when none comes up, and does not start one after the other', async () => {
    const { engine, faults, pool } = setUp();
    engine.isBroken = true;
    await pool.warm();
    expect(faults).toEqual(['broken', 'broken']);
    pool.refill();
    expect(engine.started).toBe(2);
    await expect(pool.take(nobody)).rejects.toThrow('no sandbox worker');
    engine.isBroken = false;
    expect(await pool.take(nobody)).toBeDefined();
    await pool.stop();
  });

  test('one at a time finds out whether workers come up again, with longer and longer pauses', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { engine, pool } = setUp({ size: 4 });
    engine.isBroken = true;
    await pool.warm();
    expect(engine.started).toBe(4);
    const waits = [1_000, 16_000, 32_000, 60_000, 60_000];
    for (const [at, waitMs] of waits.entries()) {
      vi.advanceTimersByTime(waitMs - 1);
      await pool.warm();
      expect(engine.started).toBe(4 + at);
      vi.advanceTimersByTime(1);
      await pool.warm();
      expect(engine.started).toBe(5 + at);
    }
    engine.isBroken = false;
    vi.advanceTimersByTime(60_000);
    await pool.warm();
    pool.refill();
    await pool.warm();
    expect(engine.live.size).toBe(4);
    await pool.stop();
  });

  test('starts nothing for those who wait no longer, and hands what comes up to who still does', async () => {
    const { engine, pool } = setUp({ size: 1, maxStarts: 2, idleStopMs: 300_000 });
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    const cancelled = Array.from({ length: 60 }, () => {
      const cancellation = new AbortController();
      const taking = pool.take(cancellation.signal);
      cancellation.abort(new Error('cancelled'));
      return expect(taking).rejects.toThrow('cancelled');
    });
    await Promise.all(cancelled);
    const honest = pool.take(nobody);
    expect(engine.started).toBeLessThanOrEqual(2);
    gate.resolve();
    expect(await honest).toBeDefined();
    await pool.warm();
    expect(engine.started).toBeLessThanOrEqual(3);
    await pool.stop();
    await expect(pool.take(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });

  test('brings up only so many at once', async () => {
    const { engine, pool } = setUp({ size: 1, maxStarts: 2, idleStopMs: 300_000 });
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    const taking = Array.from({ length: 5 }, () => pool.take(nobody));
    expect(engine.started).toBe(2);
    gate.resolve();
    expect(new Set(await Promise.all(taking)).size).toBe(5);
    await pool.stop();
  });

  test('replaces a worker that died while it stood ready', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { engine, faults, pool } = setUp({ size: 1 });
    await pool.warm();
    const [dead] = engine.live;
    dead?.kill();
    await dead?.gone;
    await Promise.resolve();
    expect(faults).toHaveLength(1);
    const started = once(engine.changes, 'start');
    vi.advanceTimersByTime(1_000);
    await started;
    expect(await pool.take(nobody)).not.toBe(dead);
    await pool.stop();
  });

  test('one that starts on need sleeps again after a while without', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { engine, pool } = setUp({ size: 1, idleStopMs: 300_000 });
    pool.refill();
    expect(engine.started).toBe(0);
    const worker = await pool.take(nobody);
    pool.refill();
    await pool.warm();
    expect(engine.live.size).toBe(2);
    worker.kill();
    vi.advanceTimersByTime(300_000);
    expect(engine.live.size).toBe(0);
    const again = await pool.take(nobody);
    pool.refill();
    await pool.warm();
    again.kill();
    pool.sleep();
    pool.refill();
    expect(engine.live.size).toBe(0);
    expect(await pool.take(nobody)).toBeDefined();
    await pool.stop();
  });

  test('stopped, it ends what is ready, what comes up late, and who waits', async () => {
    const { engine, pool } = setUp();
    const waiting = pool.take(nobody);
    const outcome = expect(waiting).rejects.toThrow('stopped');
    await pool.stop();
    await outcome;
    expect(engine.live.size).toBe(0);
    await expect(pool.take(nobody)).rejects.toThrow('stopped');
  });

  test('stopped, it does not wait for what comes up slowly', async () => {
    const sleeper: Engine = {
      name: 'quickjs',
      start: async (jail) => {
        const { child } = jail.spawn({
          executable: process.execPath,
          args: ['-e', 'setInterval(() => {}, 1000)'],
          readable: [],
          env: {},
          stdio: ['ignore'],
        });
        await once(child, 'exit');
        throw new Error('it ended before it was up');
      },
    };
    const faults: string[] = [];
    const onFault = (reason: string) => faults.push(reason);
    const jail = new LimitsJail();
    const pool = new WarmPool({ engine: sleeper, jail, size: 1, maxStarts: 1, idleStopMs: null, onFault });
    void pool.warm();
    // Where it waited for the worker to come up, this would never end.
    await pool.stop();
    expect(faults).toEqual([]);
  });
});
