import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../bridge/uplink/connection.ts';
import { GatewayDialer } from '../../../bridge/uplink/gateway-dialer.ts';
import type { Loss } from '../../../bridge/uplink/loss.ts';
import { MAX_MESSAGE_FROM_GATEWAY_BYTES, MAX_WAITING_BYTES } from '../../../shared/limits.ts';
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
