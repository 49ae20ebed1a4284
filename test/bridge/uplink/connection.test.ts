import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../../bridge/uplink/connection.ts';
import { GatewayDialer } from '../../../bridge/uplink/gateway-dialer.ts';
import type { Loss } from '../../../bridge/uplink/loss.ts';
import { ACK_WITHIN_MS, MAX_MESSAGE_FROM_GATEWAY_BYTES, MAX_WAITING_BYTES } from '../../../shared/limits.ts';
import { type FakeGateway, type Peer, startFakeGateway } from '../../support/fake-gateway.ts';

let folder: string;
let gateway: FakeGateway;
let connection: Connection;
let peer: Peer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rlm-test-'));
  gateway = await startFakeGateway({ behaviour: { respond: () => undefined } });
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, gateway.ca);
  const dialer = new GatewayDialer({
    loadSettings: async () => ({
      origin: gateway.origin,
      gatewayKey: gateway.pin,
      caFile,
      keySource: { kind: 'env' },
    }),
    loadKey: async () => gateway.key,
    instance: '0b1f7a0e-2f5c-4a53-9d5e-3d1f5c6b7a89',
    nowS: () => Math.floor(Date.now() / 1000),
  });
  connection = await dialer.dial(new AbortController().signal);
  peer = await gateway.waitForConnections(1);
});

