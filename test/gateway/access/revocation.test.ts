import { expect, test } from 'vitest';
import { startTestGateway } from '../../support/gateway-in-process.ts';
import { openPeer, tryUpgrade } from '../../support/gateway-peer.ts';

/** Keys that stop being good while somebody is connected. */
test('[CL1] a revoked key’s connections are cut with 4401, all of them and no others', async () => {
  const gateway = await startTestGateway({ keys: [{}] });
  const [other = gateway.key] = gateway.keys;
  const mine = [await openPeer(gateway, gateway.key), await openPeer(gateway, gateway.key)];
  const theirs = await openPeer(gateway, other);
  await gateway.revoke(gateway.key);
  for (const peer of mine) {
    expect(await peer.closed).toEqual({ code: 4401, reason: 'key revoked' });
    expect(peer.controls).toEqual(['!bye 4401 key revoked']);
  }
  expect(await tryUpgrade(gateway, gateway.key)).toMatchObject({ refusal: 'key_revoked', isSigned: true });
  expect(await theirs.call('rlm_session_create')).toMatchObject({ success: true });
  expect(gateway.logs.of('key_revoked')).toMatchObject([{ key_id: gateway.key.id, connections: 2 }]);
});

test('a key that expires while it is in use is cut as well', async () => {
  const gateway = await startTestGateway({ keys: [{ expiresAt: Date.now() + 1_500 }] });
  const [key = gateway.key] = gateway.keys;
  const peer = await openPeer(gateway, key);
  expect(await peer.closed).toEqual({ code: 4401, reason: 'key expired' });
});

test('a peer that ignores being cut is not heard any more', async () => {
  const gateway = await startTestGateway();
  const peer = await openPeer(gateway, gateway.key);
  // Sends from below `ws`, which would stop by itself: one masked text frame after the other.
  const text = Buffer.from(
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"rlm_session_create","arguments":{}}}',
  );
  const head = Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]);
  const frame = Buffer.concat([head, text]);
  peer.ws.removeAllListeners('message');
  peer.ws.pause();
  await gateway.revoke(gateway.key);
  await gateway.logs.waitFor('key_revoked');
  for (let n = 0; n < 50; n += 1) peer.socket.write(frame);
  await gateway.logs.waitFor('connection_close');
  expect(gateway.logs.of('key_revoked')).toHaveLength(1);
  expect(await gateway.store.db.selectFrom('sessions').selectAll().execute()).toEqual([]);
});
