import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, onTestFinished } from 'vitest';
import { type GatewayIdentity, identityFromKey } from '../../gateway/access/identity.ts';
import type { KeyPolicy, KeyRecord } from '../../gateway/access/key-record.ts';
import { insertKey, revokeKey } from '../../gateway/access/key-store.ts';
import { Repository } from '../../gateway/repo/repository.ts';
import { readGatewayConfig } from '../../gateway/serve/gateway-config.ts';
import { type RunningGateway, startGateway } from '../../gateway/serve/start-gateway.ts';
import { openSqliteStore } from '../../gateway/store/open-sqlite-store.ts';
import type { Store } from '../../gateway/store/store.ts';
import { type ApiKey, newApiKey, newKeyId } from '../../shared/keys/api-key.ts';
import { CapturedLogs } from './gateway-logs.ts';
import { THREAD_URL } from './gateway-store.ts';
import { createAuthority } from './tls-fixture.ts';

/** What a client needs to know to reach a gateway. */
export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly ca: string;
  /** 32 raw bytes. */
  readonly identityKey: Uint8Array;
}

export interface TestGateway extends GatewayAddress, RunningGateway {
  readonly identity: GatewayIdentity;
  readonly store: Store;
  readonly logs: CapturedLogs;
  /** Everything it has on disk: `repository/` and `data/`. */
  readonly folder: string;
  /** An administrator's key. */
  readonly key: ApiKey;
  /** The further keys that were asked for, in order. */
  readonly keys: readonly ApiKey[];
  /** Revokes a key as the command line does: through a connection of its own. */
  revoke(key: ApiKey): Promise<void>;
  write(path: string, content: string | Uint8Array): Promise<void>;
}

export interface NewKey extends Partial<KeyPolicy> {
  readonly expiresAt?: number | null;
  readonly isRevoked?: boolean;
}

export interface TestGatewayOptions {
  /** Files of its one repository, `app`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Further keys that exist from the start. */
  readonly keys?: readonly NewKey[];
  /** Fields of config.json. Code is run only where they say so: workers cost more than the rest of a gateway. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly staticKey?: KeyRecord | null;
  /** Puts something between the gateway and its store. */
  readonly wrapStore?: (store: Store) => Store;
}

/** Certificates cost more than the rest of a gateway; one serves all gateways of a test file. */
const certified = createAuthority().then(async (authority) => ({
  ca: authority.ca,
  leaf: await authority.issue(),
}));

/** Registers a fresh key. */
export async function addKey(store: Store, changes: NewKey = {}): Promise<ApiKey> {
  const { key, publicKey } = newApiKey(newKeyId());
  const { expiresAt = null, isRevoked = false, ...policy } = changes;
  await insertKey(store, {
    id: key.id,
    publicKey,
    policy: { name: 'test', isAdmin: false, scopes: null, repos: null, ...policy },
    expiresAt,
  });
  if (isRevoked) await revokeKey(store, key.id);
  return key;
}

/** One gateway for all tests around, where none of them minds what the others have left. */
export function useTestGateway(options: TestGatewayOptions = {}): () => TestGateway {
  let gateway: TestGateway;
  beforeAll(async () => {
    let end = async (): Promise<void> => {};
    gateway = await startTestGateway(options, (own) => {
      end = own;
    });
    return end;
  });
  return () => gateway;
}

/**
 * A whole gateway in this process: real TLS socket, real database, real repository.
 * @param atEnd takes what ends it; when the test does, unless given
 */
export async function startTestGateway(
  options: TestGatewayOptions = {},
  atEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'rlm-gateway-'));
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    const file = join(folder, 'repository', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  };
  await mkdir(join(folder, 'repository'));
  await mkdir(join(folder, 'data'));
  for (const [path, content] of Object.entries(options.files ?? {})) await write(path, content);
  const { ca, leaf } = await certified;
  const data = (name: string): string => join(folder, 'data', name);
  await writeFile(data('certificate.pem'), leaf.cert);
  await writeFile(data('certificate-key.pem'), leaf.key);
  await writeFile(data('config.json'), JSON.stringify({ exec: { enabled: false }, ...options.config }));
  const file = data('gateway.db');
  const store = await openSqliteStore({ file, durability: 'at-appends', threadUrl: THREAD_URL });
  const key = await addKey(store, { isAdmin: true });
  const keys: ApiKey[] = [];
  for (const changes of options.keys ?? []) keys.push(await addKey(store, changes));
  const identity = identityFromKey(generateKeyPairSync('ed25519').privateKey);
  const repository = await Repository.open({ name: 'app', path: join(folder, 'repository') });
  const logs = new CapturedLogs();
  const gateway = await startGateway({
    config: await readGatewayConfig(data('config.json'), true),
    address: { host: '127.0.0.1', port: 0 },
    certificateFiles: { certFile: data('certificate.pem'), keyFile: data('certificate-key.pem') },
    store: options.wrapStore?.(store) ?? store,
    identity,
    staticKey: options.staticKey ?? null,
    repositories: new Map([['app', repository]]),
    logger: logs.logger(),
    cacheFolder: data('cache'),
  });
  let stopping: Promise<void> | null = null;
  const stop = (reason: string): Promise<void> => {
    stopping ??= gateway.stop(reason);
    return stopping;
  };
  atEnd(async () => {
    await stop('test');
    await store.close();
    await repository.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    ...gateway,
    stop,
    host: '127.0.0.1',
    port: Number(new URL(gateway.url).port),
    ca,
    identityKey: identity.publicKey,
    identity,
    store,
    logs,
    folder,
    key,
    keys,
    revoke: async (revoked) => {
      const other = await openSqliteStore({ file, durability: 'every-commit', threadUrl: THREAD_URL });
      await revokeKey(other, revoked.id);
      await other.close();
    },
    write,
  };
}
