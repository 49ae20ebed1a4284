import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import net, { type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { formatApiKey } from '../../../shared/keys/api-key.ts';
import {
  type BridgeOptions,
  type BridgeProcess,
  gatewayArguments,
  startBridgeProcess,
} from '../../support/bridge-process.ts';
import {
  type FakeGateway,
  type FakeGatewayOptions,
  respondAsMcp,
  startFakeGateway,
} from '../../support/fake-gateway.ts';
import { put } from '../../support/host-environment.ts';
import { type KeychainSession, startKeychainSession } from '../../support/keychain-session.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { createAuthority } from '../../support/tls-fixture.ts';

const folder = useTemporaryFolder();
const closing: (() => unknown)[] = [];
let gateway: FakeGateway;
let bridge: BridgeProcess;

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startGateway(options: FakeGatewayOptions = {}): Promise<FakeGateway> {
  gateway = await startFakeGateway(options);
  const own = gateway;
  closing.push(() => own.close());
  return gateway;
}

async function startBridge(options: BridgeOptions = {}): Promise<BridgeProcess> {
  bridge = await startBridgeProcess(options);
  const own = bridge;
  closing.push(() => own.stop());
  return bridge;
}

/** A gateway and a bridge that knows it. */
async function start(options: FakeGatewayOptions = {}, extra: readonly string[] = []): Promise<void> {
  await startGateway(options);
  await startBridge({ args: [...(await gatewayArguments(gateway, folder())), ...extra] });
}

const errorOf = async (id: unknown): Promise<{ code: string; message: string } | undefined> => {
  const answer = await bridge.answerTo(id);
  return answer.error && { code: answer.error.data?.code ?? '', message: answer.error.message };
};

/** Holds `slow` calls until told. */
function holding(): { respond: NonNullable<NonNullable<FakeGatewayOptions['behaviour']>['respond']> } {
  return {
    respond: (text, peer) => {
      if (!text.includes('"slow"')) respondAsMcp(text, peer);
    },
  };
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

/** A process whose new parent does not collect it stays listed, as a zombie. */
const isRunning = async (pid: number): Promise<boolean> =>
  /^State:\s+[^ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));

const replaced = (args: readonly string[], flag: string, value: string): string[] => {
  const at = args.indexOf(flag);
  return [...args.slice(0, at + 1), value, ...args.slice(at + 2)];
};

describe('[RL2] a gateway that cannot be had is told in words, and the process stays', () => {
  it('[UP3] another identity than the pinned one: nothing is sent', async () => {
    await startGateway();
    const args = replaced(
      await gatewayArguments(gateway, folder()),
      '--gateway-key',
      `SHA256:${'A'.repeat(43)}`,
    );
    await startBridge({ args });
    bridge.request(1, 'initialize');
    expect(await errorOf(1)).toMatchObject({ code: 'GATEWAY_MISMATCH' });
    bridge.request(2, 'tools/call', { secret: 'source code' });
    expect(await errorOf(2)).toMatchObject({ code: 'GATEWAY_MISMATCH' });
    expect([gateway.received, gateway.upgrades.length]).toEqual([[], 1]);
  });

  it.each(['key_revoked', 'key_unknown', 'key_expired', 'not_allowed'] as const)(
    'a signed %s: at once, one try only, with the command that mends it',
    async (refuse) => {
      await start({ behaviour: { refuse } });
      for (const id of [1, 2, 3]) {
        bridge.request(id, 'initialize');
        const error = await errorOf(id);
        expect(error?.code).toBe(refuse.toUpperCase());
        expect(error?.message).toMatch(/[Aa]sk an? /);
      }
      expect(gateway.upgrades).toHaveLength(1);
    },
  );

  it('a forged revocation is not passed on', async () => {
    await start({ behaviour: { refuse: 'key_revoked', forge: 'unsigned' } });
    bridge.request(1, 'initialize');
    expect(await errorOf(1)).toMatchObject({ code: 'NOT_A_GATEWAY' });
  });

  it('an ordinary web server, and a port that talks something else', async () => {
    await startGateway();
    const authority = await createAuthority();
    const ca = await put(join(folder(), 'other-ca.pem'), authority.ca);
    const args = replaced(await gatewayArguments(gateway, folder()), '--ca', ca);
    const web = await listening(
      createHttpsServer(await authority.issue(), (_, response) => response.end('hello')),
    );
    const ssh = await listening(net.createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')));
    for (const port of [web, ssh]) {
      await startBridge({ args: replaced(args, '--gateway', `https://localhost:${port}`) });
      bridge.request(1, 'initialize');
      expect(await errorOf(1)).toMatchObject({ code: 'NOT_A_GATEWAY' });
    }
  });

  it('an untrusted and an expired certificate', async () => {
    const authority = await createAuthority();
    const expired = await authority.issue({ notAfter: new Date(Date.now() - 60_000) });
    await start({ authority, certificate: expired });
    bridge.request(1, 'initialize');
    expect(await errorOf(1)).toMatchObject({ code: 'CERTIFICATE_EXPIRED' });
    await start({ authority: { ...authority, ca: (await createAuthority('other')).ca } });
    bridge.request(1, 'initialize');
    expect(await errorOf(1)).toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
      message: expect.stringContaining('--ca'),
    });
  });

  it('a clock an hour off is no trouble at all', async () => {
    await start({ behaviour: { clockOffsetS: -3600 } });
    bridge.request(1, 'initialize');
    expect(await bridge.answerTo(1)).toHaveProperty('result');
  });

  it('settings that are missing, and works once they are there', async () => {
    await startGateway();
    const home = folder();
    await startBridge({ home });
    bridge.request(1, 'initialize');
    expect(await errorOf(1)).toMatchObject({ code: 'GATEWAY_NOT_SET' });
    const ca = await put(join(home, 'ca.pem'), gateway.ca);
    const key = await put(join(home, 'key'), formatApiKey(gateway.key).unwrap());
    await put(join(home, '.config', 'rlm-bridge', 'config.json'), {
      version: 1,
      default_gateway: gateway.origin,
      gateways: { [gateway.origin]: { gateway_key: gateway.pin, ca, key_source: `file:${key}` } },
    });
    let id = 2;
    do {
      bridge.request(id, 'initialize');
      // Answered by the bridge until it looks again, a second later at the latest.
    } while ((await bridge.answerTo(id++)).error !== undefined);
    expect(gateway.accepted).toHaveLength(1);
  });

  it('one that is down: initialize is answered before an IDE gives up; up again, it works', async () => {
    await startGateway({ identitySeed: Buffer.alloc(32, 7) });
    const { port, key } = gateway;
    const authority = await createAuthority();
    const caFile = join(folder(), 'ca.pem');
    const args = await gatewayArguments(gateway, folder());
    await put(caFile, authority.ca);
    await gateway.close();
    await startBridge({ args });
    bridge.request(1, 'initialize');
    expect(await errorOf(1)).toMatchObject({
      code: 'GATEWAY_UNREACHABLE',
      message: expect.stringContaining('refused'),
    });
    bridge.request(2, 'initialize');
    await startGateway({ identitySeed: Buffer.alloc(32, 7), port, key, authority });
    expect(await bridge.answerTo(2)).toHaveProperty('result');
  });
});