afterEach(async () => {
  vi.useRealTimers();
  connection.terminate();
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

/** Resolves with why the connection was lost; received texts are collected. */
function lossOf(received: string[] = []): Promise<Loss> {
  return new Promise((lost) => {
    connection.start({ received: (bytes) => received.push(String(bytes)), drained: () => undefined, lost });
  });
}

describe('frames', () => {
  it('[FR1] passes data byte for byte, in order, and keeps acks to itself', async () => {
    const received: string[] = [];
    const lost = lossOf(received);
    const texts = ['{"a": 1}', '!ack 3', '[{"b":"ü"}]', '!ack 0', '{ }'];
    for (const text of texts) peer.send(text);
    peer.socket.close(1000);
    expect(await lost).toEqual({ kind: 'dropped' });
    expect(received).toEqual(['{"a": 1}', '[{"b":"ü"}]', '{ }']);
  });

  it.each(['hello', '!nack 1', '!ack -1', ' {}', `!bye 1012 ${'x'.repeat(600)}`, ''])(
    'ends the connection at %j',
    async (text) => {
      const closed = new Promise<number>((resolve) => peer.socket.once('close', resolve));
      const lost = lossOf();
      peer.send(text);
      expect(await lost).toEqual({ kind: 'dropped' });
      expect(await closed).toBe(1003);
    },
  );

  it('[FR2] ends the connection at a binary frame', async () => {
    const closed = new Promise<number>((resolve) => peer.socket.once('close', resolve));
    const lost = lossOf();
    peer.socket.send(Buffer.from('{}'), { binary: true });
    await lost;
    expect(await closed).toBe(1003);
  });

  it('[FR3] takes a message of exactly the limit, and no larger one', async () => {
    const received: string[] = [];
    const lost = lossOf(received);
    const text = `{"a":"${'x'.repeat(MAX_MESSAGE_FROM_GATEWAY_BYTES - 8)}"}`;
    peer.send(text);
    peer.send(`${text} `);
    expect(await lost).toEqual({ kind: 'too-large' });
    expect(received.map((each) => each.length)).toEqual([MAX_MESSAGE_FROM_GATEWAY_BYTES]);
  });
});

describe('acknowledgements', () => {
  /** Starts the connection; resolves, each time it is asked, when so many messages have been received in all. */
  function receiving(): (count: number) => Promise<void> {
    const arrived = Array.from({ length: 100 }, () => Promise.withResolvers<void>());
    let count = 0;
    connection.start({
      received: () => arrived[count++]?.resolve(),
      drained: () => undefined,
      lost: () => undefined,
    });
    return async (wanted) => {
      await arrived[wanted - 1]?.promise;
      // It is counted right after it was handed on.
      await Promise.resolve();
    };
  }

  it('leave after 32 messages at once, and within 250 ms of the first that was not told of', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const received = receiving();
    for (let count = 0; count < 64; count += 1) peer.send('{}');
    await gateway.waitForAcks(2);
    expect(gateway.acks).toEqual(['!ack 32', '!ack 64']);
    peer.send('{}');
    await received(65);
    vi.advanceTimersByTime(ACK_WITHIN_MS - 1);
    peer.send('{}');
    await received(66);
    connection.send(Buffer.from('{"mark":1}'));
    await gateway.waitFor((text) => text.includes('mark'));
    expect(gateway.acks).toHaveLength(2);
    vi.advanceTimersByTime(1);
    await gateway.waitForAcks(3);
    expect(gateway.acks[2]).toBe('!ack 66');
    vi.advanceTimersByTime(ACK_WITHIN_MS * 4);
    connection.send(Buffer.from('{"mark":2}'));
    await gateway.waitFor((text) => text.includes('mark":2'));
    expect(gateway.acks).toHaveLength(3);
  });

  it('count messages, not frames: the gateway’s own control frames are not told of', async () => {
    receiving();
    peer.send('!ack 0');
    for (let count = 0; count < 32; count += 1) peer.send('{}');
    await gateway.waitForAcks(1);
    expect(gateway.acks).toEqual(['!ack 32']);
  });

  it('are not sent, nor waited for, after a close', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const received = receiving();
    peer.send('{}');
    await received(1);
    const closed = new Promise((resolve) => peer.socket.once('close', resolve));
    connection.close();
    peer.send('{}');
    vi.advanceTimersByTime(ACK_WITHIN_MS);
    await closed;
    vi.advanceTimersByTime(ACK_WITHIN_MS);
    expect(gateway.acks).toEqual([]);
  });

  it('leave no timer behind when the connection is lost', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const lost = new Promise<void>((resolve) => {
      connection.start({ received: () => gateway.cutAll(), drained: () => undefined, lost: () => resolve() });
    });
    peer.send('{}');
    await lost;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the end', () => {
  it.each([
    [1000, 'dropped', undefined],
    [1001, 'dropped', undefined],
    [1011, 'dropped', undefined],
    [1012, 'restarting', undefined],
    [4401, 'refused', 'KEY_REVOKED'],
    [4403, 'refused', 'NOT_ALLOWED'],
    [4408, 'idle', undefined],
    [4409, 'refused', 'CONNECTION_LOST'],
    [4429, 'refused', 'TOO_MANY_CONNECTIONS'],
    [4999, 'dropped', undefined],
  ])('by %i means %s %s', async (code, kind, error) => {
    const lost = lossOf();
    peer.socket.close(code);
    expect(await lost).toMatchObject({ kind, ...(error !== undefined && { error: { code: error } }) });
  });

  it('is announced by !bye, whose code counts', async () => {
    const received: string[] = [];
    const lost = lossOf(received);
    peer.send('!bye 1012 restarting');
    peer.send('{"last":"answer"}');
    peer.socket.close(1000);
    expect(await lost).toEqual({ kind: 'restarting' });
    expect([connection.isLeaving, received]).toEqual([true, ['{"last":"answer"}']]);
  });

  it('by the network is a drop', async () => {
    const lost = lossOf();
    gateway.cutAll();
    expect(await lost).toEqual({ kind: 'dropped' });
  });

  it('before anybody listened is told all the same', async () => {
    gateway.cutAll();
    await new Promise((resolve) => peer.socket.once('close', resolve));
    expect(await lossOf()).toEqual({ kind: 'dropped' });
  });
});

describe('back-pressure', () => {
  it('says when too much waits for a gateway that does not read, and when it has gone', async () => {
    peer.socket.pause();
    const drained = new Promise<void>((resolve) => {
      connection.start({ received: () => undefined, drained: resolve, lost: () => undefined });
    });
    const text = Buffer.from(`{"a":"${'x'.repeat(MAX_WAITING_BYTES)}"}`);
    for (let sent = 0; sent < 64 && !connection.isFull; sent++) connection.send(text);
    expect(connection.isFull).toBe(true);
    peer.socket.resume();
    await drained;
    expect(connection.isFull).toBe(false);
  });
});
