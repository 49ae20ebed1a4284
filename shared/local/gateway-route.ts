import { gatewayPlace } from './gateway-place.ts';
import { isDirect, type ProxyAddress, parseProxy } from './proxy-setting.ts';

/** How a gateway is reached from this machine, as flags, environment and settings have it. */
export interface GatewayRoute {
  /** As `parseGatewayOrigin` returns it. */
  readonly origin: string;
  /** PEM certificates that are trusted besides Node's and the system's. */
  readonly caFile?: string | undefined;
  /** May hold a password: never printed. */
  readonly proxy?: string | undefined;
  /** As in `NO_PROXY`. */
  readonly noProxy?: string | undefined;
}

/**
 * The proxy in front of the gateway, or null where it is reached directly.
 *
 * @throws `SETTINGS_INVALID` the proxy has another form than `http://host:port`
 */
export function proxyOf({ origin, proxy, noProxy }: GatewayRoute): ProxyAddress | null {
  if (proxy === undefined) return null;
  const { host, port } = gatewayPlace(origin);
  return isDirect(host, port, noProxy) ? null : parseProxy(proxy, 'the settings');
}