describe('[RL4] a connection that is cut', () => {
  it('during a call: the conversation is put back, the call sent again, and the next one follows', async () => {
    let isHeld = true;
    await start({
      behaviour: {
        respond: (text, peer) => {
          if (!(isHeld && text.includes('"slow"'))) respondAsMcp(text, peer);
        },
      },
    });
    bridge.request(0, 'initialize');
    await bridge.answerTo(0);
    bridge.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    bridge.request(1, 'tools/call', { name: 'slow' });
    bridge.request(2, 'unknown/slow', { name: 'slow' });
    await gateway.waitFor((text) => text.includes('unknown/slow'));
    isHeld = false;
    gateway.cutAll();
    expect(await errorOf(2)).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('may or may not'),
    });
    expect(await bridge.answerTo(1)).toHaveProperty('result');
    bridge.request(3, 'tools/call', { name: 'echo', arguments: 1 });
    expect(await bridge.answerTo(3)).toHaveProperty('result');
    const again = gateway.received.slice(4).map((text) => {
      const { method, id } = JSON.parse(text) as { method: string; id?: number };
      return [method, id];
    });
    expect(again).toEqual([
      ['initialize', 0],
      ['notifications/initialized', undefined],
      ['tools/call', 1],
      ['tools/call', 3],
    ]);
    expect(bridge.messages().map(({ id }) => id)).toEqual([0, 2, 1, 3]);
  });

  it('[RL1] over and over: every request is answered exactly once', async () => {
    await start();
    const count = 60;
    for (let id = 0; id < count; id++) {
      bridge.request(id, 'tools/call', { name: 'echo', arguments: id });
      if (id % 7 === 0) {
        await gateway.waitForConnections(1);
        gateway.cutAll();
      }
    }
    for (let id = 0; id < count; id++) await bridge.answerTo(id);
    bridge.request('last', 'ping');
    await bridge.answerTo('last');
    expect(bridge.messages()).toHaveLength(count + 1);
  });

  it('by a restart that was announced: calls made meanwhile wait for the new one', async () => {
    await start();
    bridge.request(0, 'ping');
    await bridge.answerTo(0);
    const peer = await gateway.waitForConnections(1);
    peer.send('!bye 1012 restarting');
    peer.socket.close(1012);
    bridge.request(1, 'tools/call', { name: 'echo', arguments: 1 });
    await bridge.answerTo(1);
    expect(gateway.accepted).toHaveLength(2);
  });
});

