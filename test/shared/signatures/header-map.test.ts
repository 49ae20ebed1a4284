import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type HeaderMap, headerMapFromRaw, rlmHeaderNames } from '../../../shared/signatures/header-map.ts';

/** What a gateway reads of these bytes, through Node's own HTTP parser; `undefined` where the parser refuses them. */
async function readBy(lines: readonly string[]): Promise<HeaderMap | null | undefined> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const seen = new Promise<HeaderMap | null | undefined>((resolve) => {
    server.once('upgrade', ({ rawHeaders }) => resolve(headerMapFromRaw(rawHeaders)));
    server.once('clientError', () => resolve(undefined));
  });
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const head = [
    'GET /bridge HTTP/1.1',
    'Host: gw.example',
    'Connection: upgrade',
    'Upgrade: websocket',
    ...lines,
  ];
  socket.write(Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'));
  try {
    return await seen;
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  }
}

describe('headers as they are signed', () => {
  test('have lower-case names, and values without the white space around them', async () => {
    const headers = await readBy(['RLM-Mode:  \tbound \t ', 'rlm-EMPTY:']);
    expect(headers?.get('rlm-mode')).toBe('bound');
    expect(headers?.get('rlm-empty')).toBe('');
  });

  test.each([
    ['Host', ['host: evil.example']],
    ['Authorization', ['Authorization: a', 'Authorization: b']],
    ['rlm-mode', ['rlm-mode: bound', 'RLM-Mode: bound']],
    ['x-anything', ['x-anything: a', 'x-anything: a']],
  ])('are refused where %s stands twice', async (_, lines) => {
    expect(await readBy(lines)).toBeNull();
  });

  test('keep characters that only look like white space: what is signed is what everybody reads', async () => {
    const headers = await readBy(['rlm-repo: \u00a0linux\u00a0']);
    expect(headers?.get('rlm-repo')).toBe('\u00a0linux\u00a0');
  });

  test('can hold no line break that would add a line to the signed text', async () => {
    for (const breaking of ['a\nrlm-mode: sealed', 'a\rb', 'a\u0000b']) {
      const headers = await readBy([`rlm-repo: ${breaking}`]);
      expect([...(headers?.values() ?? [])].filter((value) => /[\n\r\0]/.test(value))).toEqual([]);
    }
  });
});

describe('the rlm-* names', () => {
  test('come in one order, whatever order they arrived in', () => {
    const names = ['rlm-mode', 'rlm-agent', 'host', 'rlm-', 'xrlm-mode', 'rlm-instance'];
    const headers = new Map(names.map((name) => [name, 'x']));
    expect(rlmHeaderNames(headers)).toEqual(['rlm-', 'rlm-agent', 'rlm-instance', 'rlm-mode']);
  });
});
