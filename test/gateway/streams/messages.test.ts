import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startTestGateway, useTestGateway } from '../../support/gateway-in-process.ts';
import { openPeer, openSilentPeer, type Peer } from '../../support/gateway-peer.ts';

/** What an authenticated peer may send, and what it may not. */
const PING = { jsonrpc: '2.0', id: 'p', method: 'ping' };

const shared = useTestGateway();
const peerOf = (): Promise<Peer> => openPeer(shared(), shared().key);

describe('[FR2] frames', () => {
  test.each([
    [
      'a binary frame',
      (peer: Peer) => peer.ws.send(Buffer.from(JSON.stringify(PING)), { binary: true }),
      1003,
    ],
    ['an empty frame', (peer: Peer) => peer.ws.send(''), 1003],
    ['text that is no frame', (peer: Peer) => peer.ws.send('hello'), 1003],
    ['white space before a message', (peer: Peer) => peer.ws.send(` ${JSON.stringify(PING)}`), 1003],
    ['a control frame nobody knows', (peer: Peer) => peer.ws.send('!hello 1'), 1003],
    ['a control frame that is too long', (peer: Peer) => peer.ws.send(`!bye 1000 ${'a'.repeat(600)}`), 1003],
    ['a count that is no number', (peer: Peer) => peer.ws.send('!ack 1e9'), 1003],
    ['a message over 4 MiB', (peer: Peer) => peer.ws.send(`{"a":"${'x'.repeat(4 * 1024 * 1024)}"}`), 1009],
    [
      'text that is not UTF-8',
      (peer: Peer) => peer.ws.send(Buffer.from('7b22ff227d', 'hex'), { binary: false }),
      1007,
    ],
    [
      'a message in too many fragments',
      (peer: Peer) => {
        peer.ws.send('{', { fin: false });
        for (let n = 0; n < 30; n += 1) peer.ws.send(' ', { fin: false });
      },
      1008,
    ],
  ])('%s ends the connection', async (_, send, code) => {
    const peer = await peerOf();
    send(peer);
    expect((await peer.closed).code).toBe(code);
  });

  test('acknowledgements and farewells are taken without a word', async () => {
    const peer = await peerOf();
    for (const frame of ['!ack 0', '!ack 1', '!ack 1', '!ack 0', '!bye 1000 done', '!bye 1000'])
      peer.ws.send(frame);
    expect(await peer.request('ping')).toMatchObject({ result: {} });
    expect(peer.messages.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  test('a message of just under 4 MiB is taken', async () => {
    const peer = await peerOf();
    const body = await peer.call('rlm_session_create', { repo: 'x'.repeat(4 * 1024 * 1024 - 300) });
    expect(body).toMatchObject({ error_code: 'LIMIT_EXCEEDED' });
  });

  test('what comes after the frame that ends a connection is not looked at', async () => {
    const gateway = await startTestGateway();
    const peer = await openPeer(gateway, gateway.key);
    for (let n = 0; n < 20; n += 1) peer.ws.send('nonsense');
    for (let n = 0; n < 20; n += 1) peer.post('tools/call', { name: 'rlm_session_create', arguments: {} });
    await peer.closed;
    expect(gateway.logs.of('protocol_error')).toMatchObject([{ name: 'invalid_frame' }]);
    expect(await gateway.store.db.selectFrom('sessions').selectAll().execute()).toEqual([]);
  });
});

describe('[FR4] JSON-RPC', () => {
  test.each([
    ['{', -32700],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"', -32700],
    ['[', -32700],
    ['{}', -32600],
    ['[]', -32600],
    ['[1,2]', -32600],
    ['{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
    ['{"jsonrpc":"2.0","id":1,"method":7}', -32600],
    ['{"jsonrpc":"2.0","id":1}', -32600],
  ])('%s is answered with an error, and the connection lives', async (text, code) => {
    const peer = await peerOf();
    peer.ws.send(text);
    expect(await peer.request('ping')).toMatchObject({ result: {} });
    expect(peer.messages.map(({ error }) => error?.code)).toContain(code);
  });

  test('each request of a batch is answered', async () => {
    const peer = await peerOf();
    peer.ws.send(
      JSON.stringify([
        { ...PING, id: 'a' },
        { ...PING, id: 'b' },
      ]),
    );
    expect(await peer.answerTo('a')).toMatchObject({ result: {} });
    expect(await peer.answerTo('b')).toMatchObject({ result: {} });
  });

  test('arguments nested a hundred thousand deep are refused, recorded once, and hurt nobody', async () => {
    const gateway = await startTestGateway();
    const peer = await openPeer(gateway, gateway.key);
    const depth = 100_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    peer.ws.send(
      `{"jsonrpc":"2.0","id":"deep","method":"tools/call","params":{"name":"rlm_session_create","arguments":{"x":${nested}}}}`,
    );
    const answer = await peer.answerTo('deep');
    expect(answer.error?.message ?? answer.result?.['structuredContent']).toEqual(
      expect.objectContaining({ error_code: 'INVALID_ARGUMENT' }),
    );
    expect(await peer.request('ping')).toMatchObject({ result: {} });
    const records = await gateway.store.db.selectFrom('records').selectAll().execute();
    expect(records.map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString()).outcome)).toEqual([
      'INVALID_ARGUMENT',
    ]);
  });

  test.each(['constructor', 'toString', 'hasOwnProperty'])(
    'an argument called %s is an argument that does not exist',
    async (name) => {
      const peer = await peerOf();
      const text = `{"name":"rlm_session_create","arguments":{"${name}":{"isAdmin":true}}}`;
      peer.ws.send(`{"jsonrpc":"2.0","id":"p","method":"tools/call","params":${text}}`);
      const answer = await peer.answerTo('p');
      expect(answer.result?.['structuredContent']).toMatchObject({ error_code: 'INVALID_ARGUMENT' });
    },
  );

  test('no JSON at all makes the gateway fall silent', async () => {
    const peer = await peerOf();
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), fc.boolean(), async (json, isParams) => {
        peer.ws.send(
          isParams ? `{"jsonrpc":"2.0","id":"x","method":"tools/call","params":${json}}` : `{"a":${json}}`,
        );
        expect(await peer.request('ping')).toMatchObject({ result: {} });
      }),
      { numRuns: 60 },
    );
  });

  test('before initialize a call is served or refused, never left unanswered', async () => {
    const gateway = await startTestGateway();
    const peer = await openSilentPeer(gateway, gateway.key);
    const answer = await peer.request('tools/call', { name: 'rlm_session_create', arguments: {} });
    expect(answer.result ?? answer.error).toBeDefined();
  });
});
