import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { RlmError } from '../errors/rlm-error.ts';
import { isKeyId } from '../keys/api-key.ts';
import { isFingerprint } from '../keys/ed25519.ts';
import { STATIC_KEY_ID } from '../keys/static-key.ts';
import { readBoundedFile } from './bounded-file.ts';
import { configFolder, type HostEnvironment } from './config-folders.ts';
import { isGatewayOrigin } from './gateway-origin.ts';
import { MAX_SETTINGS_FILE_BYTES, SettingsObject } from './json-settings.ts';
import { formatKeySource, parseKeySource } from './key-source-setting.ts';
import { parseProxy } from './proxy-setting.ts';

/**
 * The user's own settings, `config.json` in {@link configFolder}: the gateways this user has logged in to, and how
 * each is reached. It is the root of trust on the IDE host (pins, CA files, commands), so one that others can
 * write is refused. It holds no secret, save credentials a user puts into a proxy's address.
 */
export interface UserConfig {
  readonly version: 1;
  /** Origin used when nothing else names a gateway. */
  readonly default_gateway?: string;
  /** By origin, `https://host[:port]`. */
  readonly gateways: Readonly<Record<string, UserGateway>>;
}

export interface UserGateway {
  /** The pin, `SHA256:…`. */
  readonly gateway_key: string;
  /** Id of the key that `login` stored; not secret. */
  readonly key_id?: string;
  /** Absolute path of a PEM file with further certificate authorities. */
  readonly ca?: string;
  readonly proxy?: string;
  readonly no_proxy?: string;
  /** As in `--key-source`; a `file:` must be absolute. */
  readonly key_source?: string;
}

export const EMPTY_USER_CONFIG: UserConfig = { version: 1, gateways: {} };

export const userConfigFile = (host: HostEnvironment): string => join(configFolder(host), 'config.json');

/**
 * @returns an empty configuration where there is no file yet
 * @throws `SETTINGS_INVALID` naming the file and the field
 */
export async function readUserConfig(host: HostEnvironment): Promise<UserConfig> {
  const file = userConfigFile(host);
  const read = await readBoundedFile(file, MAX_SETTINGS_FILE_BYTES, (stats) => isOurs(stats, host));
  switch (read.kind) {
    case 'missing':
      return EMPTY_USER_CONFIG;
    case 'read':
      return parseUserConfig(file, read.text);
    case 'too-large':
      throw new RlmError('SETTINGS_INVALID', `${file} is larger than ${MAX_SETTINGS_FILE_BYTES} bytes.`);
    case 'not-a-file':
      throw new RlmError('SETTINGS_INVALID', `${file} is not a regular file.`);
    case 'refused':
      throw new RlmError(
        'SETTINGS_INVALID',
        `${file} cannot be read, or others can write it. It decides which gateway is trusted: make it yours alone (chmod 600).`,
      );
  }
}

/** Whoever can write this file can name a command that runs as the user. */
const isOurs = (stats: Stats, host: HostEnvironment): boolean =>
  host.uid === undefined || ((stats.uid === host.uid || stats.uid === 0) && (stats.mode & 0o022) === 0);

function parseUserConfig(file: string, text: string): UserConfig {
  const root = SettingsObject.parse(file, text);
  root.requireVersion(1);
  root.allowOnly('version', 'default_gateway', 'gateways');
  const list = root.object('gateways');
  const gateways: Record<string, UserGateway> = {};
  for (const origin of list.names()) {
    if (!isGatewayOrigin(origin))
      throw list.invalid('must be an origin of the form https://host[:port]', origin);
    gateways[origin] = parseUserGateway(list.object(origin));
  }
  const preferred = root.text('default_gateway');
  if (preferred === undefined) return { version: 1, gateways };
  if (!Object.hasOwn(gateways, preferred)) throw root.invalid('must be one of gateways', 'default_gateway');
  return { version: 1, default_gateway: preferred, gateways };
}

function parseUserGateway(entry: SettingsObject): UserGateway {
  entry.allowOnly('gateway_key', 'key_id', 'ca', 'proxy', 'no_proxy', 'key_source');
  const pin = entry.requireText('gateway_key');
  if (!isFingerprint(pin)) throw entry.invalid('must be a fingerprint of the form SHA256:…', 'gateway_key');
  const keyId = entry.text('key_id');
  if (keyId !== undefined && !isKeyId(keyId) && keyId !== STATIC_KEY_ID) {
    throw entry.invalid('is not a key id', 'key_id');
  }
  const ca = entry.text('ca');
  if (ca !== undefined && !isAbsolute(ca)) throw entry.invalid('must be an absolute path', 'ca');
  const proxy = entry.text('proxy');
  if (proxy !== undefined) parseProxy(proxy, entry.where('proxy'));
  const noProxy = entry.text('no_proxy');
  const source = entry.text('key_source');
  const keySource =
    source === undefined ? undefined : parseKeySource(source, entry.where('key_source'), null);
  return {
    gateway_key: pin,
    ...(keyId !== undefined && { key_id: keyId }),
    ...(ca !== undefined && { ca }),
    ...(proxy !== undefined && { proxy }),
    ...(noProxy !== undefined && { no_proxy: noProxy }),
    ...(keySource !== undefined && { key_source: formatKeySource(keySource) }),
  };
}

/**
 * Replaces the file as a whole: mode 0600, written beside it and renamed, so a reader sees the old one or the new
 * one. A symlinked file (dotfile managers) stays a link; what it points to is replaced.
 *
 * @throws `SETTINGS_INVALID` where the configuration would not be read back
 */
export async function writeUserConfig(host: HostEnvironment, config: UserConfig): Promise<void> {
  const named = userConfigFile(host);
  const text = `${JSON.stringify(config, null, 2)}\n`;
  parseUserConfig(named, text);
  await mkdir(dirname(named), { recursive: true, mode: 0o700 });
  const file = await realpath(named).catch(() => named);
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
