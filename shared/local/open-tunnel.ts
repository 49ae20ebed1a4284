import { type ClientRequest, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { RlmError } from '../errors/rlm-error.ts';
import { peerError } from './connect-errors.ts';
import type { GatewayPlace } from './gateway-place.ts';
import type { ProxyAddress } from './proxy-setting.ts';
import type { Authorities } from './trusted-authorities.ts';

/**
 * Asks a forward proxy for a tunnel to the gateway (CONNECT, RFC 9110 section 9.3.6). TLS to the gateway runs
 * inside it, so the proxy sees a name and a port, no more.
 *
 * @throws `GATEWAY_UNREACHABLE` the proxy cannot be reached, or refuses
 * @throws `CERTIFICATE_UNTRUSTED`, `CERTIFICATE_EXPIRED` of a proxy that speaks TLS
 */
export function openTunnel(
  proxy: ProxyAddress,
  place: GatewayPlace,
  authorities: Authorities,
  signal: AbortSignal,
): Promise<Socket> {
  const target = hostAndPort(place);
  const name = `the proxy at ${hostAndPort(proxy)}`;
  const options = {
    host: proxy.host,
    port: proxy.port,
    method: 'CONNECT',
    path: target,
    headers: {
      host: target,
      ...(proxy.authorization !== undefined && { 'proxy-authorization': proxy.authorization }),
    },
    agent: false,
    signal,
  } as const;
  return new Promise((resolve, reject) => {
    const request: ClientRequest = proxy.isTls
      ? requestTls({
          ...options,
          // Node would take the gateway's name from the Host header and check the proxy's certificate against it.
          servername: isIP(proxy.host) === 0 ? proxy.host : '',
          ...(authorities !== undefined && { ca: [...authorities] }),
          rejectUnauthorized: true,
        })
      : requestPlain(options);
    // Whatever the answer to a CONNECT is, this is its event.
    request.once('connect', (response, socket, head) => {
      const status = response.statusCode ?? 0;
      // Bytes before our first one cannot be TLS: a proxy that talks first is not a tunnel.
      if (status >= 200 && status < 300 && head.length === 0) {
        resolve(socket);
        return;
      }
      socket.destroy();
      const hint = status === 407 ? 'asks for a user name and password' : 'opened no tunnel';
      const message = `Could not reach ${place.authority}: ${name} ${hint} (HTTP ${status}).`;
      reject(new RlmError('GATEWAY_UNREACHABLE', message));
    });
    request.once('error', (cause) => reject(peerError(cause, name)));
    request.end();
  });
}

/** An IPv6 address stands in brackets there. */
const hostAndPort = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
