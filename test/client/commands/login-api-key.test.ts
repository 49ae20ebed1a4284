import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { formatApiKey, newApiKey, newKeyId } from '../../../shared/keys/api-key.ts';
import { type FakeGateway, startFakeGateway } from '../../support/fake-gateway.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { type ClientRun, errorCodeOf, jsonOf, runClient } from '../client-process.ts';

const home = useTemporaryFolder();
let gateway: FakeGateway;

beforeAll(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => {
  gateway.behaviour = {};
});
afterAll(() => gateway.close());

const keyText = (): string => formatApiKey(gateway.key).unwrap();

async function login(stdin: string, ...more: readonly string[]): Promise<ClientRun> {
  await writeFile(join(home(), 'ca.pem'), gateway.ca);
  const args = ['login', '--ca', 'ca.pem', '--key-source', 'file:key', '--json', '--gateway', gateway.origin];
  return runClient([...args, ...more], { home: home(), stdin });
}

describe('login with an API key', () => {
  test('the bridge is launched with it, and a key that the gateway accepts is stored', async () => {
    const before = gateway.accepted.length;
    const run = await login(`  ${keyText()}\n`, '--gateway-key', gateway.pin);
    expect(run).toMatchObject({ code: 0 });
    expect(jsonOf(run)).toMatchObject({ gateway: gateway.origin, key_id: gateway.key.id });
    expect(gateway.accepted.length).toBe(before + 1);
    expect(await readFile(join(home(), 'key'), 'utf8')).toBe(`${keyText()}\n`);
    expect((await stat(join(home(), 'key'))).mode & 0o777).toBe(0o600);
  });

  test('a key that the gateway does not know is not stored: exit 3', async () => {
    const stranger = formatApiKey(newApiKey(newKeyId()).key).unwrap();
    const run = await login(stranger, '--gateway-key', gateway.pin);
    expect([run.code, errorCodeOf(run)]).toEqual([3, 'KEY_UNKNOWN']);
    expect(run.stderr).not.toContain(stranger);
    await expect(stat(join(home(), 'key'))).rejects.toThrow('ENOENT');
  });

  test('a mistyped key is refused before anything is launched', async () => {
    const before = gateway.upgrades.length;
    const run = await login(
      keyText().replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      '--gateway-key',
      gateway.pin,
    );
    expect([run.code, errorCodeOf(run)]).toEqual([3, 'KEY_MALFORMED']);
    expect(gateway.upgrades.length).toBe(before);
  });

  test('without a pin there is no trust on first use', async () => {
    const before = gateway.upgrades.length;
    const run = await login(keyText());
    expect([run.code, errorCodeOf(run)]).toEqual([3, 'GATEWAY_NOT_TRUSTED']);
    expect(run.stderr).toContain('--gateway-key SHA256:');
    expect(gateway.upgrades.length).toBe(before);
  });

  test('with the wrong pin nothing is stored', async () => {
    const run = await login(keyText(), '--gateway-key', `SHA256:${'A'.repeat(43)}`);
    expect([run.code, errorCodeOf(run)]).toEqual([3, 'GATEWAY_MISMATCH']);
    await expect(stat(join(home(), 'key'))).rejects.toThrow('ENOENT');
  });

  test('the log-in of a key given before is used for its gateway and pin', async () => {
    await login(keyText(), '--gateway-key', gateway.pin);
    expect(await login(keyText())).toMatchObject({ code: 0 });
  });
});

