import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { ApiKey } from '../../shared/keys/api-key.ts';
import { signerFromSeed } from '../../shared/keys/nacl-signer.ts';
import { UPGRADE_DEADLINE_MS } from '../../shared/limits.ts';
import { connectError } from '../../shared/local/connect-errors.ts';
import { connectTls } from '../../shared/local/connect-tls.ts';
import { gatewayPlace } from '../../shared/local/gateway-place.ts';
import type { BridgeSettings } from '../../shared/local/settings.ts';
import type { Connection } from './connection.ts';
import { refusalError } from './refusal-error.ts';
import { retryAfter } from './retry-policy.ts';
import { type SigningKey, upgrade } from './upgrade.ts';

export interface DialerParts {
  readonly loadSettings: () => Promise<BridgeSettings>;
  readonly loadKey: (settings: BridgeSettings, signal: AbortSignal) => Promise<ApiKey>;
  /** UUID of this process. */
  readonly instance: string;
  /** Unix seconds. */
  readonly nowS: () => number;
}

/**
 * Dials the gateway that the settings name. Settings and key are read at the first dial and kept; after a failure
 * that only a person can mend they are read again, so that a bridge recovers without being restarted.
 */
export class GatewayDialer {
  readonly #parts: DialerParts;
  #settings: BridgeSettings | undefined;
  #key: Promise<SigningKey> | undefined;
  /** Seconds to add to our clock, as told by the gateway under its signature. */
  #clockOffsetS = 0;

  constructor(parts: DialerParts) {
    this.#parts = parts;
  }

  /**
   * Resolves once the gateway's identity is proven; no payload was sent before. Every other outcome closes the socket.
   *
   * @throws `RlmError`: settings, key, network, certificate, identity, or the gateway's signed refusal. The deadline,
   * {@link UPGRADE_DEADLINE_MS} from the first connect to the checked answer, is not extended by traffic.
   */
  async dial(signal: AbortSignal): Promise<Connection> {
    try {
      this.#settings ??= await this.#parts.loadSettings();
      const settings = this.#settings;
      this.#key ??= this.#parts.loadKey(settings, signal).then(signingKey);
      // Its failure is reported where it is awaited; a connection that fails first must not leave it unhandled.
      this.#key.catch(() => undefined);
      // A command may take longer than a gateway lets a silent connection stand.
      if (settings.keySource.kind === 'command') await this.#key;
      return await this.#dialWithin(settings, this.#key, signal);
    } catch (error) {
      if (error instanceof RlmError && retryAfter(error).kind === 'on-demand') this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#settings = undefined;
    this.#key = undefined;
    this.#clockOffsetS = 0;
  }

  async #dialWithin(
    settings: BridgeSettings,
    key: Promise<SigningKey>,
    outer: AbortSignal,
  ): Promise<Connection> {
    const { authority } = gatewayPlace(settings.origin);
    const ended = new AbortController();
    const deadline = setTimeout(
      () =>
        ended.abort(
          new RlmError(
            'GATEWAY_UNREACHABLE',
            `Could not reach ${authority} (no answer within ${UPGRADE_DEADLINE_MS / 1000} s).`,
          ),
        ),
      UPGRADE_DEADLINE_MS,
    );
    const abort = (): void => ended.abort(outer.reason);
    outer.addEventListener('abort', abort, { once: true });
    if (outer.aborted) abort();
    try {
      return await this.#attempt(settings, key, ended.signal, false);
    } catch (error) {
      throw connectError(error, authority);
    } finally {
      clearTimeout(deadline);
      outer.removeEventListener('abort', abort);
      // Whatever of this dial is still under way ends with it. An open connection no longer listens.
      ended.abort();
    }
  }

  async #attempt(
    settings: BridgeSettings,
    loadingKey: Promise<SigningKey>,
    signal: AbortSignal,
    isCorrected: boolean,
  ): Promise<Connection> {
    // Side by side: the keychain is read while TLS shakes hands.
    const connecting = connectTls(settings, signal);
    connecting.catch(() => undefined);
    const key = await untilAborted(loadingKey, signal);
    const socket = await connecting;
    const outcome = await upgrade(
      socket,
      {
        origin: settings.origin,
        pin: settings.gatewayKey,
        instance: this.#parts.instance,
        repo: settings.repo,
        key,
        nowS: this.#parts.nowS() + this.#clockOffsetS,
      },
      signal,
    );
    if (outcome.kind === 'open') return outcome.connection;
    if (outcome.refusal === 'clock_skew' && outcome.timeS !== null && !isCorrected) {
      // The time is signed by the pinned gateway, and used for nothing but the signatures it will check itself.
      this.#clockOffsetS = outcome.timeS - this.#parts.nowS();
      return this.#attempt(settings, loadingKey, signal, true);
    }
    throw refusalError(outcome.refusal, gatewayPlace(settings.origin).authority, outcome.retryAfterMs);
  }
}

/** Expanding the seed takes 10 to 20 ms cold: done once, while TLS still waits for the network. */
const signingKey = (key: ApiKey): SigningKey => ({ id: key.id, signer: signerFromSeed(key.seed) });

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
