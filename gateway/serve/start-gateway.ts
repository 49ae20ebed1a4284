import type { Server } from 'node:https';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { CLOSE } from '../../shared/frames/close-codes.ts';
import type { GatewayIdentity } from '../access/identity.ts';
import type { KeyRecord } from '../access/key-record.ts';
import { KeyRegistry } from '../access/key-registry.ts';
import { NonceMemory } from '../access/nonce-memory.ts';
import { ToolListing } from '../mcp/tool-listing.ts';
import { CallLedger } from '../provenance/call-ledger.ts';
import { commitmentSecret, Recorder } from '../provenance/recorder.ts';
import type { Repository } from '../repo/repository.ts';
import { HandleStore } from '../sessions/handle-store.ts';
import { SessionStore } from '../sessions/session-store.ts';
import type { Store } from '../store/store.ts';
import { BridgeEndpoint } from '../streams/bridge-endpoint.ts';
import { Connections } from '../streams/connections.ts';
import type { Logger } from '../telemetry/logger.ts';
import { execRun } from '../tools/exec-run.ts';
import { ToolPipeline } from '../tools/pipeline.ts';
import { TOOLS, ToolTable } from '../tools/table.ts';
import {
  authoritiesOf,
  type Certificate,
  type CertificateFiles,
  loadCertificate,
  watchCertificate,
} from './certificate.ts';
import { startExec } from './exec-service.ts';
import { type GatewayConfig, sessionBudgets } from './gateway-config.ts';
import { httpApp } from './http-app.ts';
import { type ListenAddress, listen } from './https-listener.ts';
import { Readiness } from './readiness.ts';

/** Calls in flight get this long to end when the gateway is told to stop. */
const DRAIN_DEADLINE_MS = 5_000;
const DAY_MS = 86_400_000;

export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly address: ListenAddress;
  readonly certificateFiles: CertificateFiles;
  readonly store: Store;
  readonly identity: GatewayIdentity;
  readonly staticKey: KeyRecord | null;
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly logger: Logger;
  /** A private folder for what can be made again. */
  readonly cacheFolder: string;
}

export interface RunningGateway {
  /** `https://HOST:PORT` of the listener. */
  readonly url: string;
  readonly publicUrl: string;
  /** Lets calls in flight end, tells every bridge to come back, closes everything but the given parts. */
  stop(reason: string): Promise<void>;
}

/** Wires the rooms together and opens the door last. This is the one place where parts meet. */
export async function startGateway(parts: GatewayParts): Promise<RunningGateway> {
  const { store, identity, logger, repositories, config } = parts;
  const certificate = await loadCertificate(parts.certificateFiles);
  const connections = new Connections();
  const keys = new KeyRegistry({
    store,
    staticKey: parts.staticKey,
    onUnusable: (keyId, state) => {
      const cut = connections.cut(keyId, CLOSE.keyRevoked, `key ${state}`);
      if (cut > 0) logger.event('key_revoked', { key_id: keyId, state, connections: cut });
    },
  });
  await keys.start();
  if (keys.size === 0) {
    keys.stop();
    throw new RlmError(
      'SETTINGS_INVALID',
      'No key may use this gateway yet. Run: rlm-gateway keys invite --name NAME',
    );
  }
  const nonces = new NonceMemory(store);
  const recorder = new Recorder(store, (isAvailable, cause) =>
    isAvailable
      ? logger.event('provenance_available', {})
      : logger.event('provenance_unavailable', { cause }),
  );
  const exec = await startExec(config.exec, parts.cacheFolder, logger);
  // What this gateway cannot do it does not offer.
  const table = new ToolTable(TOOLS.filter((tool) => tool !== execRun || exec !== null));
  const budgets = sessionBudgets(config);
  const secret = commitmentSecret((message) => identity.sign(message));
  const ledger = new CallLedger(store, secret);
  const pipeline = new ToolPipeline({
    table,
    ledger,
    recorder,
    logger,
    commitmentSecret: secret,
    services: {
      store,
      identity,
      repositories,
      sessions: new SessionStore(store),
      handles: new HandleStore(store),
      sessionDefaults: budgets.defaults,
      sessionCaps: budgets.caps,
      exec,
    },
  });
  const readiness = new Readiness(store, recorder, repositories);
  const authorities = new Authorities(config.public_authorities, config.public_url);
  const bridge = new BridgeEndpoint({
    identity,
    keys,
    nonces,
    connections,
    pipeline,
    listing: new ToolListing(table, config.tool_names),
    logger,
    authorities: () => authorities.current,
  });
  const app = httpApp({ store, identity, keys, logger, readiness, authorities: () => authorities.current });
  const { server, port } = await listen({ address: parts.address, certificate, app, bridge }).catch(
    async (error: unknown) => {
      // Its timer would keep a process alive that has nothing to do, and so would workers.
      keys.stop();
      await exec?.executor.stop();
      throw error;
    },
  );
  nonces.start();
  ledger.start();
  authorities.listensAt(certificate, port);
  const watch = watchCertificate(parts.certificateFiles, certificate, (renewed) => {
    server.setSecureContext({ cert: renewed.cert, key: renewed.key, minVersion: 'TLSv1.2' });
    authorities.listensAt(renewed, port);
    logger.event('certificate_reloaded', {
      days_left: Math.floor((renewed.expiresAt - Date.now()) / DAY_MS),
    });
  });
  const url = urlOf(parts.address, port);
  logger.event('ready', { url, fingerprint: identity.fingerprint, repositories: repositories.size });

  return {
    url,
    publicUrl: config.public_url ?? url,
    async stop(reason) {
      logger.event('stopping', { reason });
      readiness.drain();
      bridge.stop();
      watch.stop();
      const closed = closeServer(server);
      await connections.drained(DRAIN_DEADLINE_MS);
      connections.closeAll(CLOSE.restarting, 'restarting');
      keys.stop();
      nonces.stop();
      ledger.stop();
      recorder.stop();
      await exec?.executor.stop();
      await closed;
      logger.event('stopped', {});
    },
  };
}

/** The `Host` values requests may name: configured ones and the certificate's, never a forwarded header's. */
class Authorities {
  readonly #configured: readonly string[];
  #current: ReadonlySet<string>;

  constructor(configured: readonly string[], publicUrl: string | undefined) {
    const own = publicUrl === undefined ? [] : [new URL(publicUrl).host];
    this.#configured = [...configured, ...own].map((authority) => authority.toLowerCase());
    this.#current = new Set(this.#configured);
  }

  get current(): ReadonlySet<string> {
    return this.#current;
  }

  listensAt(certificate: Certificate, port: number): void {
    this.#current = new Set([...this.#configured, ...authoritiesOf(certificate.hosts, port)]);
  }
}

const urlOf = ({ host }: ListenAddress, port: number): string =>
  new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`).origin;

/** No new sockets; idle ones close at once, the rest when their WebSocket does or after a moment. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), DRAIN_DEADLINE_MS + 1_000).unref();
  });
}
