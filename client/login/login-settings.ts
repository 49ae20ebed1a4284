import { proxyOf } from '../../shared/local/gateway-route.ts';
import type { GatewayRecord } from '../keys/gateway-record.ts';

/** What flags and the shell say about a login, before any of it is stored. */
export interface LoginSettings {
  readonly gateway: string | undefined;
  readonly gatewayKey: string | undefined;
  /** Absolute path. */
  readonly ca: string | undefined;
  readonly proxy: string | undefined;
  readonly noProxy: string | undefined;
  /** Whether the proxy may be written into the user's settings. */
  readonly isProxyKept: boolean;
  /** `keychain`, `file:PATH`, or undefined. */
  readonly keySource: string | undefined;
}

/** What a login has led to. */
export interface LoggedIn {
  readonly origin: string;
  readonly gatewayKey: string;
  readonly keyId: string;
  readonly name?: string | undefined;
  /** Unix seconds; null: never; undefined: not known. */
  readonly expiresAtS?: number | null | undefined;
  /** For a person. */
  readonly place: string;
  readonly keySource: string | undefined;
}

/** The record that makes the bridge use this gateway as the login did. */
export function gatewayRecord(
  done: LoggedIn,
  { ca, proxy, noProxy, isProxyKept }: LoginSettings,
): GatewayRecord {
  const { origin } = done;
  const isProxied = isProxyKept && proxyOf({ origin, proxy, noProxy }) !== null;
  return {
    gateway_key: done.gatewayKey,
    key_id: done.keyId,
    ...(ca === undefined ? {} : { ca }),
    ...(isProxied && proxy !== undefined ? { proxy } : {}),
    ...(isProxied && noProxy !== undefined && noProxy !== '' ? { no_proxy: noProxy } : {}),
    ...(done.keySource === undefined ? {} : { key_source: done.keySource }),
  };
}
