import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { startTestGateway, type TestGateway, useTestGateway } from '../../support/gateway-in-process.ts';
import { bodyOf, openPeer, openSilentPeer, type Peer, tryUpgrade } from '../../support/gateway-peer.ts';

/** Acknowledgements and repeated calls over real connections. */

const shared = useTestGateway({ files: { 'a.txt': 'one\n' } });
const peerOf = (instance: string = randomUUID()): Promise<Peer> =>
  openPeer(shared(), shared().key, { instance });

const ledgerOf = (gateway: TestGateway, instance: string) =>
  gateway.store.db.selectFrom('ledger').selectAll().where('instance', '=', instance).execute();

const recordsOf = async (gateway: TestGateway, instance: string): Promise<readonly { outcome: string }[]> =>
  (await gateway.store.db.selectFrom('records').select('leaf').orderBy('seq').execute())
    .map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString()) as { instance: string; outcome: string })
    .filter((record) => record.instance === instance);

const send = (peer: Peer, id: unknown, name: string, args: unknown): void =>
  peer.ws.send(
    JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }),
  );

describe('[LG6] acknowledgements', () => {
  test('take the answers out of the ledger, those and no others', async () => {
    const instance = randomUUID();
    const peer = await peerOf(instance);
    // The first data frame answered `initialize`.
    for (let n = 0; n < 3; n += 1) await peer.call('rlm_session_create');
    expect(await ledgerOf(shared(), instance)).toHaveLength(3);
    peer.ws.send('!ack 3');
    await vi.waitUntil(async () => (await ledgerOf(shared(), instance)).length === 1, { interval: 5 });
    expect((await ledgerOf(shared(), instance)).map(({ request }) => request)).toEqual(['4']);
    peer.ws.send('!ack 4');
    await vi.waitUntil(async () => (await ledgerOf(shared(), instance)).length === 0, { interval: 5 });
    expect(await peer.call('rlm_session_create')).toMatchObject({ success: true });
  });

  test.each([
    ['before anything was sent', '!ack 1', openSilentPeer],
    ['of one frame more than was sent', '!ack 2', openPeer],
    ['of as many as can be said', '!ack 9007199254740991', openPeer],
  ])('%s end the connection with 1008', async (_, frame, open) => {
    const peer = await open(shared(), shared().key);
    peer.ws.send(frame);
    expect(await peer.closed).toEqual({ code: 1008, reason: 'an acknowledgement of what was never sent' });
  });
});

test('[LG6] an id that is used again on one connection is another call, with the same arguments too', async () => {
  const instance = randomUUID();
  const peer = await peerOf(instance);
  for (let n = 1; n <= 4; n += 1) {
    send(peer, 'same', 'rlm_session_create', {});
    await vi.waitUntil(() => peer.messages.filter(({ id }) => id === 'same').length === n, { interval: 1 });
  }
  const made = peer.messages.filter(({ id }) => id === 'same').map((answer) => bodyOf(answer)['session_id']);
  expect(new Set(made).size).toBe(4);
  expect(await recordsOf(shared(), instance)).toHaveLength(4);
});

test('[LG1] a call that is sent again on the next connection gets the answer of the first', async () => {
  const instance = randomUUID();
  const first = await peerOf(instance);
  send(first, 'x', 'rlm_session_create', {});
  const answer = bodyOf(await first.answerTo('x'));
  first.ws.terminate();
  await first.closed;
  const second = await peerOf(instance);
  send(second, 'x', 'rlm_session_create', {});
  expect(bodyOf(await second.answerTo('x'))).toEqual(answer);
  // A bridge of another instance has other ids.
  const other = await peerOf();
  send(other, 'x', 'rlm_session_create', {});
  expect(bodyOf(await other.answerTo('x'))['session_id']).not.toBe(answer['session_id']);
  expect(await recordsOf(shared(), instance)).toHaveLength(1);
});

describe('[LG4] a call whose connection breaks', () => {
  /** A gateway that has begun a call, `x`, which waits at its claim until it is released. */
  async function calling() {
    const held = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const hold = { isOn: false };
    const gateway = await startTestGateway({
      files: { 'a.txt': 'one\n' },
      wrapStore: (store) => ({
        ...store,
        guarded: async (guards) => {
          if (hold.isOn) {
            hold.isOn = false;
            begun.resolve();
            await held.promise;
          }
          return store.guarded(guards);
        },
      }),
    });
    const instance = randomUUID();
    const peer = await openPeer(gateway, gateway.key, { instance });
    const session_id = await peer.session();
    const call = (on: Peer): void => send(on, 'x', 'rlm_fs_list', { session_id, root: '.' });
    const before = (await recordsOf(gateway, instance)).length;
    hold.isOn = true;
    call(peer);
    await begun.promise;
    return {
      gateway,
      instance,
      peer,
      call,
      release: held.resolve,
      outcomes: async () => (await recordsOf(gateway, instance)).slice(before).map(({ outcome }) => outcome),
    };
  }

  test('goes on, and its answer waits for its bridge', async () => {
    const { gateway, instance, peer, call, release, outcomes } = await calling();
    peer.ws.terminate();
    await gateway.logs.waitFor('connection_close');
    release();
    await gateway.logs.waitFor('tool_call', ({ tool }) => tool === 'rlm.fs.list');
    const next = await openPeer(gateway, gateway.key, { instance });
    call(next);
    expect(bodyOf(await next.answerTo('x'))).toMatchObject({ success: true });
    expect(gateway.logs.of('call_repeated')).toMatchObject([{ how: 'stored' }]);
    expect(await outcomes()).toEqual(['ok']);
  });

  test('is cancelled by its client on the next one', async () => {
    const { gateway, instance, peer, call, release, outcomes } = await calling();
    peer.ws.terminate();
    await gateway.logs.waitFor('connection_close');
    const next = await openPeer(gateway, gateway.key, { instance });
    call(next);
    await gateway.logs.waitFor('call_repeated', ({ how }) => how === 'joined');
    next.notify('notifications/cancelled', { requestId: 'x' });
    await next.request('ping');
    release();
    await gateway.logs.waitFor('tool_error', ({ error }) => error === 'CANCELLED');
    expect(await outcomes()).toEqual(['CANCELLED']);
    await next.request('ping');
    expect(next.messages.filter(({ id }) => id === 'x')).toEqual([]);
  });

  test('ends where its key has been revoked: nobody will come back for it', async () => {
    const { gateway, peer, release, outcomes } = await calling();
    await gateway.revoke(gateway.key);
    expect((await peer.closed).code).toBe(4401);
    await gateway.logs.waitFor('connection_close');
    release();
    await gateway.logs.waitFor('tool_error', ({ error }) => error === 'CANCELLED');
    expect(await outcomes()).toEqual(['CANCELLED']);
  });

  test('counts as one of its key’s connections until it has ended', async () => {
    const { gateway, peer, release } = await calling();
    peer.ws.terminate();
    await gateway.logs.waitFor('connection_close');
    for (let n = 0; n < 63; n += 1) await openSilentPeer(gateway, gateway.key);
    expect(await tryUpgrade(gateway, gateway.key)).toMatchObject({ refusal: 'too_many' });
    release();
    await gateway.logs.waitFor('tool_call', ({ tool }) => tool === 'rlm.fs.list');
    await vi.waitUntil(async () => (await tryUpgrade(gateway, gateway.key)).status === 101, { interval: 5 });
  });
});
