import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeepAlive } from '../../../bridge/uplink/keep-alive.ts';
import { KEEP_ALIVE_INTERVAL_MS } from '../../../shared/limits.ts';

/** Stands for a socket: what is under test is the clock. */
class RecordingSocket extends EventEmitter {
  readyState = 1;
  readonly sent: string[] = [];
  ping(): void {
    this.sent.push('ping');
  }
  pong(): void {
    this.sent.push('pong');
  }
}

let socket: RecordingSocket;
let deaths: number;
let keepAlive: KeepAlive;

beforeEach(() => {
  vi.useFakeTimers();
  socket = new RecordingSocket();
  deaths = 0;
  keepAlive = new KeepAlive(socket, () => {
    deaths += 1;
  });
  keepAlive.start();
});

afterEach(() => {
  keepAlive.stop();
  vi.useRealTimers();
});

const intervals = (count: number): void => {
  for (let each = 0; each < count; each++) vi.advanceTimersByTime(KEEP_ALIVE_INTERVAL_MS);
};

describe('[KA1] keep-alive', () => {
  it('ends a connection after two pings without a sign of life', () => {
    intervals(2);
    expect([socket.sent, deaths]).toEqual([['ping', 'ping'], 0]);
    intervals(1);
    expect(deaths).toBe(1);
  });

  it('goes on as long as there are pongs, pings or messages', () => {
    for (const sign of [() => socket.emit('pong'), () => socket.emit('ping'), () => keepAlive.touch()]) {
      intervals(1);
      sign();
      intervals(1);
      sign();
    }
    intervals(2);
    expect(deaths).toBe(0);
  });

  it('counts nothing while reading is paused, and shows the gateway that we live', () => {
    keepAlive.pause();
    intervals(10);
    expect([new Set(socket.sent), deaths]).toEqual([new Set(['pong']), 0]);
    keepAlive.resume();
    intervals(3);
    expect(deaths).toBe(1);
  });

  it('gives a connection three seconds after the machine slept', () => {
    vi.setSystemTime(Date.now() + 3_600_000);
    intervals(1);
    expect(socket.sent).toEqual(['ping']);
    vi.advanceTimersByTime(3_000);
    expect(deaths).toBe(1);
  });

  it('keeps a connection that survived the sleep', () => {
    vi.setSystemTime(Date.now() + 3_600_000);
    intervals(1);
    socket.emit('pong');
    vi.advanceTimersByTime(3_000);
    expect(deaths).toBe(0);
  });
});
