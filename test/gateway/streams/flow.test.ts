import { EventEmitter, once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { WebSocketTransport } from '../../../gateway/streams/web-socket-transport.ts';
import { MAX_WAITING_BYTES } from '../../../shared/limits.ts';
import { startTestGateway } from '../../support/gateway-in-process.ts';
import { openPeer } from '../../support/gateway-peer.ts';

/** Callers that ask for more than they take, or for more than anybody can do at once. */
interface Pair {
  readonly client: WebSocket;
  /** The gateway's end, and the socket under it. */
  readonly server: WebSocket;
  readonly socket: Socket;
  readonly transport: WebSocketTransport;
  readonly delivered: readonly JSONRPCMessage[];
  /** Emits `message` for each delivered one. */
  readonly events: EventEmitter;
  /** What `hasRoom` answers. */
  room: { hasRoom: boolean };
}

async function pair(): Promise<Pair> {
  const listener = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(listener, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(listener.address() as AddressInfo).port}`);
  const [server, request] = (await once(listener, 'connection')) as [WebSocket, { socket: Socket }];
  await once(client, 'open');
  onTestFinished(() => {
    client.terminate();
    server.terminate();
    listener.close();
  });
  const room = { hasRoom: true };
  const transport = new WebSocketTransport(server, {
    hasRoom: () => room.hasRoom,
    onProtocolError: () => {},
    onDelivered: () => {},
  });
  const delivered: JSONRPCMessage[] = [];
  const events = new EventEmitter();
  transport.onmessage = (message: JSONRPCMessage) => {
    delivered.push(message);
    events.emit('message', message);
  };
  await transport.start();
  return { client, server, socket: request.socket, transport, delivered, events, room };
}

const ping = (id: number): string => JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' });

/** Resolves when the gateway has stopped reading. */
async function stoppedReading({ socket }: Pair): Promise<void> {
  if (!socket.isPaused()) await once(socket, 'pause');
}

/** Resolves when nothing more is delivered, in as many turns as would have delivered a lot. */
async function deliveredAll({ delivered }: Pair): Promise<void> {
  for (let before = -1; before !== delivered.length; ) {
    before = delivered.length;
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

test('[FR5] while its answers are not taken, a caller is not read: what waits stays bounded', async () => {
  const ends = await pair();
  const { client, server, transport, events } = ends;
  const answer = 'x'.repeat(64 * 1024);
  let largest = 0;
  events.on('message', ({ id }: { id: number }) => {
    void transport.send({ jsonrpc: '2.0', id, result: { answer } }).catch(() => {});
    largest = Math.max(largest, server.bufferedAmount);
  });
  client.pause();
  const total = 2_000;
  for (let id = 0; id < total; id += 1) client.send(ping(id));
  await stoppedReading(ends);
  await deliveredAll(ends);
  expect(ends.socket.isPaused()).toBe(true);
  expect(ends.delivered.length).toBeLessThan(total);
  expect(largest).toBeLessThan(MAX_WAITING_BYTES + 2 * answer.length);

  // Once it takes them, it gets every answer: nothing was dropped.
  let answers = 0;
  const all = new Promise<void>((resolve) => {
    client.on('message', () => {
      answers += 1;
      if (answers === total) resolve();
    });
  });
  client.resume();
  await all;
  expect(ends.delivered.map((message) => ('id' in message ? message.id : null))).toEqual(
    Array.from({ length: total }, (_, id) => id),
  );
  expect(largest).toBeLessThan(MAX_WAITING_BYTES + 2 * answer.length);
});

test('while there is no room for a call, nothing is delivered, and then one by one', async () => {
  const ends = await pair();
  const { client, transport, delivered, events, room } = ends;
  events.on('message', () => {
    room.hasRoom = false;
  });
  for (let id = 0; id < 1_000; id += 1) client.send(ping(id));
  await stoppedReading(ends);
  expect(delivered).toHaveLength(1);
  for (let n = 2; n <= 1_000; n += 1) {
    room.hasRoom = true;
    const next = once(events, 'message');
    transport.proceed();
    await next;
    expect(delivered).toHaveLength(n);
  }
});

test('what was held when the connection began to close is not delivered', async () => {
  const ends = await pair();
  const { client, server, transport, delivered, room } = ends;
  room.hasRoom = false;
  for (let id = 0; id < 10; id += 1) client.send(ping(id));
  await stoppedReading(ends);
  server.close(4401, 'key revoked');
  room.hasRoom = true;
  transport.proceed();
  await once(server, 'close');
  expect(delivered).toEqual([]);
});

test('a batch of more messages than anybody sends is refused as a whole', async () => {
  const { client, delivered } = await pair();
  const batch = (length: number): string => `[${Array.from({ length }, (_, id) => ping(id)).join(',')}]`;
  client.send(batch(101));
  const [refusal] = (await once(client, 'message')) as [Buffer];
  expect(JSON.parse(refusal.toString())).toMatchObject({ id: null, error: { code: -32600 } });
  expect(delivered).toEqual([]);
});

test('[FR6] one connection has at most 32 calls running, and each is answered', async () => {
  let running = 0;
  let most = 0;
  const gateway = await startTestGateway({
    wrapStore: (store) => ({
      ...store,
      append: async (append) => {
        running += 1;
        most = Math.max(most, running);
        // A turn of the store's thread: long enough for every message that was read to have begun.
        await store.dataVersion();
        const position = await store.append(append);
        running -= 1;
        return position;
      },
    }),
  });
  const peer = await openPeer(gateway, gateway.key);
  // Many frames in one TLS record reach the gateway in one turn.
  peer.socket.cork();
  const ids = Array.from({ length: 400 }, () =>
    peer.post('tools/call', { name: 'rlm_session_create', arguments: {} }),
  );
  peer.socket.uncork();
  for (const id of ids) expect(await peer.answerTo(id)).toMatchObject({ result: { isError: false } });
  expect(most).toBeLessThanOrEqual(32);
  expect(most).toBeGreaterThan(1);
});

test('a call that the caller cancels makes room, whatever becomes of its answer', async () => {
  const gateway = await startTestGateway();
  const peer = await openPeer(gateway, gateway.key);
  for (let n = 0; n < 200; n += 1) {
    const id = peer.post('tools/call', { name: 'rlm_session_create', arguments: {} });
    peer.notify('notifications/cancelled', { requestId: id });
  }
  expect(await peer.call('rlm_session_create')).toMatchObject({ success: true });
});
