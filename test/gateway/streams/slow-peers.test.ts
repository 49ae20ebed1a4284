import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway-in-process.ts';
import { dial, openPeer, requestText, upgradeLines } from '../../support/gateway-peer.ts';

/** Strangers who hold a socket without proving anything. Each test ends when the gateway has thrown them out. */
const UPGRADE = 'GET /bridge HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';
const IDLERS: Readonly<Record<string, string>> = {
  'says nothing': '',
  'says half a request line': 'GET /bri',
  'says half a header': 'GET /bridge HTTP/1.1\r\nHost: 127',
  'promises a body that never comes': 'POST /enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{',
  'begins a chunked body': 'POST /enrol HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
  'idles after an answer': 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n',
  'is refused': UPGRADE,
};

/** A peer that keeps its own end open whatever the gateway does: only the gateway can end this. */
async function stubbornPeer(gateway: TestGateway): Promise<TLSSocket> {
  const plain = connectTcp({ host: gateway.host, port: gateway.port, allowHalfOpen: true });
  const socket = await dial(gateway, { socket: plain });
  socket.allowHalfOpen = true;
  return socket;
}

test('[UP11] whoever does not prove itself is gone, whatever it does meanwhile', async () => {
  const gateway = await startTestGateway();
  const waiting = new Set(Object.keys(IDLERS));
  const readers = Object.entries(IDLERS).map(async ([title, text]) => {
    const socket = await dial(gateway);
    socket.on('data', () => {});
    socket.write(text);
    await once(socket, 'close');
    waiting.delete(title);
  });
  const withoutTls = async (): Promise<void> => {
    const socket = connectTcp(gateway.port, gateway.host);
    socket.on('error', () => {});
    await once(socket, 'close');
  };
  await Promise.all([...readers, withoutTls()]);
  expect(waiting).toEqual(new Set());
});

test('[UP11] a refused peer that never closes does not keep its place', async () => {
  const gateway = await startTestGateway();
  const socket = await stubbornPeer(gateway);
  socket.write(UPGRADE);
  await gateway.logs.waitFor('auth_failure');
  // What proves it is the gateway's own end: with the peer's still open, it can stop only if it has let go.
  await gateway.stop('test');
  expect(gateway.logs.of('stopped')).toHaveLength(1);
});

test('[UP11] an upgrade that the store keeps waiting is dropped', async () => {
  const gateway = await startTestGateway({
    wrapStore: (store) => ({
      ...store,
      // Everything stays real but the claim of a nonce, which is never answered.
      db: new Proxy(store.db, {
        get: (db, name) => {
          const value: unknown = Reflect.get(db, name, db);
          if (name === 'insertInto') return () => ({ values: () => ({ onConflict: () => NEVER }) });
          return typeof value === 'function' ? value.bind(db) : value;
        },
      }),
    }),
  });
  const socket = await dial(gateway);
  socket.write(requestText(upgradeLines(socket, gateway, gateway.key)));
  await once(socket, 'close');
});

const NEVER = { executeTakeFirst: () => new Promise<never>(() => {}) };

test('none of them keeps a peer that has proved itself from working', async () => {
  const gateway = await startTestGateway();
  const strangers = await Promise.all(Array.from({ length: 50 }, () => dial(gateway)));
  for (const socket of strangers) socket.write('GET /bridge HTTP/1.1\r\n');
  const peer = await openPeer(gateway, gateway.key);
  expect(await peer.call('rlm_session_create')).toMatchObject({ success: true });
});