describe('status', () => {
  const status = (...more: readonly string[]): Promise<ClientRun> =>
    runClient(['status', '--json', ...more], { home: home() });

  test('shows gateway, key, its place, and that the gateway answers', async () => {
    await login(keyText(), '--gateway-key', gateway.pin);
    const run = await status();
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(jsonOf(run)).toEqual({
      gateway: gateway.origin,
      gateway_key: gateway.pin,
      key_id: gateway.key.id,
      key_source: `file:${join(home(), 'key')}`,
      repo: null,
      is_ok: true,
      server: { name: 'fake-gateway', version: '0' },
      latency_ms: expect.any(Number),
      error: null,
    });
    const plain = await runClient(['status'], { home: home() });
    expect(plain.stdout).toContain(`gateway         ${gateway.origin}`);
    expect(plain.stdout).toMatch(/answers {9}yes, in \d+ ms/);
  });

  test('a revoked key: says so, exit 3', async () => {
    await login(keyText(), '--gateway-key', gateway.pin);
    gateway.behaviour = { refuse: 'key_revoked' };
    const run = await status();
    expect([run.code, errorCodeOf(run)]).toEqual([3, 'KEY_REVOKED']);
    expect(jsonOf(run)).toMatchObject({
      key_id: gateway.key.id,
      is_ok: false,
      error: { code: 'KEY_REVOKED' },
    });
  });

  test('a gateway that is away: says so, exit 4', async () => {
    const other = await startFakeGateway({ key: gateway.key });
    await writeFile(join(home(), 'other.pem'), other.ca);
    const args = ['login', '--ca', 'other.pem', '--key-source', 'file:key', '--gateway', other.origin];
    await runClient([...args, '--gateway-key', other.pin], { home: home(), stdin: keyText() });
    await other.close();
    const run = await status();
    expect([run.code, errorCodeOf(run)]).toEqual([4, 'GATEWAY_UNREACHABLE']);
    // It has just been run: that is no advice.
    expect(run.stderr).not.toContain('rlm-workspace status');
  });

  test('a key file that is gone: says so, exit 3, and launches nothing', async () => {
    await login(keyText(), '--gateway-key', gateway.pin);
    await writeFile(join(home(), 'key'), '');
    const before = gateway.upgrades.length;
    const run = await status();
    expect([run.code, errorCodeOf(run)]).toEqual([3, 'KEY_MISSING']);
    expect(jsonOf(run)).toMatchObject({ key_id: null, is_ok: false });
    expect(gateway.upgrades.length).toBe(before);
  });

  test('no gateway at all: wrong usage', async () => {
    const run = await status();
    expect([run.code, errorCodeOf(run)]).toEqual([2, 'GATEWAY_NOT_SET']);
  });

  test('a bridge that is not there, and one that speaks no MCP', async () => {
    await login(keyText(), '--gateway-key', gateway.pin);
    const missing = await status('--bridge', 'nowhere.mjs');
    expect([missing.code, errorCodeOf(missing)]).toEqual([1, 'FAILED']);
    await writeFile(join(home(), 'chatty.mjs'), 'console.log("hello");');
    const chatty = await status('--bridge', 'chatty.mjs');
    expect([chatty.code, errorCodeOf(chatty)]).toEqual([1, 'FAILED']);
    expect(chatty.stderr).toContain('not MCP');
    await writeFile(join(home(), 'broken.mjs'), 'process.exit(1);');
    expect((await status('--bridge', 'broken.mjs')).stderr).toContain('did not answer');
  });
});

describe('logout', () => {
  const logout = (...more: readonly string[]): Promise<ClientRun> =>
    runClient(['logout', '--json', ...more], { home: home() });

  test('takes the key and the gateway away', async () => {
    await login(keyText(), '--gateway-key', gateway.pin);
    const run = await logout();
    expect(jsonOf(run)).toEqual({ gateway: gateway.origin, key_id: gateway.key.id, key_removed: true });
    await expect(stat(join(home(), 'key'))).rejects.toThrow('ENOENT');
    const config = await readFile(join(home(), '.config', 'rlm-bridge', 'config.json'), 'utf8');
    expect(JSON.parse(config)).toEqual({ version: 1, gateways: {} });
  });

  test('of a gateway that was never logged in to: says which there are', async () => {
    await login(keyText(), '--gateway-key', gateway.pin);
    const run = await logout('--gateway', 'https://other.example');
    expect([run.code, errorCodeOf(run)]).toEqual([2, 'GATEWAY_NOT_SET']);
    expect(run.stderr).toContain(gateway.origin);
  });

  test('does not remove a key file that has become something else', async () => {
    await login(keyText(), '--gateway-key', gateway.pin);
    await writeFile(join(home(), 'key'), 'my diary');
    expect(errorCodeOf(await logout())).toBe('KEY_FILE_UNSAFE');
    expect(await readFile(join(home(), 'key'), 'utf8')).toBe('my diary');
  });
});
