import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { connectError } from '../../shared/local/connect-errors.ts';
import { connectTls } from '../../shared/local/connect-tls.ts';
import { gatewayPlace } from '../../shared/local/gateway-place.ts';
import type { GatewayRoute } from '../../shared/local/gateway-route.ts';
import { VERSION } from '../../shared/version.ts';

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
 * Posts JSON to a gateway and reads the answer. Follows no redirect: an answer from elsewhere is not the gateway's.
 *
 * @param path begins with a slash
 * @throws `GATEWAY_UNREACHABLE`, `CERTIFICATE_UNTRUSTED`, `CERTIFICATE_EXPIRED`, `NOT_A_GATEWAY`
 * @throws `SETTINGS_INVALID` the route's CA file or proxy is none
 */
export async function postJson(route: GatewayRoute, path: string, body: unknown): Promise<HttpAnswer> {
  const { authority } = gatewayPlace(route.origin);
  const deadline = AbortSignal.timeout(POST_TIMEOUT_MS);
  let socket: TLSSocket | undefined;
  try {
    socket = await connectTls(route, deadline);
    return await exchange(socket, authority, path, JSON.stringify(body), deadline);
  } catch (error) {
    if (deadline.aborted && !(error instanceof RlmError)) throw late(authority, error);
    throw connectError(error, authority);
  } finally {
    socket?.destroy();
  }
}

const late = (authority: string, cause: unknown): RlmError =>
  new RlmError(
    'GATEWAY_UNREACHABLE',
    `Could not reach ${authority} (no answer within ${POST_TIMEOUT_MS / 1000} s).`,
    { cause },
  );

function exchange(
  socket: TLSSocket,
  authority: string,
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      method: 'POST',
      path,
      signal,
      headers: {
        host: authority,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
        'user-agent': `rlm-workspace/${VERSION}`,
        connection: 'close',
      },
      // With this and no `agent` there is no pool: one request, one connection.
      createConnection: () => socket,
    });
    request.on('error', reject);
    request.on('response', (response) => readAnswer(response, authority).then(resolve, reject));
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage, authority: string): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    byteCount += chunk.length;
    if (byteCount > MAX_ANSWER_BYTES) {
      response.destroy();
      throw new RlmError('NOT_A_GATEWAY', `What answers at ${authority} sends more than a gateway would.`);
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
