import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { ProxyAddress } from '../../shared/local/proxy-setting.ts';

/**
 * Asks a proxy to CONNECT to the gateway. TLS is spoken through the tunnel, so the proxy sees a host name and
 * nothing else. @see RFC 9110 section 9.3.6
 *
 * @param ca certificates trusted for the proxy itself, where it speaks TLS
 * @throws `GATEWAY_UNREACHABLE` the proxy refuses
 */
export function openTunnel(
  proxy: ProxyAddress,
  target: URL,
  ca: readonly string[],
  signal: AbortSignal,
): Promise<Socket> {
  const authority = `${target.hostname}:${target.port || 443}`;
  const { host, port, authorization } = proxy;
  return new Promise((resolve, reject) => {
    const start = proxy.isTls ? httpsRequest : httpRequest;
    const request = start({
      host,
      port,
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
      agent: false,
      signal,
      ...(proxy.isTls ? { ca: [...ca] } : {}),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      response.destroy();
      reject(refused(proxy, response.statusCode));
    });
    request.once('connect', (response, socket, head) => {
      // Bytes before our first would be the proxy's own: nobody behind it has been spoken to.
      if (response.statusCode === 200 && head.length === 0) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(refused(proxy, response.statusCode));
    });
    request.end();
  });
}

const refused = ({ host, port }: ProxyAddress, status: number | undefined): RlmError =>
  new RlmError(
    'GATEWAY_UNREACHABLE',
    `The proxy at ${host}:${port} does not let us through to the gateway (HTTP ${status ?? 0}).`,
  );
