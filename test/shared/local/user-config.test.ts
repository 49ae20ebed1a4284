import { chmod, lstat, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configFolder } from '../../../shared/local/config-folders.ts';
import {
  readUserConfig,
  type UserConfig,
  userConfigFile,
  writeUserConfig,
} from '../../../shared/local/user-config.ts';
import { put, testHost } from '../../support/host-environment.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = useTemporaryFolder();
const PIN = `SHA256:${'A'.repeat(43)}`;
const CONFIG: UserConfig = {
  version: 1,
  default_gateway: 'https://a.example:8443',
  gateways: {
    'https://a.example:8443': {
      gateway_key: PIN,
      key_id: 'abcdefghijkl',
      ca: '/etc/ca.pem',
      proxy: 'http://p:3128',
      no_proxy: '.internal',
      key_source: 'command:pass show rlm',
    },
    'https://b.example': { gateway_key: PIN },
  },
};

describe('the folder', () => {
  it.each([
    ['linux', {}, '/home/me/.config/rlm-bridge'],
    ['linux', { XDG_CONFIG_HOME: '/xdg' }, '/xdg/rlm-bridge'],
    ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/me/.config/rlm-bridge'],
    ['darwin', { XDG_CONFIG_HOME: '/xdg' }, '/home/me/Library/Application Support/rlm-bridge'],
    ['win32', { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' }, 'C:\\Users\\me\\AppData\\Roaming\\rlm-bridge'],
  ] as const)('on %s with %j is %s', (platform, env, expected) => {
    expect(configFolder(testHost('/', env, { platform, homeDir: '/home/me' }))).toBe(expected);
  });
});

describe('the user’s configuration', () => {
  it('is empty where there is no file', async () => {
    expect(await readUserConfig(testHost(folder()))).toEqual({ version: 1, gateways: {} });
  });

  it('is read back as written, closed to others, with nothing left beside it', async () => {
    const host = testHost(folder());
    await writeUserConfig(host, CONFIG);
    expect(await readUserConfig(host)).toEqual(CONFIG);
    expect((await stat(userConfigFile(host))).mode & 0o777).toBe(0o600);
    expect((await stat(configFolder(host))).mode & 0o777).toBe(0o700);
    await writeUserConfig(host, { version: 1, gateways: {} });
    expect(await readdir(configFolder(host))).toEqual(['config.json']);
  });

  it('keeps a link a link', async () => {
    const host = testHost(folder());
    const real = await put(join(folder(), 'dotfiles', 'config.json'), { version: 1, gateways: {} });
    await mkdir(dirname(userConfigFile(host)), { recursive: true });
    await symlink(real, userConfigFile(host));
    await writeUserConfig(host, CONFIG);
    expect((await lstat(userConfigFile(host))).isSymbolicLink()).toBe(true);
    expect(JSON.parse(await readFile(real, 'utf8'))).toEqual(CONFIG);
  });

  it('is not written where it could not be read back', async () => {
    const host = testHost(folder());
    const broken = { version: 1, gateways: { 'https://a.example/path': { gateway_key: PIN } } } as const;
    await expect(writeUserConfig(host, broken)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(await readUserConfig(host)).toEqual({ version: 1, gateways: {} });
  });

  it('is refused where others can write it: it names pins and commands', async () => {
    const host = testHost(folder());
    await writeUserConfig(host, CONFIG);
    for (const mode of [0o620, 0o602, 0o666]) {
      await chmod(userConfigFile(host), mode);
      await expect(readUserConfig(host)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    }
    await chmod(userConfigFile(host), 0o644);
    await expect(readUserConfig(host)).resolves.toEqual(CONFIG);
  });

  const gateway = (own: object): unknown => ({
    version: 1,
    gateways: { 'https://a.example': { gateway_key: PIN, ...own } },
  });
  it.each([
    ['version', { version: 2, gateways: {} }],
    ['gateways', { version: 1 }],
    ['extra', { version: 1, gateways: {}, extra: 1 }],
    ['default_gateway', { version: 1, gateways: {}, default_gateway: 'https://a.example' }],
    ['http://a.example', { version: 1, gateways: { 'http://a.example': { gateway_key: PIN } } }],
    ['__proto__', '{"version":1,"gateways":{"__proto__":{"gateway_key":"x"}}}'],
    ['gateways.https://a.example.gateway_key', gateway({ gateway_key: 'no' })],
    ['gateways.https://a.example.ca', gateway({ ca: 'relative.pem' })],
    ['gateways.https://a.example.proxy', gateway({ proxy: 'ftp://x' })],
    ['gateways.https://a.example.key_source', gateway({ key_source: 'file:relative' })],
    ['gateways.https://a.example.key_source', gateway({ key_source: 'rlmk_pasted' })],
    ['gateways.https://a.example.key_id', gateway({ key_id: 'no id' })],
    ['gateways.https://a.example.keysource', gateway({ keysource: 'env' })],
  ])('names the file and the field %s', async (field, content) => {
    const host = testHost(folder());
    await put(userConfigFile(host), content);
    const error = await readUserConfig(host).catch((each: unknown) => each as Error);
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID' });
    expect((error as Error).message).toContain(userConfigFile(host));
    expect((error as Error).message).toContain(field);
    expect((error as Error).message).not.toContain('pasted');
  });
});
