import { isIP } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { isUntrustedChain } from './connect-errors.ts';
import { type GatewayPlace, gatewayPlace } from './gateway-place.ts';
import { type GatewayRoute, proxyOf } from './gateway-route.ts';
import { openTunnel } from './open-tunnel.ts';
import { type Authorities, authoritiesToTry } from './trusted-authorities.ts';

/**
 * A TLS connection to the gateway's place, its certificate checked; directly or through a proxy's tunnel.
 *
 * TLS 1.3 is the floor here: only there is the exporter value of every connection unique (RFC 9266 section 3), and
 * that value is what ties the bridge's signature to its connection. Every gateway that terminates TLS itself has it.
 *
 * @throws the network's or TLS's own error, or an `RlmError`
 */
export async function connectTls(route: GatewayRoute, signal: AbortSignal): Promise<TLSSocket> {
  const place = gatewayPlace(route.origin);
  const tries = await authoritiesToTry(route.caFile);
  for (const [index, load] of tries.entries()) {
    const authorities = await load();
    try {
      return await connectOnce(route, place, authorities, signal);
    } catch (error) {
      if (index === tries.length - 1 || !isUntrustedChain(error)) throw error;
    }
  }
  throw new TypeError('there is always a set of authorities to try');
}

async function connectOnce(
  route: GatewayRoute,
  place: GatewayPlace,
  authorities: Authorities,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const proxy = proxyOf(route);
  const tunnel = proxy && (await openTunnel(proxy, place, authorities, signal));
  signal.throwIfAborted();
  const socket = tls.connect({
    ...(tunnel === null ? { host: place.host, port: place.port } : { socket: tunnel }),
    // An address has no server name (RFC 6066); its certificate is checked against the address.
    ...(isIP(place.host) === 0 && { servername: place.host }),
    ...(authorities !== undefined && { ca: [...authorities] }),
    ...(tunnel !== null &&
      isIP(place.host) !== 0 && {
        checkServerIdentity: (_: string, cert: tls.PeerCertificate) =>
          tls.checkServerIdentity(place.host, cert),
      }),
    minVersion: 'TLSv1.3',
    ALPNProtocols: ['http/1.1'],
    // Stated, so that NODE_TLS_REJECT_UNAUTHORIZED in some shell profile cannot switch it off.
    rejectUnauthorized: true,
  });
  return new Promise((resolve, reject) => {
    const abort = (): void => fail(signal.reason);
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      tunnel?.destroy();
      reject(error);
    };
    signal.addEventListener('abort', abort, { once: true });
    // Stays for good: a second error after the first must not end the process.
    socket.on('error', fail);
    socket.once('close', () => fail(Object.assign(new Error('closed during TLS'), { code: 'ECONNRESET' })));
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', abort);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
