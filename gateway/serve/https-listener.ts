import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { BridgeEndpoint } from '../streams/bridge-endpoint.ts';
import type { Certificate } from './certificate.ts';

/** Sockets the listener holds at most; about 35 KiB each while idle. */
const MAX_SOCKETS = 4_096;

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** @throws `USAGE` where the text is not `HOST:PORT` */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port > 65_535) {
    throw new RlmError(
      'USAGE',
      `--listen wants HOST:PORT, for example 127.0.0.1:8443, not ${text.slice(0, 80)}.`,
    );
  }
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

/**
 * The TLS listener. Every wait before authentication is bounded: Node's defaults let a peer that sends nothing
 * keep a socket for 90 to 120 seconds.
 */
export async function listen(options: {
  readonly address: ListenAddress;
  readonly certificate: Certificate;
  readonly app: Hono;
  readonly bridge: BridgeEndpoint;
}): Promise<{ readonly server: Server; readonly port: number }> {
  const { address, certificate, app, bridge } = options;
  const server = createServer(
    {
      cert: certificate.cert,
      key: certificate.key,
      minVersion: 'TLSv1.2',
      handshakeTimeout: 3_000,
      headersTimeout: 3_000,
      requestTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 16_384,
    },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  server.maxConnections = MAX_SOCKETS;
  server.on('upgrade', (message, socket, head) => void bridge.upgrade(message, socket, head));
  server.on('clientError', (_, socket) => socket.destroy());
  server.on('tlsClientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const where = `${address.host}:${address.port}`;
      reject(new RlmError('FAILED', `The gateway cannot listen on ${where} (${cause.code}).`, { cause }));
    });
    server.listen(address.port, address.host, () => resolve());
  });
  return { server, port: (server.address() as AddressInfo).port };
}
