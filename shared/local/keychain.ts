import { RlmError } from '../errors/rlm-error.ts';
import { Secret } from '../keys/secret.ts';
import { KEYCHAIN_TIMEOUT_MS } from '../limits.ts';
import type { HostEnvironment } from './config-folders.ts';
import { findSessionBus } from './session-bus.ts';

/** The operating system's keychain: one API key a gateway. */
export interface Keychain {
  /** @returns `null` where there is no entry, or, on Linux, the keychain is locked: it answers the same */
  get(account: string): Promise<Secret<string> | null>;
  set(account: string, secret: Secret<string>): Promise<void>;
  /** @returns whether there was an entry */
  delete(account: string): Promise<boolean>;
}

export const KEYCHAIN_SERVICE = 'rlm-bridge';

/** The three calls we use. `findCredentials` is left out on purpose: on a locked keychain it crashes the process. */
interface NativeKeychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

/** Native calls that have not returned, over all keychains of this process: its threads are shared too. */
let callsUnderWay = 0;

/** Whether a native call holds a thread, so that an ordinary exit would wait for it. @see end-process.ts */
export const isKeychainBusy = (): boolean => callsUnderWay > 0;

/**
 * The keychain of this machine, through `keytar`, loaded at the first call. Each call ends within
 * {@link KEYCHAIN_TIMEOUT_MS}: a prompt that nobody sees can wait for ever.
 *
 * @throws `KEYCHAIN_UNAVAILABLE` there is none to ask (from each call)
 * @throws `KEYCHAIN_LOCKED` it is locked, refused, or did not answer in time
 */
export const openKeychain = (host: HostEnvironment): Keychain => new NativeBackedKeychain(host);

class NativeBackedKeychain implements Keychain {
  readonly #host: HostEnvironment;
  #native: Promise<NativeKeychain> | undefined;
  /** A call that outlived its deadline holds one of libuv's four threads; no further ones may pile up behind it. */
  #overdue = false;

  constructor(host: HostEnvironment) {
    this.#host = host;
  }

  async get(account: string): Promise<Secret<string> | null> {
    const text = await this.#call((native) => native.getPassword(KEYCHAIN_SERVICE, account));
    return text === null || text === '' ? null : new Secret(text);
  }

  async set(account: string, secret: Secret<string>): Promise<void> {
    await this.#call((native) => native.setPassword(KEYCHAIN_SERVICE, account, secret.unwrap()));
  }

  async delete(account: string): Promise<boolean> {
    return this.#call((native) => native.deletePassword(KEYCHAIN_SERVICE, account));
  }

  async #call<T>(work: (native: NativeKeychain) => Promise<T>): Promise<T> {
    if (this.#overdue) throw unanswered();
    this.#native ??= loadNative(this.#host);
    const native = await this.#native;
    callsUnderWay += 1;
    const answer = work(native);
    const settle = (): void => {
      callsUnderWay -= 1;
      this.#overdue = false;
    };
    answer.then(settle, settle);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#overdue = true;
        reject(unanswered());
      }, KEYCHAIN_TIMEOUT_MS);
    });
    try {
      return await Promise.race([answer, deadline]);
    } catch (error) {
      throw error instanceof RlmError ? error : fromNative(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

const unanswered = (): RlmError =>
  new RlmError(
    'KEYCHAIN_LOCKED',
    `The keychain did not answer within ${KEYCHAIN_TIMEOUT_MS / 1000} s; it may be waiting for a prompt to be answered.`,
  );

async function loadNative(host: HostEnvironment): Promise<NativeKeychain> {
  if (host.platform === 'linux') provideSessionBus(host);
  try {
    const loaded = await import('keytar');
    // A CommonJS module: its exports stand under `default`, however it is bundled.
    return (loaded as { readonly default?: NativeKeychain }).default ?? loaded;
  } catch (cause) {
    const hint = host.platform === 'linux' ? ' It needs libsecret (Debian: libsecret-1-0).' : '';
    throw new RlmError('KEYCHAIN_UNAVAILABLE', `The keychain module could not be loaded.${hint}`, { cause });
  }
}

/** libsecret reads the variable from the process itself, so there it must stand. */
function provideSessionBus(host: HostEnvironment): void {
  const address = findSessionBus(host);
  if (address === null) {
    throw new RlmError(
      'KEYCHAIN_UNAVAILABLE',
      'There is no keychain to ask: no D-Bus session bus was found for this user. Without a desktop session, give the key by --key-source file:PATH or RLM_GATEWAY_API_KEY.',
    );
  }
  // biome-ignore lint/style/noProcessEnv: libsecret reads the process's own environment, nothing else
  process.env['DBUS_SESSION_BUS_ADDRESS'] ||= address;
}

/**
 * What the platforms say in words. Linux: libsecret and GDBus; macOS: Security framework. The text itself is kept
 * as the cause only.
 */
const LOCKED =
  /locked|dismissed|interaction is not allowed|user canceled|cancelled|passphrase you entered|not authori[sz]ed|access denied/i;

function fromNative(cause: unknown): RlmError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return LOCKED.test(text)
    ? new RlmError('KEYCHAIN_LOCKED', 'The keychain is locked, or access to it was refused.', { cause })
    : new RlmError(
        'KEYCHAIN_UNAVAILABLE',
        'The keychain could not be asked. Without a desktop session, give the key by --key-source file:PATH or RLM_GATEWAY_API_KEY.',
        { cause },
      );
}
