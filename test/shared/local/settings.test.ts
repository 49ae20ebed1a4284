import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostEnvironment } from '../../../shared/local/config-folders.ts';
import { type BridgeSettings, resolveSettings, type SettingsFlags } from '../../../shared/local/settings.ts';
import { userConfigFile } from '../../../shared/local/user-config.ts';
import { put, testHost } from '../../support/host-environment.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = useTemporaryFolder();
const PIN_A = `SHA256:${'A'.repeat(43)}`;
const PIN_B = `SHA256:${'B'.repeat(43)}`;
const PIN_C = `SHA256:${'C'.repeat(43)}`;
const KEY = 'rlmk_abcdefghijkl_0000000000000000000000000000000000000000000123456';

const user = (host: HostEnvironment, content: unknown): Promise<string> => put(userConfigFile(host), content);
const workspace = (host: HostEnvironment, content: unknown, dir = host.cwd): Promise<string> =>
  put(join(dir, '.rlm', 'bridge.json'), content);

async function refusal(
  flags: SettingsFlags,
  host: HostEnvironment,
): Promise<{ code: string; message: string }> {
  try {
    await resolveSettings(flags, host);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('it was accepted');
}

describe('which gateway counts', () => {
  it('takes flag, environment, workspace, user in this order', async () => {
    const base = testHost(folder());
    await user(base, {
      version: 1,
      default_gateway: 'https://user.example',
      gateways: {
        'https://user.example': { gateway_key: PIN_A },
        'https://work.example': { gateway_key: PIN_B },
      },
    });
    expect((await resolveSettings({}, base)).origin).toBe('https://user.example');
    await workspace(base, { version: 1, gateway: 'https://work.example', repo: 'demo' });
    expect(await resolveSettings({}, base)).toMatchObject({
      origin: 'https://work.example',
      gatewayKey: PIN_B,
      repo: 'demo',
    });
    const host = { ...base, env: { RLM_GATEWAY_URL: 'wss://ENV.example:443/', RLM_GATEWAY_KEY: PIN_C } };
    const byEnv = await resolveSettings({}, host);
    expect(byEnv).toMatchObject({ origin: 'https://env.example', gatewayKey: PIN_C });
    // The workspace's repository belongs to the workspace's gateway.
    expect(byEnv.repo).toBeUndefined();
    const flags = { gateway: 'https://flag.example:8443', gatewayKey: PIN_A };
    expect(await resolveSettings(flags, host)).toMatchObject({
      origin: 'https://flag.example:8443',
      gatewayKey: PIN_A,
    });
  });

  it('says what to run where nothing names one', async () => {
    expect(await refusal({}, testHost(folder()))).toMatchObject({ code: 'GATEWAY_NOT_SET' });
  });

  it('has no trust on first use', async () => {
    expect(await refusal({ gateway: 'https://new.example' }, testHost(folder()))).toMatchObject({
      code: 'GATEWAY_NOT_TRUSTED',
    });
  });

  it('takes a pin from the environment for a gateway that the user config does not know', async () => {
    const host = testHost(folder(), { RLM_GATEWAY_KEY: PIN_A });
    expect(await resolveSettings({ gateway: 'https://a.example' }, host)).toMatchObject({
      gatewayKey: PIN_A,
    });
  });
});

describe('where a workspace is looked for', () => {
  const config = {
    version: 1,
    gateways: { 'https://a.example': { gateway_key: PIN_A }, 'https://b.example': { gateway_key: PIN_B } },
  };

  it('goes upward from the working directory', async () => {
    const base = testHost(folder());
    await user(base, config);
    await workspace(base, { version: 1, gateway: 'https://a.example' }, folder());
    const host = { ...base, cwd: join(folder(), 'work', 'deep', 'er') };
    expect((await resolveSettings({}, host)).origin).toBe('https://a.example');
  });

  it('prefers --workspace to CLAUDE_PROJECT_DIR to the working directory', async () => {
    const base = testHost(folder());
    await user(base, config);
    await workspace(base, { version: 1, gateway: 'https://a.example', repo: 'cwd' });
    await workspace(
      base,
      { version: 1, gateway: 'https://a.example', repo: 'claude' },
      join(folder(), 'claude'),
    );
    await workspace(base, { version: 1, gateway: 'https://b.example', repo: 'flag' }, join(folder(), 'flag'));
    const host = { ...base, env: { CLAUDE_PROJECT_DIR: join(folder(), 'claude') } };
    expect((await resolveSettings({}, base)).repo).toBe('cwd');
    expect((await resolveSettings({}, host)).repo).toBe('claude');
    expect((await resolveSettings({ workspace: join(folder(), 'flag') }, host)).repo).toBe('flag');
  });

  it('refuses a --workspace without a file, such as a variable the IDE did not replace', async () => {
    expect(await refusal({ workspace: '$'.concat('{workspaceFolder}') }, testHost(folder()))).toMatchObject({
      code: 'SETTINGS_INVALID',
    });
  });
});

describe('a hostile workspace file', () => {
  const hostile: readonly (readonly [string, unknown])[] = [
    ['a command', { version: 1, gateway: 'https://a.example', key_source: 'command:touch /tmp/owned' }],
    ['a CA', { version: 1, gateway: 'https://a.example', ca: '/tmp/evil.pem' }],
    ['a proxy', { version: 1, gateway: 'https://a.example', proxy: 'http://evil.example:1' }],
    ['a log file', { version: 1, gateway: 'https://a.example', log_file: '/tmp/x' }],
    ['a prototype', '{"version":1,"gateway":"https://a.example","__proto__":{"ca":"/tmp/evil.pem"}}'],
    [
      'a header in the repository',
      { version: 1, gateway: 'https://a.example', repo: 'a\r\nrlm-mode: proxied' },
    ],
    ['a path as the repository', { version: 1, gateway: 'https://a.example', repo: '../../etc' }],
    ['plain http', { version: 1, gateway: 'http://a.example' }],
    ['a key in the address', { version: 1, gateway: `https://x:${KEY}@a.example` }],
    ['another version', { version: 2, gateway: 'https://a.example' }],
    ['a pin that is none', { version: 1, gateway: 'https://a.example', gateway_key: 'SHA256:short' }],
    ['no JSON', '{"version":1,'],
    ['a list', '[]'],
    ['nothing', ''],
    ['too much', `{"version":1,"gateway":"https://a.example"}${' '.repeat(70_000)}`],
  ];

  it.each(hostile)('with %s is refused, even where flags name everything', async (_, content) => {
    const host = testHost(folder());
    await user(host, { version: 1, gateways: { 'https://a.example': { gateway_key: PIN_A } } });
    await workspace(host, content);
    for (const flags of [{}, { gateway: 'https://a.example', gatewayKey: PIN_A }]) {
      const error = await refusal(flags, host);
      expect(error.code).toBe('SETTINGS_INVALID');
      expect(error.message).toContain('bridge.json');
      expect(error.message).not.toContain('evil');
      expect(error.message).not.toContain(KEY);
    }
  });

  it('cannot name a gateway the user has not logged in to, whatever pin the environment gives', async () => {
    const host = testHost(folder(), { RLM_GATEWAY_KEY: PIN_A, RLM_GATEWAY_API_KEY: KEY });
    await workspace(host, { version: 1, gateway: 'https://evil.example', gateway_key: PIN_A });
    expect(await refusal({}, host)).toMatchObject({ code: 'GATEWAY_NOT_TRUSTED' });
    expect(await refusal({ gatewayKey: PIN_A }, host)).toMatchObject({ code: 'GATEWAY_NOT_TRUSTED' });
  });

  it('cannot change a pin', async () => {
    const host = testHost(folder());
    await user(host, { version: 1, gateways: { 'https://a.example': { gateway_key: PIN_A } } });
    await workspace(host, { version: 1, gateway: 'https://a.example', gateway_key: PIN_B });
    expect(await refusal({}, host)).toMatchObject({ code: 'GATEWAY_MISMATCH' });
  });
});

describe('an address', () => {
  const bad = [
    'http://a.example',
    'a.example',
    '',
    'https://',
    `https://a.example/?key=${KEY}`,
    `https://a.example/${KEY}`,
    `https://${KEY}@a.example`,
    `https://a.example#${KEY}`,
    'https://a.example?',
    'javascript:alert(1)',
  ];

  it.each(bad)('%s is refused and not repeated', async (gateway) => {
    const error = await refusal({ gateway, gatewayKey: PIN_A }, testHost(folder()));
    expect(error.code).toBe('SETTINGS_INVALID');
    expect(error.message).not.toContain(KEY);
  });

  it('is brought into one form', async () => {
    for (const gateway of ['https://A.example', 'wss://a.example/', 'https://a.example:443']) {
      const settings = await resolveSettings({ gateway, gatewayKey: PIN_A }, testHost(folder()));
      expect(settings.origin).toBe('https://a.example');
    }
  });
});

describe('the rest, by field', () => {
  const config = {
    version: 1,
    default_gateway: 'https://a.example',
    gateways: {
      'https://a.example': {
        gateway_key: PIN_A,
        ca: '/user/ca.pem',
        proxy: 'http://user-proxy:1',
        no_proxy: 'user.example',
        key_source: 'file:/user/key',
      },
    },
  };

  it('takes the strongest source that names a field, for every combination', async () => {
    const host = testHost(folder());
    await user(host, config);
    const given = fc.record({ flag: fc.boolean(), env: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(given, given, given, async (ca, proxy, source) => {
        const flags: SettingsFlags = {
          ca: ca.flag ? '/flag/ca.pem' : undefined,
          proxy: proxy.flag ? 'http://flag-proxy:1' : undefined,
          keySource: source.flag ? 'keychain' : undefined,
        };
        const env = {
          ...(ca.env && { RLM_GATEWAY_CA: '/env/ca.pem' }),
          ...(proxy.env && { HTTPS_PROXY: 'http://env-proxy:1', NO_PROXY: 'env.example' }),
          ...(source.env && { RLM_KEY_SOURCE: 'env' }),
        };
        const settings: BridgeSettings = await resolveSettings(flags, { ...host, env });
        const pick = (from: { flag: boolean; env: boolean }): string =>
          from.flag ? 'flag' : from.env ? 'env' : 'user';
        expect(settings.caFile).toBe(`/${pick(ca)}/ca.pem`);
        expect(settings.proxy).toBe(`http://${pick(proxy)}-proxy:1`);
        expect(settings.noProxy).toBe(proxy.env ? 'env.example' : 'user.example');
        expect(settings.keySource).toEqual(
          { flag: { kind: 'keychain' }, env: { kind: 'env' }, user: { kind: 'file', path: '/user/key' } }[
            pick(source)
          ],
        );
      }),
      { numRuns: 64 },
    );
  });

  it('uses RLM_GATEWAY_API_KEY when it is set and nothing stronger asks for another source', async () => {
    const host = testHost(folder(), { RLM_GATEWAY_API_KEY: KEY });
    await user(host, config);
    expect((await resolveSettings({}, host)).keySource).toEqual({ kind: 'env' });
    expect((await resolveSettings({ keySource: 'keychain' }, host)).keySource).toEqual({ kind: 'keychain' });
  });

  it('counts an empty variable as unset', async () => {
    const host = testHost(folder(), {
      RLM_GATEWAY_URL: '',
      RLM_GATEWAY_KEY: '',
      HTTPS_PROXY: '',
      RLM_KEY_SOURCE: '',
    });
    await user(host, config);
    expect(await resolveSettings({}, host)).toMatchObject({
      origin: 'https://a.example',
      proxy: 'http://user-proxy:1',
    });
  });

  it('defaults to the keychain', async () => {
    const host = testHost(folder());
    const settings = await resolveSettings({ gateway: 'https://a.example', gatewayKey: PIN_A }, host);
    expect(settings).toEqual({
      origin: 'https://a.example',
      gatewayKey: PIN_A,
      keySource: { kind: 'keychain' },
    });
  });

  it.each([
    [{ proxy: 'http://u:secret@p:1' }, 'secret'],
    [{ proxy: 'socks5://p:1' }, 'socks5'],
    [{ keySource: KEY }, KEY],
    [{ gatewayKey: KEY }, KEY],
    [{ keySource: 'command:' }, 'never said'],
    [{ keySource: 'file:' }, 'never said'],
  ])('refuses %j without repeating it', async (flags, value) => {
    const error = await refusal(
      { gateway: 'https://a.example', gatewayKey: PIN_A, ...flags },
      testHost(folder()),
    );
    expect(error.code).toBe('SETTINGS_INVALID');
    expect(error.message).not.toContain(value);
  });
});
