import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { Secret } from '../../shared/keys/secret.ts';
import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import { parseKeySource } from '../../shared/local/key-source-setting.ts';
import type { Keychain } from '../../shared/local/keychain.ts';
import { FileKeyStore } from './file-key-store.ts';
import { KeychainKeyStore } from './keychain-key-store.ts';

/**
 * Where the API key of one gateway lies. A store holds two keys: the one in use, and a *pending* one, made but
 * not yet accepted by the gateway. The pending key is stored before an invitation is spent: that proves that the
 * store works, and a login whose answer was lost can be repeated with the same key.
 */
export interface KeyStore {
  /** As the user's settings name it: undefined for the keychain, else `file:PATH`. */
  readonly source: string | undefined;
  /** For a person: `the OS keychain`. */
  readonly place: string;
  read(): Promise<Secret<string> | null>;
  write(key: Secret<string>): Promise<void>;
  readPending(): Promise<Secret<string> | null>;
  writePending(key: Secret<string>): Promise<void>;
  /** Takes away the pending key, if there is one. */
  forgetPending(): Promise<void>;
  /** Takes away both. @returns whether there was a key */
  remove(): Promise<boolean>;
}

/**
 * @param source `keychain`, `file:PATH`, or undefined for the keychain; a relative path counts from the working directory
 * @throws `SETTINGS_INVALID` it is none of the known forms
 * @throws `USAGE` another source: `env` and `command:` are read by the bridge, but nothing can be stored there
 */
export function openKeyStore(
  source: string | undefined,
  origin: string,
  host: HostEnvironment,
  keychain: () => Keychain,
): KeyStore {
  const parsed = parseKeySource(source ?? 'keychain', '--key-source', host.cwd);
  switch (parsed.kind) {
    case 'keychain':
      return new KeychainKeyStore(keychain, origin);
    case 'file':
      return new FileKeyStore(parsed.path);
    case 'env':
    case 'command':
      throw new RlmError('USAGE', 'A key can be stored in keychain or file:PATH, nowhere else.');
  }
}
