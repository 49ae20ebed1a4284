import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { chooseProxy } from '../../../client/enrolment/choose-proxy.ts';
import { postJson } from '../../../client/enrolment/post-json.ts';
import type { ProxyAddress } from '../../../shared/local/proxy-setting.ts';
import { createAuthority, type IssuedCertificate } from '../../support/tls-fixture.ts';

const open: { close(): unknown; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(server: ReturnType<typeof createTcpServer>): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Answers every request with what it was sent. */
async function echo(certificate: IssuedCertificate): Promise<number> {
  const server = createTlsServer(certificate, async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    response.writeHead(200, { 'x-twice': ['first', 'second'] });
    response.end(
      JSON.stringify({ method: request.method, host: request.headers.host, body: JSON.parse(body) }),
    );
  });
  return listen(server);
}

async function startProxy(status: number, seen: IncomingMessage[]): Promise<ProxyAddress> {
  const server: Server = createHttpServer((_, response) => response.writeHead(400).end());
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    seen.push(request);
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const upstream = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
    return socket.on('error', () => upstream.destroy());
  });
  const port = await listen(server);
  const proxy = chooseProxy('https://gw.example', {
    proxy: `http://ada:pa%20ss@127.0.0.1:${port}`,
    noProxy: undefined,
  });
  if (proxy === null) throw new Error('the proxy was not chosen');
  return proxy;
}

describe('posting', () => {
  test('sends JSON and reads the answer; of a doubled header the first counts', async () => {
    const authority = await createAuthority();
    const url = new URL(`https://localhost:${await echo(await authority.issue())}/enrol`);
    const answer = await postJson(url, { a: 1 }, { trustedCertificates: [authority.ca], proxy: null });
    expect(answer).toMatchObject({ status: 200, body: { method: 'POST', host: url.host, body: { a: 1 } } });
    expect(answer.headers.get('x-twice')).toBe('first');
  });

  test('by address too, where the certificate is for it', async () => {
    const authority = await createAuthority();
    const url = new URL(`https://127.0.0.1:${await echo(await authority.issue())}/enrol`);
    expect(await postJson(url, {}, { trustedCertificates: [authority.ca], proxy: null })).toMatchObject({
      status: 200,
    });
    const other = await authority.issue({ names: ['localhost'] });
    const wrong = new URL(`https://127.0.0.1:${await echo(other)}/enrol`);
    await expect(
      postJson(wrong, {}, { trustedCertificates: [authority.ca], proxy: null }),
    ).rejects.toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
    });
  });

  test.each([
    ['for another name', { names: ['other.example'] }, 'CERTIFICATE_UNTRUSTED', 'for another name'],
    ['that has expired', { notAfter: new Date(Date.now() - 1000) }, 'CERTIFICATE_EXPIRED', 'has expired'],
    [
      'from the future',
      { notBefore: new Date(Date.now() + 3_600_000) },
      'CERTIFICATE_EXPIRED',
      'not valid yet',
    ],
  ])('refuses a certificate %s', async (_, options, code, text) => {
    const authority = await createAuthority();
    const url = new URL(`https://localhost:${await echo(await authority.issue(options))}/enrol`);
    const posted = postJson(url, {}, { trustedCertificates: [authority.ca], proxy: null });
    await expect(posted).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test('tells no listener, no TLS and no HTTP apart', async () => {
    const authority = await createAuthority();
    const route = { trustedCertificates: [authority.ca], proxy: null };
    const plain = await listen(
      createTcpServer((socket) => socket.on('error', () => undefined).write('SSH-2.0-x\r\n')),
    );
    await expect(postJson(new URL(`https://localhost:${plain}/`), {}, route)).rejects.toMatchObject({
      code: 'NOT_A_GATEWAY',
    });
    const gone = createTcpServer();
    const port = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    await expect(postJson(new URL(`https://localhost:${port}/`), {}, route)).rejects.toMatchObject({
      code: 'GATEWAY_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('through a proxy', () => {
  test('TLS runs end to end; the proxy sees a name and its own credentials', async () => {
    const authority = await createAuthority();
    const port = await echo(await authority.issue());
    const seen: IncomingMessage[] = [];
    const proxy = await startProxy(200, seen);
    const url = new URL(`https://localhost:${port}/enrol`);
    const answer = await postJson(url, { a: 1 }, { trustedCertificates: [authority.ca], proxy });
    expect(answer.body).toMatchObject({ body: { a: 1 } });
    expect(seen.map(({ method, url: target }) => `${method} ${target}`)).toEqual([
      `CONNECT localhost:${port}`,
    ]);
    const expected = `Basic ${Buffer.from('ada:pa ss').toString('base64')}`;
    expect(seen[0]?.headers['proxy-authorization']).toBe(expected);
  });

  test.each([403, 407, 502])(
    'a proxy that answers %i: unreachable, and says that it is the proxy',
    async (status) => {
      const proxy = await startProxy(status, []);
      const posted = postJson(new URL('https://gw.example/enrol'), {}, { trustedCertificates: [], proxy });
      await expect(posted).rejects.toMatchObject({
        code: 'GATEWAY_UNREACHABLE',
        message: expect.stringMatching(new RegExp(`proxy at 127.0.0.1:\\d+ .*HTTP ${status}`)),
      });
      await expect(posted).rejects.not.toMatchObject({ message: expect.stringContaining('pa ss') });
    },
  );
});
