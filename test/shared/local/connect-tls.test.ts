import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import tls, { type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RlmError } from '../../../shared/errors/rlm-error.ts';
import { connectError } from '../../../shared/local/connect-errors.ts';
import { connectTls } from '../../../shared/local/connect-tls.ts';
import type { GatewayRoute } from '../../../shared/local/gateway-route.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { type CertificateOptions, createAuthority, type TestAuthority } from '../../support/tls-fixture.ts';

const folder = useTemporaryFolder();
let authority: TestAuthority;
let caFile: string;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  authority = await createAuthority();
});
beforeEach(async () => {
  caFile = join(folder(), 'ca.pem');
  await writeFile(caFile, authority.ca);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Something that speaks TLS by a certificate of the authority's. */
async function tlsServer(options?: CertificateOptions, more: tls.TlsOptions = {}): Promise<number> {
  const certificate = await authority.issue(options);
  return listening(
    tls.createServer({ ...certificate, ...more }, (socket) => socket.on('error', () => undefined)),
  );
}

async function connect(route: GatewayRoute): Promise<TLSSocket> {
  const socket = await connectTls({ caFile, ...route }, new AbortController().signal);
  closing.push(() => socket.destroy());
  return socket;
}

async function failure(route: GatewayRoute): Promise<RlmError> {
  const outcome = await connect(route).catch((error: unknown) => error);
  if (outcome instanceof tls.TLSSocket) throw new Error('it was connected');
  return connectError(outcome, new URL(route.origin).host);
}

describe('a certificate', () => {
  it.each([
    ['for another name', { names: ['gw.example'] }, 'CERTIFICATE_UNTRUSTED', 'this name'],
    [
      'that has expired',
      { notAfter: new Date(Date.now() - 3_600_000) },
      'CERTIFICATE_EXPIRED',
      'has expired',
    ],
    [
      'from the future',
      { notBefore: new Date(Date.now() + 3_600_000) },
      'CERTIFICATE_EXPIRED',
      'is not valid yet',
    ],
  ])('%s is refused', async (_, options, code, text) => {
    const origin = `https://localhost:${await tlsServer(options)}`;
    const error = await failure({ origin });
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(text)]);
  });

  it('from an unknown authority is refused even where NODE_TLS_REJECT_UNAUTHORIZED is off', async () => {
    const origin = `https://localhost:${await tlsServer()}`;
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    closing.push(() => delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    expect((await failure({ origin, caFile: undefined })).code).toBe('CERTIFICATE_UNTRUSTED');
  });

  it('may be for an address, and then must be for this one', async () => {
    const socket = await connect({ origin: `https://127.0.0.1:${await tlsServer()}` });
    expect([socket.authorized, socket.getProtocol()]).toEqual([true, 'TLSv1.3']);
    const origin = `https://127.0.0.1:${await tlsServer({ names: ['localhost', '127.0.0.2'] })}`;
    expect((await failure({ origin })).code).toBe('CERTIFICATE_UNTRUSTED');
  });

  it('needs a CA file that is one', async () => {
    const origin = `https://localhost:${await tlsServer()}`;
    const nonsense = join(folder(), 'nonsense.pem');
    expect((await failure({ origin, caFile: nonsense })).code).toBe('SETTINGS_INVALID');
    await writeFile(nonsense, 'nonsense');
    expect((await failure({ origin, caFile: nonsense })).code).toBe('SETTINGS_INVALID');
  });

  it('of an authority that Node trusts is good beside a CA file of another', async () => {
    await useDefaultAuthority();
    await connect({ origin: `https://localhost:${await tlsServer()}` });
  });
});

/** From here on Node's own list holds the authority, and the CA file somebody else's. */
async function useDefaultAuthority(): Promise<void> {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([authority.ca]);
  closing.push(() => tls.setDefaultCACertificates(before));
  await writeFile(caFile, (await createAuthority('somebody else')).ca);
}

describe('what is no gateway', () => {
  it.each(['SSH-2.0-OpenSSH_9.9\r\n', '\0\0\0\0\0\0\0\0', 'HTTP/1.1 400 Bad Request\r\n\r\n'])(
    'a port that says %j',
    async (greeting) => {
      const port = await listening(net.createServer((socket) => socket.end(greeting)));
      expect((await failure({ origin: `https://localhost:${port}` })).code).toBe('NOT_A_GATEWAY');
    },
  );

  it('a server of TLS 1.2 alone', async () => {
    const origin = `https://localhost:${await tlsServer({}, { maxVersion: 'TLSv1.2' })}`;
    const error = await failure({ origin });
    expect([error.code, error.message]).toEqual(['NOT_A_GATEWAY', expect.stringContaining('TLS 1.3')]);
  });
});

describe('what cannot be reached', () => {
  it('an unknown name', async () => {
    const error = await failure({ origin: 'https://no-such-host.invalid' });
    expect([error.code, error.message]).toEqual(['GATEWAY_UNREACHABLE', expect.stringContaining('name')]);
  });

  it('a connection that is cut at once', async () => {
    const port = await listening(net.createServer((socket) => socket.destroy()));
    expect((await failure({ origin: `https://localhost:${port}` })).code).toBe('GATEWAY_UNREACHABLE');
  });

  it('whatever is silent when the signal ends', async () => {
    const server = net.createServer();
    const port = await listening(server);
    const ending = new AbortController();
    const connecting = connectTls({ origin: `https://localhost:${port}` }, ending.signal);
    connecting.catch(() => undefined);
    await once(server, 'connection');
    const reason = new Error('the bridge ends');
    ending.abort(reason);
    await expect(connecting).rejects.toBe(reason);
  });
});

describe('a forward proxy', () => {
  // Loopback never goes through a proxy, so the gateway needs a name of its own, which the proxy alone knows.
  const origin = 'https://gw.example';
  const gatewayPort = (): Promise<number> => tlsServer({ names: ['gw.example', '192.0.2.7'] });

  /** Opens tunnels to the port, whatever it is asked for. */
  function tunnels(server: Server, port: number, asked: IncomingMessage[] = []): Server {
    return server.on('connect', (request: IncomingMessage, socket: Socket) => {
      asked.push(request);
      const onward = net.connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      for (const each of [socket, onward]) each.on('error', () => each.destroy());
    });
  }

  it.each(['gw.example', '192.0.2.7'])('opens a tunnel to %s, and sees no more than that', async (host) => {
    const asked: IncomingMessage[] = [];
    const port = await listening(tunnels(createHttpServer(), await gatewayPort(), asked));
    await connect({ origin: `https://${host}`, proxy: `http://user:hunter2@127.0.0.1:${port}` });
    expect(asked.map(({ url }) => url)).toEqual([`${host}:443`]);
    expect(asked[0]?.headers).toEqual({
      host: `${host}:443`,
      connection: 'close',
      'proxy-authorization': `Basic ${Buffer.from('user:hunter2').toString('base64')}`,
    });
  });

  it('does not stand in for the gateway: a certificate for another address is refused', async () => {
    const port = await listening(tunnels(createHttpServer(), await gatewayPort()));
    const error = await failure({ origin: 'https://192.0.2.8', proxy: `http://127.0.0.1:${port}` });
    expect([error.code, error.message]).toEqual([
      'CERTIFICATE_UNTRUSTED',
      expect.stringContaining('192.0.2.8'),
    ]);
  });

  it('is left out for what NO_PROXY names, and for loopback', async () => {
    const asked: IncomingMessage[] = [];
    const proxy = `http://127.0.0.1:${await listening(tunnels(createHttpServer(), 1, asked))}`;
    await connect({ origin: `https://localhost:${await tlsServer()}`, proxy });
    const unknown = await failure({ origin: 'https://gw.invalid', proxy, noProxy: '.invalid' });
    expect(unknown.message).toContain('name');
    expect(asked).toEqual([]);
  });

  it.each([
    ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'asks for a user name and password (HTTP 407)'],
    ['HTTP/1.1 403 no\r\ncontent-length: 0\r\n\r\n', 'opened no tunnel (HTTP 403)'],
    ['HTTP/1.1 502 no\r\n\r\n', 'opened no tunnel (HTTP 502)'],
    ['HTTP/1.1 200 OK\r\n\r\nbytes of its own', 'opened no tunnel (HTTP 200)'],
    ['nonsense', 'Could not reach the proxy'],
    ['', 'Could not reach the proxy'],
  ])('that answers %j is named, its password is not', async (answer, text) => {
    const port = await listening(net.createServer((socket) => socket.once('data', () => socket.end(answer))));
    const error = await failure({ origin, proxy: `http://user:hunter2@127.0.0.1:${port}` });
    expect([error.code, error.message]).toEqual(['GATEWAY_UNREACHABLE', expect.stringContaining(text)]);
    expect(error.message).toContain(`the proxy at 127.0.0.1:${port} `);
    expect(error.message).not.toContain('hunter2');
  });

  it('that is not there is named', async () => {
    const server = net.createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const { code, message } = await failure({ origin, proxy: `http://127.0.0.1:${port}` });
    expect([code, message]).toEqual([
      'GATEWAY_UNREACHABLE',
      `Could not reach the proxy at 127.0.0.1:${port} (connection refused).`,
    ]);
  });

  it('may speak TLS, by a certificate of any authority that a gateway may have', async () => {
    await useDefaultAuthority();
    const server = tunnels(
      createHttpsServer(await authority.issue({ names: ['localhost'] })),
      await gatewayPort(),
    );
    await connect({ origin, proxy: `https://localhost:${await listening(server)}` });
  });

  it('of no known authority is refused, and not taken for the gateway', async () => {
    const other = await createAuthority('somebody else');
    const asked: IncomingMessage[] = [];
    const server = tunnels(createHttpsServer(await other.issue()), await gatewayPort(), asked);
    const error = await failure({ origin, proxy: `https://localhost:${await listening(server)}` });
    expect([error.code, error.message]).toEqual([
      'CERTIFICATE_UNTRUSTED',
      expect.stringContaining('of the proxy at localhost:'),
    ]);
    expect(asked).toEqual([]);
  });
});
