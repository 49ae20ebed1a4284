import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import net, { type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../../bridge/uplink/connection.ts';
import { type DialerParts, GatewayDialer } from '../../../bridge/uplink/gateway-dialer.ts';
import { RlmError } from '../../../shared/errors/rlm-error.ts';
import { newApiKey } from '../../../shared/keys/api-key.ts';
import type { BridgeSettings } from '../../../shared/local/settings.ts';
import { HEADER, type Refusal } from '../../../shared/wire-names.ts';
import { type FakeGateway, type FakeGatewayOptions, startFakeGateway } from '../../support/fake-gateway.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { createAuthority, type TestAuthority } from '../../support/tls-fixture.ts';

const folder = useTemporaryFolder();
const INSTANCE = '0b1f7a0e-2f5c-4a53-9d5e-3d1f5c6b7a89';
let authority: TestAuthority;
let gateway: FakeGateway;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  authority = await createAuthority();
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function gatewayWith(options: FakeGatewayOptions = {}): Promise<FakeGateway> {
  gateway = await startFakeGateway({ authority, ...options });
  closing.push(() => gateway.close());
  return gateway;
}

async function settingsFor(own: Partial<BridgeSettings> = {}): Promise<BridgeSettings> {
  const caFile = join(folder(), 'ca.pem');
  await writeFile(caFile, authority.ca);
  return { origin: gateway.origin, gatewayKey: gateway.pin, caFile, keySource: { kind: 'env' }, ...own };
}

async function dialer(
  own: Partial<BridgeSettings> = {},
  parts: Partial<DialerParts> = {},
): Promise<GatewayDialer> {
  const settings = await settingsFor(own);
  return new GatewayDialer({
    loadSettings: async () => settings,
    loadKey: async () => gateway.key,
    instance: INSTANCE,
    nowS: () => Math.floor(Date.now() / 1000),
    ...parts,
  });
}

async function open(own: Partial<BridgeSettings> = {}): Promise<Connection> {
  const connection = await (await dialer(own)).dial(new AbortController().signal);
  closing.push(() => connection.terminate());
  return connection;
}

async function failure(
  own: Partial<BridgeSettings> = {},
  parts: Partial<DialerParts> = {},
): Promise<RlmError> {
  const dialing = (await dialer(own, parts)).dial(new AbortController().signal);
  const outcome = await dialing.catch((error: unknown) => error);
  if (outcome instanceof RlmError) return outcome;
  throw outcome instanceof Error ? outcome : new Error('it was opened');
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<net.Socket>();
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

describe('an upgrade', () => {
  it('[UP1] carries mode, channel binding, instance, repository and version under the signature', async () => {
    await gatewayWith();
    await open({ repo: 'demo' });
    const [headers] = gateway.upgrades;
    expect(headers?.get(HEADER.mode)).toBe('bound');
    expect(headers?.get(HEADER.instance)).toBe(INSTANCE);
    expect(headers?.get(HEADER.repo)).toBe('demo');
    expect(headers?.get(HEADER.agent)).toMatch(/^rlm-bridge\/\d/);
    expect(headers?.get('signature-input')).toContain(
      '"rlm-channel-binding" "rlm-instance" "rlm-mode" "rlm-repo"',
    );
    expect([headers?.has('origin'), headers?.has('sec-websocket-extensions')]).toEqual([false, false]);
  });

  it('holds nothing of the key itself', async () => {
    await gatewayWith();
    await open();
    const seed = Buffer.from(gateway.key.seed.unwrap());
    const sent = JSON.stringify([...(gateway.upgrades[0] ?? [])]);
    for (const form of ['base64', 'base64url', 'hex'] as const)
      expect(sent).not.toContain(seed.toString(form));
  });

  it('loses nothing that the gateway says right behind its 101', async () => {
    await gatewayWith({ behaviour: { greeting: '{"jsonrpc":"2.0","method":"hello"}' } });
    const connection = await open();
    const received = await new Promise<string>((resolve) => {
      connection.start({
        received: (bytes) => resolve(String(bytes)),
        drained: () => undefined,
        lost: () => undefined,
      });
    });
    expect(received).toBe('{"jsonrpc":"2.0","method":"hello"}');
  });
});

describe('who answers', () => {
  it('[UP3] sends nothing to a gateway with another identity than the pinned one', async () => {
    await gatewayWith();
    const pin = `SHA256:${'A'.repeat(43)}`;
    const error = await failure({ gatewayKey: pin });
    expect(error.code).toBe('GATEWAY_MISMATCH');
    expect(error.message).toContain(gateway.pin);
    const peer = await gateway.waitForConnections(1);
    if (peer.socket.readyState !== peer.socket.CLOSED) await once(peer.socket, 'close');
    expect(gateway.received).toEqual([]);
  });

  const forgeries = [
    ['unsigned', 'NOT_A_GATEWAY'],
    ['other-key', 'GATEWAY_MISMATCH'],
    ['pinned-key-bad-signature', 'GATEWAY_MISMATCH'],
    ['replayed-answer', 'GATEWAY_MISMATCH'],
  ] as const;

  it.each(forgeries)('[UP2] does not believe a 101 that is %s: %s', async (forge, code) => {
    await gatewayWith({ behaviour: { forge } });
    expect((await failure()).code).toBe(code);
    expect(gateway.received).toEqual([]);
  });

  it.each(forgeries)('[UP4] does not believe a revocation that is %s: %s', async (forge, code) => {
    await gatewayWith({ behaviour: { forge, refuse: 'key_revoked' } });
    expect((await failure()).code).toBe(code);
  });

  it('[UP7] is refused through something that opens TLS, though its certificate is trusted', async () => {
    await gatewayWith();
    const certificate = await authority.issue();
    const middle = tls.createServer({ key: certificate.key, cert: certificate.cert }, (socket) => {
      const onward = tls.connect({
        port: gateway.port,
        host: '127.0.0.1',
        servername: 'localhost',
        ca: authority.ca,
      });
      socket.pipe(onward).pipe(socket);
      for (const each of [socket, onward]) each.on('error', () => undefined);
      closing.push(() => onward.destroy());
    });
    const port = await listening(middle);
    const error = await failure({ origin: `https://localhost:${port}` });
    expect(error.code).toBe('GATEWAY_MISMATCH');
    expect(error.message).toContain('opens TLS');
  });
});

describe('a signed refusal', () => {
  const cases: readonly (readonly [Refusal, string])[] = [
    ['bad_request', 'NOT_A_GATEWAY'],
    ['wrong_protocol', 'NOT_A_GATEWAY'],
    ['key_unknown', 'KEY_UNKNOWN'],
    ['key_revoked', 'KEY_REVOKED'],
    ['key_expired', 'KEY_EXPIRED'],
    ['key_exposed', 'KEY_REVOKED'],
    ['signature_invalid', 'SIGNATURE_REFUSED'],
    ['replayed', 'GATEWAY_UNREACHABLE'],
    ['channel_mismatch', 'GATEWAY_MISMATCH'],
    ['not_allowed', 'NOT_ALLOWED'],
    ['too_many', 'TOO_MANY_CONNECTIONS'],
    ['unavailable', 'GATEWAY_UNREACHABLE'],
  ];

  it.each(cases)('%s is %s', async (refuse, code) => {
    await gatewayWith({ behaviour: { refuse } });
    const error = await failure();
    expect(error.code).toBe(code);
    expect(gateway.upgrades).toHaveLength(1);
  });

  it('carries how long to wait', async () => {
    await gatewayWith({ behaviour: { refuse: 'too_many', retryAfterMs: 1234 } });
    expect((await failure()).fields).toEqual({ retry_after_ms: 1234 });
  });

  it('is what a key of somebody else gets', async () => {
    await gatewayWith();
    const stranger = newApiKey('strangersKey').key;
    expect((await failure({}, { loadKey: async () => stranger })).code).toBe('KEY_UNKNOWN');
    const forger = newApiKey(gateway.key.id).key;
    expect((await failure({}, { loadKey: async () => forger })).code).toBe('SIGNATURE_REFUSED');
  });
});

describe('[UP6] a wrong clock', () => {
  it.each([3600, -86_400])(
    'is corrected once from the gateway’s signed time (%i s)',
    async (clockOffsetS) => {
      await gatewayWith({ behaviour: { clockOffsetS } });
      const one = await dialer();
      for (const upgrades of [2, 3]) {
        const connection = await one.dial(new AbortController().signal);
        connection.terminate();
        expect(gateway.upgrades).toHaveLength(upgrades);
      }
    },
  );

  it('is an error when correcting does not help', async () => {
    await gatewayWith({ behaviour: { refuse: 'clock_skew' } });
    expect((await failure()).code).toBe('CLOCK_SKEW');
    expect(gateway.upgrades).toHaveLength(2);
  });

  it('is not corrected on the word of a stranger', async () => {
    await gatewayWith({ behaviour: { refuse: 'clock_skew', forge: 'pinned-key-bad-signature' } });
    expect((await failure()).code).toBe('GATEWAY_MISMATCH');
    expect(gateway.upgrades).toHaveLength(1);
  });
});

describe('a certificate', () => {
  it('from an unknown authority is refused', async () => {
    const other = await createAuthority('somebody else');
    await gatewayWith({ certificate: await other.issue() });
    expect((await failure()).code).toBe('CERTIFICATE_UNTRUSTED');
    expect(gateway.upgrades).toHaveLength(0);
  });
});

describe('what is no gateway', () => {
  it('an ordinary web server', async () => {
    await gatewayWith();
    const server = createHttpsServer(await authority.issue(), (_, response) => response.end('hello'));
    const port = await listening(server);
    const error = await failure({ origin: `https://localhost:${port}` });
    expect([error.code, error.message]).toEqual(['NOT_A_GATEWAY', expect.stringContaining('HTTP 200')]);
  });

  it('a WebSocket server without a signature', async () => {
    await gatewayWith({ behaviour: { forge: 'unsigned' } });
    expect((await failure()).code).toBe('NOT_A_GATEWAY');
  });

  it('garbage within TLS', async () => {
    await gatewayWith();
    const { key, cert } = await authority.issue();
    const server = tls.createServer({ key, cert }, (socket) => {
      socket.on('error', () => undefined);
      socket.end('this is not HTTP\r\n\r\n');
    });
    const port = await listening(server);
    expect((await failure({ origin: `https://localhost:${port}` })).code).toBe('NOT_A_GATEWAY');
  });
});

describe('what cannot be reached', () => {
  it('a closed port', async () => {
    await gatewayWith();
    await gateway.close();
    const error = await failure();
    expect([error.code, error.message]).toEqual([
      'GATEWAY_UNREACHABLE',
      expect.stringContaining('connection refused'),
    ]);
  });

  it('one deadline covers a gateway that goes silent, in TCP or after TLS', async () => {
    await gatewayWith({ behaviour: { silent: true } });
    const port = await listening(net.createServer());
    const silent = await Promise.all([failure(), failure({ origin: `https://localhost:${port}` })]);
    for (const error of silent) {
      expect([error.code, error.message]).toEqual([
        'GATEWAY_UNREACHABLE',
        expect.stringContaining('within 4 s'),
      ]);
    }
  });
});

describe('a forward proxy', () => {
  it('is asked for a tunnel, in which TLS runs unbroken', async () => {
    // Loopback never goes through a proxy, so the gateway needs a name of its own, which the proxy alone knows.
    await gatewayWith({ certificate: await authority.issue({ names: ['gw.example'] }) });
    const asked: string[] = [];
    const port = await listening(
      net.createServer((socket) => {
        socket.once('data', (request) => {
          asked.push(String(request));
          const onward = net.connect(gateway.port, '127.0.0.1', () => {
            socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
            socket.pipe(onward).pipe(socket);
          });
          onward.on('error', () => undefined);
        });
      }),
    );
    const proxy = `http://user:hunter2@127.0.0.1:${port}`;
    await open({ origin: `https://gw.example:${gateway.port}`, proxy });
    expect(asked[0]).toMatch(new RegExp(`^CONNECT gw\\.example:${gateway.port} HTTP/1\\.1\r\n`));
    expect(asked[0]).toContain(`roxy-authorization: Basic ${Buffer.from('user:hunter2').toString('base64')}`);
    expect(asked[0]).not.toContain('rlm-');
  });
});

describe('settings and key', () => {
  it('are read once while things go well or the network is away', async () => {
    await gatewayWith();
    let reads = 0;
    const settings = await settingsFor();
    const one = await dialer(
      {},
      {
        loadSettings: async () => settings,
        loadKey: async () => {
          reads += 1;
          return gateway.key;
        },
      },
    );
    (await one.dial(new AbortController().signal)).terminate();
    gateway.behaviour = { refuse: 'unavailable' };
    await expect(one.dial(new AbortController().signal)).rejects.toMatchObject({
      code: 'GATEWAY_UNREACHABLE',
    });
    gateway.behaviour = {};
    (await one.dial(new AbortController().signal)).terminate();
    expect(reads).toBe(1);
  });

  it('are read again after a failure that a person mends', async () => {
    await gatewayWith();
    const stale = newApiKey('replacedKey1').key;
    const keys = [stale, gateway.key];
    const one = await dialer({}, { loadKey: async () => keys.shift() ?? stale });
    await expect(one.dial(new AbortController().signal)).rejects.toMatchObject({ code: 'KEY_UNKNOWN' });
    (await one.dial(new AbortController().signal)).terminate();
  });

  it('that fail are told as they are, and nothing is asked of the gateway', async () => {
    await gatewayWith();
    const error = await failure({}, { loadKey: () => Promise.reject(new RlmError('KEY_MISSING', 'no key')) });
    expect([error.code, gateway.upgrades.length]).toEqual(['KEY_MISSING', 0]);
  });

  it('are given up when the bridge ends', async () => {
    await gatewayWith({ behaviour: { silent: true } });
    const ending = new AbortController();
    const dialing = (await dialer()).dial(ending.signal);
    dialing.catch(() => undefined);
    await gateway.waitForUpgrades(1);
    ending.abort();
    await expect(dialing).rejects.toThrow();
  });
});
