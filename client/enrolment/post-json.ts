import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { ProxyAddress } from '../../shared/local/proxy-setting.ts';
import { VERSION } from '../../shared/version.ts';
import { networkError } from './network-error.ts';
import { openTunnel } from './open-tunnel.ts';

/** How the gateway is reached from here. */
export interface Route {
  /** PEM certificates that are trusted for this gateway. */
  readonly trustedCertificates: readonly string[];
  /** A proxy that is asked for a tunnel, or null. */
  readonly proxy: ProxyAddress | null;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; of a name that stands twice, the first value. */
  readonly headers: ReadonlyMap<string, string>;
  /** Parsed JSON; undefined where it is not JSON. Not checked any further. */
  readonly body: unknown;
}

/** Milliseconds for all of it, from the first packet to the last byte; traffic does not extend it. */
const POST_TIMEOUT_MS = 15_000;
/** Bytes of an answer: an enrolment needs less than one kilobyte. */
const MAX_ANSWER_BYTES = 16_384;

/**
 * Posts JSON over TLS and reads the answer. Follows no redirect: an answer from elsewhere is not the gateway's.
 *
 * @throws `GATEWAY_UNREACHABLE`, `CERTIFICATE_UNTRUSTED`, `CERTIFICATE_EXPIRED`, `NOT_A_GATEWAY`
 */
export async function postJson(url: URL, body: unknown, route: Route): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(POST_TIMEOUT_MS);
  try {
    const { proxy, trustedCertificates: ca } = route;
    const tunnel = proxy === null ? null : await openTunnel(proxy, url, ca, signal);
    return await exchange(url, JSON.stringify(body), route, tunnel, signal);
  } catch (error) {
    throw networkError(error, url.origin, signal.aborted);
  }
}

function exchange(
  url: URL,
  body: string,
  route: Route,
  tunnel: Socket | null,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const port = Number(url.port || 443);
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, {
      method: 'POST',
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
        'user-agent': `rlm-workspace/${VERSION}`,
        connection: 'close',
      },
      // With this and no `agent` there is no pool: one request, one connection.
      createConnection: () =>
        tlsConnect({
          ...(tunnel === null ? { host: hostOf(url), port } : { socket: tunnel }),
          servername: isAddress(url) ? '' : url.hostname,
          // With `servername` empty, Node compares the certificate with `host`.
          host: hostOf(url),
          ca: [...route.trustedCertificates],
          ALPNProtocols: ['http/1.1'],
        }),
    });
    request.on('error', reject);
    request.on('response', (response) => readAnswer(response, url.origin).then(resolve, reject));
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage, origin: string): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    byteCount += chunk.length;
    if (byteCount > MAX_ANSWER_BYTES) {
      response.destroy();
      throw new RlmError('NOT_A_GATEWAY', `What answers at ${origin} sends more than a gateway would.`);
    }
    chunks.push(chunk);
  }
  const headers = new Map(
    Object.entries(response.headersDistinct).map(([name, values]) => [name, values?.[0] ?? '']),
  );
  return {
    status: response.statusCode ?? 0,
    headers,
    body: parseJson(Buffer.concat(chunks).toString('utf8')),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Without the brackets of an IPv6 address. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
/** RFC 6066 forbids addresses as server names. */
const isAddress = (url: URL): boolean => /^[\d.]+$|^\[/.test(url.hostname);
