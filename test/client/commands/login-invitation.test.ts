import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseApiKey } from '../../../shared/keys/api-key.ts';
import { signerFromSeed } from '../../../shared/keys/nacl-signer.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { type ClientRun, errorCodeOf, jsonOf, runClient } from '../client-process.ts';
import { type Behaviour, type EnrolmentServer, startEnrolmentServer } from '../enrolment-server.ts';

const home = useTemporaryFolder();
let server: EnrolmentServer;

beforeAll(async () => {
  server = await startEnrolmentServer('laptop of \u001b[31mAda');
});
afterEach(() => {
  server.behaviour = 'honest';
});
afterAll(() => server.close());

const keyFile = (): string => join(home(), 'keys', 'gateway');

async function login(stdin: string, ...more: readonly string[]): Promise<ClientRun> {
  const ca = join(home(), 'ca.pem');
  await writeFile(ca, server.ca);
  return runClient(['login', '--ca', 'ca.pem', '--key-source', 'file:keys/gateway', ...more], {
    home: home(),
    stdin,
  });
}

const readConfig = async (): Promise<unknown> =>
  JSON.parse(await readFile(join(home(), '.config', 'rlm-bridge', 'config.json'), 'utf8'));

describe('login with an invitation', () => {
  test('[EN] registers a key made here, stores it, and pins the gateway', async () => {
    const { invitation, text } = server.invite();
    const run = await login(`${text}\n`, '--json');
    expect(run).toMatchObject({ code: 0 });
    expect(jsonOf(run)).toEqual({
      gateway: server.origin,
      gateway_key: server.pin,
      key_id: invitation.id,
      name: 'laptop of \u001b[31mAda',
      expires_at: 1_900_000_000,
      key_source: `file:${keyFile()}`,
    });
    const key = parseApiKey((await readFile(keyFile(), 'utf8')).trim());
    expect(key?.id).toBe(invitation.id);
    const publicKey =
      key === null ? '' : Buffer.from(signerFromSeed(key.seed).publicKey).toString('base64url');
    expect(server.registered.get(invitation.id)).toBe(publicKey);
    expect(await readConfig()).toEqual({
      version: 1,
      default_gateway: server.origin,
      gateways: {
        [server.origin]: {
          gateway_key: server.pin,
          key_id: invitation.id,
          ca: join(home(), 'ca.pem'),
          key_source: `file:${keyFile()}`,
        },
      },
    });
  });

  test('the key is readable by its owner alone, and no pending one is left', async () => {
    await login(server.invite().text);
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
    expect(await readdir(join(home(), 'keys'))).toEqual(['gateway']);
  });

  test('[EN] neither seed is sent, and none is printed', async () => {
    const { invitation, text } = server.invite();
    const run = await login(text);
    const key = parseApiKey((await readFile(keyFile(), 'utf8')).trim());
    const seeds = [invitation.seed.unwrap(), key?.seed.unwrap() ?? new Uint8Array()];
    const seen = `${server.bodies.join('')}${run.stdout}${run.stderr}`;
    for (const seed of seeds) {
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(seen).not.toContain(Buffer.from(seed).toString(encoding));
      }
    }
    expect(seen).not.toMatch(/rlm[ki]_/);
  });

  test('says that it waits for standard input, and cannot be made to repaint the terminal by a name', async () => {
    const run = await login(server.invite().text);
    expect(run.stderr).toContain('Waiting for the invitation or API key on standard input.');
    expect(run.stdout).toContain('laptop of \\u{1b}[31mAda');
    expect(run.stdout).not.toContain('\u001b');
  });

  test('an invitation as an argument works, with a note', async () => {
    const run = await login('', server.invite().text);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('arguments can be read by every process');
  });

  test('a login whose answer was lost is repeated with the same key', async () => {
    const { invitation, text } = server.invite();
    server.behaviour = 'cut-after-registering';
    const first = await login(text, '--json');
    expect([first.code, errorCodeOf(first)]).toEqual([4, 'GATEWAY_UNREACHABLE']);
    const registered = server.registered.get(invitation.id);
    server.behaviour = 'honest';
    expect(await login(text)).toMatchObject({ code: 0 });
    expect(server.registered.get(invitation.id)).toBe(registered);
  });

  test('an invitation that was used by another key is refused', async () => {
    const { text } = server.invite();
    await login(text);
    const run = await login(text, '--json');
    expect([run.code, errorCodeOf(run)]).toEqual([3, 'INVITATION_INVALID']);
  });
});