describe('[RL7] stdin', () => {
  it('may hold any garbage; each piece is answered, and the next call works', async () => {
    await start();
    const garbage: readonly (readonly [string | Buffer, unknown, number])[] = [
      ['hello\n', null, -32700],
      [Buffer.from([0xff, 0xfe, 0x00, 0x0a]), null, -32700],
      ['{"jsonrpc":"2.0","id":"half\n', null, -32700],
      ['"text"\n', null, -32600],
      ['{"id":5,"method":"m"}\n', 5, -32600],
      ['[]\n', null, -32600],
    ];
    for (const [bytes] of garbage) bridge.write(bytes);
    bridge.request(100, 'ping');
    await bridge.answerTo(100);
    expect(
      bridge
        .messages()
        .slice(0, -1)
        .map(({ id, error }) => [id, error?.code]),
    ).toEqual(garbage.map(([, id, code]) => [id, code]));
  });

  it('[FR3] a line of 5 MiB is answered by its id, one of 4 MiB is carried', async () => {
    await start();
    bridge.write(
      `{"jsonrpc":"2.0","method":"tools/call","params":{"a":"${'x'.repeat(5 << 20)}"},"id":"big"}\n`,
    );
    expect(await errorOf('big')).toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    const frame = '{"jsonrpc":"2.0","id":2,"method":"ping","params":""}';
    bridge.write(`${frame.replace('""', `"${'x'.repeat((4 << 20) - frame.length)}"`)}\n`);
    expect(await bridge.answerTo(2)).toHaveProperty('result');
  });

  it('a batch is carried as it is', async () => {
    await start({
      behaviour: {
        respond: (text, peer) => {
          const ids = (JSON.parse(text) as { id?: number }[]).flatMap(({ id }) =>
            id === undefined ? [] : [id],
          );
          peer.send(JSON.stringify(ids.map((id) => ({ jsonrpc: '2.0', id, result: {} }))));
        },
      },
    });
    const batch =
      '[{"jsonrpc":"2.0","id":1,"method":"a"}, {"jsonrpc":"2.0","method":"n"},{"jsonrpc":"2.0","id":2,"method":"b"}]';
    bridge.write(`${batch}\n`);
    await Promise.all([bridge.answerTo(1), bridge.answerTo(2)]);
    expect(gateway.received).toEqual([batch]);
  });

  it('memory stays bounded while an IDE writes a line without end', async () => {
    await start();
    const { stdin } = bridge.child;
    bridge.write('{"jsonrpc":"2.0","id":"endless","method":"m","params":"');
    const chunk = 'x'.repeat(1 << 20);
    for (let written = 0; written < 320; written++) {
      if (stdin?.write(chunk) === false) await once(stdin, 'drain');
    }
    const status = await readFile(`/proc/${bridge.child.pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])).toBeLessThan(256 * 1024);
    bridge.write('"}\n');
    expect(await errorOf('endless')).toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
  });
});

describe('[FR5] an IDE that does not read', () => {
  it('makes the gateway wait instead of filling memory, and gets everything later', async () => {
    const count = 200;
    const text = 'x'.repeat(1 << 20);
    await start({
      behaviour: {
        respond: (line, peer) => {
          const { id } = JSON.parse(line) as { id: unknown };
          peer.send(JSON.stringify({ jsonrpc: '2.0', id, result: text }));
        },
      },
    });
    bridge.child.stdout?.pause();
    for (let id = 0; id < count; id++) bridge.request(id, 'tools/call');
    const peer = await gateway.waitForConnections(1);
    await gateway.waitFor((line) => line.includes(`"id":${count - 1}`));
    // All has been asked; what the bridge does not take stays on the gateway's side.
    const status = await readFile(`/proc/${bridge.child.pid}/status`, 'utf8');
    expect(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1])).toBeLessThan(160 * 1024);
    expect(peer.socket.bufferedAmount).toBeGreaterThan(100 << 20);
    bridge.child.stdout?.resume();
    await bridge.answerTo(count - 1);
    expect(bridge.messages()).toHaveLength(count);
  });
});

describe('[RL8] the end', () => {
  it('of stdin ends the bridge, in every state', async () => {
    await start();
    bridge.request(1, 'ping');
    await bridge.answerTo(1);
    bridge.child.stdin?.end();
    expect(await bridge.exited).toEqual({ code: 0, signal: null });
    await start({ behaviour: { silent: true } });
    await gateway.waitForUpgrades(1);
    bridge.child.stdin?.end();
    expect(await bridge.exited).toEqual({ code: 0, signal: null });
    await startBridge();
    bridge.child.stdin?.end();
    expect(await bridge.exited).toEqual({ code: 0, signal: null });
  });

  it('of stdin leaves a request under way its moment', async () => {
    await start();
    bridge.request(1, 'tools/call', { name: 'echo', arguments: 1 });
    bridge.child.stdin?.end();
    expect(await bridge.answerTo(1)).toHaveProperty('result');
    expect(await bridge.exited).toEqual({ code: 0, signal: null });
  });

  it('of stdin answers what could not be finished', async () => {
    await start({ behaviour: holding() });
    bridge.request(1, 'tools/call', { name: 'slow' });
    bridge.child.stdin?.end();
    expect(await errorOf(1)).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await bridge.exited).toEqual({ code: 0, signal: null });
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('by %s is clean: the gateway sees an orderly close', async (signal, code) => {
    await start();
    bridge.request(1, 'ping');
    await bridge.answerTo(1);
    const peer = await gateway.waitForConnections(1);
    const closed = once(peer.socket, 'close');
    bridge.child.kill(signal);
    expect(await bridge.exited).toEqual({ code, signal: null });
    expect((await closed)[0]).toBe(1000);
  });

  it('of the IDE’s reading ends it too', async () => {
    await start();
    bridge.child.stdout?.destroy();
    bridge.request(1, 'ping');
    expect(await bridge.exited).toMatchObject({ code: 0 });
  });

  it('of the parent ends it, though somebody still holds its stdin', async () => {
    await startGateway();
    const args = await gatewayArguments(gateway, folder());
    const main = fileURLToPath(new URL('../../../bridge/main.ts', import.meta.url));
    // This test holds the other end of stdin; the shell between is the parent that dies.
    const command = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
    const shell = spawn('/bin/sh', ['-c', `${command} <&3 & echo $!; wait`], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    closing.push(() => shell.kill('SIGKILL'));
    const [line] = (await once(shell.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const pid = Number(String(line));
    const peer = await gateway.waitForConnections(1);
    // Its stdout is the pipe's last writer: the pipe ends with the process, before the socket or after it.
    const closed = Promise.all([once(peer.socket, 'close'), once(shell, 'close')]);
    shell.kill('SIGKILL');
    await closed;
    expect(await isRunning(pid)).toBe(false);
  });

  it('comes within the second though the keychain hangs', async () => {
    const session: KeychainSession = await startKeychainSession({ keyring: 'silent' });
    closing.push(() => session.stop());
    await startGateway();
    const args = replaced(await gatewayArguments(gateway, folder()), '--key-source', 'keychain');
    await startBridge({ args, env: { XDG_RUNTIME_DIR: session.env['XDG_RUNTIME_DIR'] ?? '' } });
    bridge.request(1, 'initialize');
    expect(await errorOf(1)).toMatchObject({ code: 'KEYCHAIN_LOCKED' });
    bridge.child.stdin?.end();
    expect(await bridge.exited).toEqual({ code: 0, signal: null });
  });
});

describe('the keychain', () => {
  it('gives the key, found without any help from the environment', async () => {
    const session = await startKeychainSession();
    closing.push(() => session.stop());
    await startGateway();
    const steps = fileURLToPath(new URL('../../support/keychain-steps.ts', import.meta.url));
    const store = [['set', gateway.origin, formatApiKey(gateway.key).unwrap()]];
    execFileSync(process.execPath, [steps, JSON.stringify(store)], { env: session.env });
    const args = replaced(await gatewayArguments(gateway, folder()), '--key-source', 'keychain');
    const env = { XDG_RUNTIME_DIR: session.env['XDG_RUNTIME_DIR'] ?? '' };
    await startBridge({ args, env });
    bridge.request(1, 'initialize');
    expect(await bridge.answerTo(1)).toHaveProperty('result');
    await session.lock();
    await startBridge({ args, env });
    bridge.request(1, 'initialize');
    expect(await errorOf(1)).toMatchObject({
      code: 'KEY_MISSING',
      message: expect.stringContaining('locked'),
    });
  });
});

describe('secrets', () => {
  it('stand in no output, argument, environment or message to the gateway, at the loudest level', async () => {
    await start({}, ['--log-level', 'debug']);
    bridge.request(1, 'initialize');
    await bridge.answerTo(1);
    const text = formatApiKey(gateway.key).unwrap();
    const seen = [
      bridge.stderr(),
      JSON.stringify(bridge.messages()),
      await readFile(`/proc/${bridge.child.pid}/cmdline`, 'utf8'),
      await readFile(`/proc/${bridge.child.pid}/environ`, 'utf8'),
      JSON.stringify(gateway.upgrades.map((headers) => [...headers])),
      gateway.received.join(),
    ].join('\n');
    expect(seen).not.toContain(text.slice(20, 40));
    expect(bridge.stderr()).toContain('uplink.open');
    expect(bridge.stderr().toLowerCase()).not.toContain('error');
  });
});

describe('[RL7] stdout is JSON-RPC only', () => {
  it('in every way to fail: wrong usage prints to stderr and ends with 2', async () => {
    await startBridge({ args: ['--gatway', 'x'] });
    expect(await bridge.exited).toEqual({ code: 2, signal: null });
    expect([bridge.messages(), bridge.stderr()]).toEqual([[], expect.stringContaining('--gateway')]);
  });

  it('with a broken configuration file, and the message names it', async () => {
    const home = folder();
    await put(join(home, '.config', 'rlm-bridge', 'config.json'), '{broken');
    await startBridge({ home });
    bridge.request(1, 'initialize');
    expect(await errorOf(1)).toMatchObject({
      code: 'SETTINGS_INVALID',
      message: expect.stringContaining('config.json'),
    });
    expect(bridge.stderr()).toBe('');
  });
});
