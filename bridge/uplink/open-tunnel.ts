import { type ClientRequest, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Socket } from 'node:net';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { ProxyAddress } from '../../shared/local/proxy-setting.ts';
import type { GatewayPlace } from './gateway-place.ts';
import type { Authorities } from './trusted-authorities.ts';

/**
 * Asks a forward proxy for a tunnel to the gateway (CONNECT, RFC 9110 section 9.3.6). TLS to the gateway runs
 * inside it, so the proxy sees a name and a port, no more.
 *
 * @throws `GATEWAY_UNREACHABLE` the proxy cannot be reached, or refuses
 */
export function openTunnel(
  proxy: ProxyAddress,
  place: GatewayPlace,
  authorities: Authorities,
  signal: AbortSignal,
): Promise<Socket> {
  const target = `${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`;
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
      ? requestTls({ ...options, ...(authorities !== undefined && { ca: [...authorities] }) })
      : requestPlain(options);
    request.once('connect', (response, socket, head) => {
      const status = response.statusCode ?? 0;
      // Bytes before our first one cannot be TLS: a proxy that talks first is not a tunnel.
      if (status >= 200 && status < 300 && head.length === 0) {
        resolve(socket);
        return;
      }
      socket.destroy();
      const hint = status === 407 ? 'it asks for a user name and password' : `it answered HTTP ${status}`;
      reject(
        new RlmError('GATEWAY_UNREACHABLE', `The proxy opened no tunnel to ${place.authority}: ${hint}.`),
      );
    });
    request.once('response', (response) => {
      response.destroy();
      reject(new RlmError('GATEWAY_UNREACHABLE', `The proxy opened no tunnel to ${place.authority}.`));
    });
    request.once('error', (cause) => {
      reject(new RlmError('GATEWAY_UNREACHABLE', 'Could not reach the proxy.', { cause }));
    });
    request.end();
  });
}
