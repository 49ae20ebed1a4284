import { isDirect, type ProxyAddress, parseProxy } from '../../shared/local/proxy-setting.ts';

/** The proxy that a flag, the shell or the user's settings name, before it is known whether it is needed. */
export interface ProxyChoice {
  /** May hold a password: never printed. */
  readonly proxy: string | undefined;
  /** As in `NO_PROXY`. */
  readonly noProxy: string | undefined;
}

/**
 * The proxy in front of `origin`, or null.
 *
 * @throws `SETTINGS_INVALID` it has another form than `http://host:port`
 */
export function chooseProxy(origin: string, { proxy, noProxy }: ProxyChoice): ProxyAddress | null {
  if (proxy === undefined || proxy === '') return null;
  const address = parseProxy(proxy, 'the proxy setting');
  const { hostname, port } = new URL(origin);
  return isDirect(hostname, Number(port || 443), noProxy) ? null : address;
}
