import type { Stats } from 'node:fs';
import { RlmError } from '../errors/rlm-error.ts';
import { API_KEY_PREFIX, type ApiKey, parseApiKey } from '../keys/api-key.ts';
import type { Secret } from '../keys/secret.ts';
import { apiKeyFromStatic, MIN_STATIC_KEY_CHARS } from '../keys/static-key.ts';
import { readBoundedFile } from './bounded-file.ts';
import type { HostEnvironment } from './config-folders.ts';
import { runKeyCommand } from './key-command.ts';
import type { Keychain } from './keychain.ts';
import type { BridgeSettings } from './settings.ts';

/** Bytes of a key file: a key, a newline, perhaps a comment nobody should have written. */
const MAX_KEY_FILE_BYTES = 4096;

/**
 * The API key, from the one source the settings name. Read once and kept in memory by the caller: some keychains
 * ask a person each time.
 *
 * @param signal ends a key command early
 * @throws `KEY_MISSING`, `KEY_MALFORMED`, `KEY_FILE_UNSAFE`, `KEYCHAIN_LOCKED`, `KEYCHAIN_UNAVAILABLE`
 */
export async function resolveApiKey(
  settings: BridgeSettings,
  host: HostEnvironment,
  keychain: Keychain,
  signal?: AbortSignal,
): Promise<ApiKey> {
  const source = settings.keySource;
  switch (source.kind) {
    case 'keychain': {
      const secret = await keychain.get(settings.origin);
      if (secret !== null) return parseKey(secret.unwrap(), 'the keychain');
      throw new RlmError(
        'KEY_MISSING',
        `The keychain has no key for ${settings.origin}, or it is locked. Unlock it, or run: rlm-workspace login`,
      );
    }
    case 'env': {
      const text = host.env['RLM_GATEWAY_API_KEY'] ?? '';
      if (text !== '') return parseKey(text, 'RLM_GATEWAY_API_KEY');
      throw new RlmError('KEY_MISSING', 'The key is to come from RLM_GATEWAY_API_KEY, which is not set.');
    }
    case 'file':
      return parseKey(await readKeyFile(source.path, host), 'the key file');
    case 'command': {
      const printed: Secret<string> = await runKeyCommand(source.command, host, signal);
      return parseKey(printed.unwrap(), 'the key command');
    }
  }
}

async function readKeyFile(path: string, host: HostEnvironment): Promise<string> {
  const read = await readBoundedFile(path, MAX_KEY_FILE_BYTES, (stats) => isPrivate(stats, host));
  switch (read.kind) {
    case 'read':
      return read.text;
    case 'missing':
      throw new RlmError('KEY_MISSING', `The key file ${path} does not exist.`);
    case 'not-a-file':
      throw new RlmError('KEY_FILE_UNSAFE', `The key file ${path} is not a regular file.`);
    case 'refused':
      throw new RlmError(
        'KEY_FILE_UNSAFE',
        `The key file ${path} must belong to you and be closed to everyone else. Run: chmod 600 on it`,
      );
    case 'too-large':
      throw new RlmError('KEY_MALFORMED', `The key file ${path} is too large to be a key.`);
  }
}

const isPrivate = (stats: Stats, host: HostEnvironment): boolean =>
  host.uid === undefined || (stats.uid === host.uid && (stats.mode & 0o077) === 0);

/** @param from what to call the source; the text itself is never repeated */
function parseKey(untrimmed: string, from: string): ApiKey {
  const text = untrimmed.trim();
  if (text === '') throw new RlmError('KEY_MISSING', `There is no key in ${from}: it is empty.`);
  if (text.startsWith(API_KEY_PREFIX)) {
    const key = parseApiKey(text);
    if (key !== null) return key;
    throw new RlmError(
      'KEY_MALFORMED',
      `The key in ${from} is mistyped or cut short: its checksum does not match.`,
    );
  }
  if (text.startsWith('rlmi_')) {
    throw new RlmError(
      'KEY_MALFORMED',
      `What is in ${from} is an invitation. Redeem it with: rlm-workspace login`,
    );
  }
  if (text.startsWith('rlmb_')) {
    throw new RlmError(
      'KEY_MALFORMED',
      `What is in ${from} is a bearer, for clients that speak HTTP; a bridge needs an rlmk_ key.`,
    );
  }
  const key = apiKeyFromStatic(text);
  if (key !== null) return key;
  throw new RlmError(
    'KEY_MALFORMED',
    `What is in ${from} is neither an rlmk_ key nor a static key of ${MIN_STATIC_KEY_CHARS} characters or more.`,
  );
}
