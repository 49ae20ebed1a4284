import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postJson } from '../../../client/enrolment/post-json.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { type CertificateOptions, createAuthority, type TestAuthority } from '../../support/tls-fixture.ts';

const folder = useTemporaryFolder();
let authority: TestAuthority;
let caFile: string;
const open: { close(): unknown; closeAllConnections?(): void }[] = [];

beforeAll(async () => {
  authority = await createAuthority();
});
beforeEach(async () => {
  caFile = join(folder(), 'ca.pem');
  await writeFile(caFile, authority.ca);
});
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Answers every request with what it was sent. */
async function echo(
  options?: CertificateOptions,
): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createHttpsServer(await authority.issue(options), async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    response.writeHead(200, { 'x-twice': ['first', 'second'] });
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, host: headers.host, body: JSON.parse(body) }));
  });
  return { port: await listen(server), server };
}

describe('posting', () => {
  test('sends JSON and reads the answer; of a doubled header the first counts', async () => {
    const host = `localhost:${(await echo()).port}`;
    const answer = await postJson({ origin: `https://${host}`, caFile }, '/enrol', { a: 1 });
    const body = { method: 'POST', url: '/enrol', host, body: { a: 1 } };
    expect(answer).toMatchObject({ status: 200, body });
    expect(answer.headers.get('x-twice')).toBe('first');
  });

  test('sends nothing where the certificate is for another name', async () => {
    const { port, server } = await echo({ names: ['other.example'] });
    let requests = 0;
    server.on('request', () => {
      requests += 1;
    });
    const posted = postJson({ origin: `https://localhost:${port}`, caFile }, '/', {});
    await expect(posted).rejects.toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
      message: expect.stringContaining(`localhost:${port} is not for this name`),
    });
    expect(requests).toBe(0);
  });

  test('tells no listener, no TLS and no HTTP apart', async () => {
    const post = (port: number): Promise<unknown> =>
      postJson({ origin: `https://localhost:${port}`, caFile }, '/', {});
    const plain = createTcpServer((socket) => socket.on('error', () => undefined).write('SSH-2.0-x\r\n'));
    await expect(post(await listen(plain))).rejects.toMatchObject({
      code: 'NOT_A_GATEWAY',
      message: expect.stringContaining('TLS'),
    });
    const garbage = createTlsServer(await authority.issue(), (socket) =>
      socket.on('error', () => undefined).end('this is not HTTP\r\n\r\n'),
    );
    await expect(post(await listen(garbage))).rejects.toMatchObject({
      code: 'NOT_A_GATEWAY',
      message: expect.stringContaining('HTTP'),
    });
    const gone = createTcpServer();
    const port = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    await expect(post(port)).rejects.toMatchObject({
      code: 'GATEWAY_UNREACHABLE',
      message: `Could not reach localhost:${port} (connection refused).`,
    });
  });

  test('through a proxy, which sees a name and its own credentials', async () => {
    const { port } = await echo({ names: ['gw.example'] });
    const seen: IncomingMessage[] = [];
    const proxy = createHttpServer().on('connect', (request: IncomingMessage, socket: Socket) => {
      seen.push(request);
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    const route = { caFile, proxy: `http://ada:pa%20ss@127.0.0.1:${await listen(proxy)}` };
    const answer = await postJson({ origin: 'https://gw.example', ...route }, '/enrol', { a: 1 });
    expect(answer.body).toMatchObject({ host: 'gw.example', body: { a: 1 } });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['CONNECT gw.example:443']);
    const expected = `Basic ${Buffer.from('ada:pa ss').toString('base64')}`;
    expect(seen[0]?.headers['proxy-authorization']).toBe(expected);
  });
});