describe('what is not the pinned gateway gets nothing believed', () => {
  const lies: readonly (readonly [Behaviour, number, string])[] = [
    ['other-identity', 3, 'GATEWAY_MISMATCH'],
    ['forged-signature', 3, 'GATEWAY_MISMATCH'],
    ['other-key-signed', 3, 'GATEWAY_MISMATCH'],
    ['other-key-id', 3, 'GATEWAY_MISMATCH'],
    ['not-json', 4, 'NOT_A_GATEWAY'],
    ['endless', 4, 'NOT_A_GATEWAY'],
    ['redirect', 4, 'NOT_A_GATEWAY'],
    [{ status: 404 }, 4, 'NOT_A_GATEWAY'],
    [{ status: 503 }, 4, 'GATEWAY_UNREACHABLE'],
    [{ status: 401, refusal: 'clock_skew' }, 1, 'CLOCK_SKEW'],
    [{ status: 401, refusal: 'key_expired' }, 3, 'INVITATION_INVALID'],
    [{ status: 429, refusal: 'too_many' }, 4, 'TOO_MANY_CONNECTIONS'],
  ];
  test.each(lies)('[EN] %j: exit %i, %s, and nothing is stored', async (behaviour, exit, code) => {
    server.behaviour = behaviour;
    const run = await login(server.invite().text, '--json');
    expect([run.code, errorCodeOf(run)]).toEqual([exit, code]);
    expect(run.stdout).toBe('');
    await expect(readFile(keyFile())).rejects.toThrow('ENOENT');
    await expect(readConfig()).rejects.toThrow('ENOENT');
  });

  test('a certificate of an unknown authority is refused before anything is sent', async () => {
    const count = server.bodies.length;
    const run = await runClient(['login', '--key-source', 'file:keys/gateway', '--json'], {
      home: home(),
      stdin: server.invite().text,
    });
    expect([run.code, errorCodeOf(run)]).toEqual([4, 'CERTIFICATE_UNTRUSTED']);
    expect(run.stderr).toContain('--ca FILE');
    expect(server.bodies.length).toBe(count);
  });

  test('flags that contradict the invitation stop it before anything is sent', async () => {
    const count = server.bodies.length;
    const pin = `SHA256:${'A'.repeat(43)}`;
    for (const flags of [
      ['--gateway', 'https://other.example'],
      ['--gateway-key', pin],
    ]) {
      const run = await login(server.invite().text, '--json', ...flags);
      expect([run.code, errorCodeOf(run)]).toEqual([3, 'GATEWAY_MISMATCH']);
    }
    expect(server.bodies.length).toBe(count);
  });
});

describe('nothing is spent on a login that cannot be finished', () => {
  test.each([
    [
      'a key file that holds something else',
      'KEY_FILE_UNSAFE',
      (): Promise<void> => writeFile(keyFile(), 'my diary'),
    ],
    [
      'unreadable settings',
      'SETTINGS_INVALID',
      async (): Promise<void> => {
        await mkdir(join(home(), '.config', 'rlm-bridge'), { recursive: true });
        await writeFile(join(home(), '.config', 'rlm-bridge', 'config.json'), '{"version":2}');
      },
    ],
  ])('%s', async (_, code, spoil) => {
    await mkdir(join(home(), 'keys'));
    await spoil();
    const count = server.bodies.length;
    const run = await login(server.invite().text, '--json');
    expect(errorCodeOf(run)).toBe(code);
    expect(server.bodies.length).toBe(count);
  });

  test('a CA file that is none', async () => {
    const count = server.bodies.length;
    const run = await login(server.invite().text, '--json', '--ca', 'keys.pem');
    expect([run.code, errorCodeOf(run)]).toEqual([2, 'SETTINGS_INVALID']);
    expect(server.bodies.length).toBe(count);
    expect(await readdir(home())).toEqual(['ca.pem']);
  });

  test('without a keychain: says so, offers a file, and stores nothing anywhere', async () => {
    const count = server.bodies.length;
    const run = await runClient(['login', '--json'], {
      home: home(),
      stdin: server.invite().text,
      env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home(), 'no-bus')}` },
    });
    expect([run.code, errorCodeOf(run)]).toEqual([3, 'KEYCHAIN_UNAVAILABLE']);
    expect(run.stderr).toContain('--key-source file:PATH');
    expect(server.bodies.length).toBe(count);
    expect(await readdir(home())).toEqual([]);
  });

  test('a mistyped invitation, an API key as an argument, and anything else are refused offline', async () => {
    const text = server.invite().text;
    const mistyped = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
    expect(errorCodeOf(await login(mistyped, '--json'))).toBe('INVITATION_INVALID');
    expect(errorCodeOf(await login('hunter2', '--json'))).toBe('KEY_MALFORMED');
    const asArgument = await login('', '--json', 'rlmk_something');
    expect([asArgument.code, errorCodeOf(asArgument)]).toEqual([2, 'USAGE']);
    expect(asArgument.stderr).not.toContain('something');
  });
});
