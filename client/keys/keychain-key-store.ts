import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import type { Secret } from '../../shared/keys/secret.ts';
import type { Keychain } from '../../shared/local/keychain.ts';
import type { KeyStore } from './key-store.ts';

/** The OS keychain. The account is the gateway's origin, so that one gateway's key is never shown to another. */
export class KeychainKeyStore implements KeyStore {
  readonly source = undefined;
  readonly place = 'the OS keychain';
  readonly #open: () => Keychain;
  readonly #account: string;
  readonly #pendingAccount: string;

  constructor(open: () => Keychain, origin: string) {
    this.#open = open;
    this.#account = origin;
    this.#pendingAccount = `${origin}#pending`;
  }

  async read(): Promise<Secret<string> | null> {
    return withChoices(() => this.#open().get(this.#account));
  }

  async write(key: Secret<string>): Promise<void> {
    await withChoices(() => this.#open().set(this.#account, key));
  }

  async readPending(): Promise<Secret<string> | null> {
    return withChoices(() => this.#open().get(this.#pendingAccount));
  }

  async writePending(key: Secret<string>): Promise<void> {
    await withChoices(() => this.#open().set(this.#pendingAccount, key));
  }

  async forgetPending(): Promise<void> {
    await withChoices(() => this.#open().delete(this.#pendingAccount));
  }

  async remove(): Promise<boolean> {
    const hadKey = (await this.read()) !== null;
    await withChoices(() => this.#open().delete(this.#account));
    await this.forgetPending();
    return hadKey;
  }
}

/** A keychain that fails is not replaced by a second-best store in silence: the user is given the choices. */
async function withChoices<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRlmError(error)) throw error;
    const file = 'or keep the key in a file that only you can read: --key-source file:PATH';
    const first =
      error.code === 'KEYCHAIN_LOCKED' ? 'Unlock the keychain and try again' : 'Set up a keychain';
    throw new RlmError(error.code, error.message, {
      cause: error.cause,
      fields: { next: `${first}, ${file}` },
    });
  }
}
