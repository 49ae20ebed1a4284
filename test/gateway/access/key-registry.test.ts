import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { authenticateUpgrade } from '../../../gateway/access/authenticate-upgrade.ts';
import { KeyRegistry } from '../../../gateway/access/key-registry.ts';
import { revokeKey } from '../../../gateway/access/key-store.ts';
import { NonceMemory } from '../../../gateway/access/nonce-memory.ts';
import { staticKeyRecord } from '../../../gateway/serve/static-key.ts';
import type { Store } from '../../../gateway/store/store.ts';
import type { ApiKey } from '../../../shared/keys/api-key.ts';
import { signerFromSeed } from '../../../shared/keys/nacl-signer.ts';
import { signUpgrade } from '../../../shared/signatures/upgrade-request.ts';
import { addKey } from '../../support/gateway-in-process.ts';
import { openTestStore, testFolder } from '../../support/gateway-store.ts';

/** The keys in memory: as fresh as the store, and worth nothing without it. */
async function setUp(): Promise<{
  store: Store;
  /** Another process's connection to the same file. */
  elsewhere: Store;
  registry: KeyRegistry;
  fault: { isAway: boolean; isDbAway: boolean };
  unusable: string[];
  /** One look at the store, as the clock would have it. */
  tick: () => Promise<void>;
}> {
  const file = join(await testFolder(), 'gateway.db');
  const [store, elsewhere] = [await openTestStore(file), await openTestStore(file)];
  const fault = { isAway: false, isDbAway: false };
  const looks: Promise<unknown>[] = [];
  const faulty: Store = {
    ...store,
    dataVersion: () => {
      const look = fault.isAway ? Promise.reject(new Error('away')) : store.dataVersion();
      looks.push(look.catch(() => {}));
      return look;
    },
    get db() {
      if (fault.isDbAway) throw new Error('away');
      return store.db;
    },
  };
  const unusable: string[] = [];
  const registry = new KeyRegistry({
    store: faulty,
    staticKey: staticKeyRecord('a-static-key-of-more-than-32-characters'),
    onUnusable: (id, state) => unusable.push(`${id} ${state}`),
  });
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  onTestFinished(() => {
    registry.stop();
    vi.useRealTimers();
  });
  await registry.start();
  const tick = async (): Promise<void> => {
    vi.advanceTimersByTime(200);
    await Promise.all(looks.splice(0));
    // Behind it in the store's queue: what the look has led to is done.
    await store.db.selectFrom('keys').select('id').execute();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { store, elsewhere, registry, fault, unusable, tick };
}

test('a key that another process issued a moment ago is found when it is used', async () => {
  const { elsewhere, registry } = await setUp();
  const key = await addKey(elsewhere);
  expect(registry.find(key.id)).toBeNull();
  const found = await Promise.all([
    registry.lookUp(key.id),
    registry.lookUp(key.id),
    registry.lookUp('nobody'),
  ]);
  expect(found.map((record) => record?.principal.keyId)).toEqual([key.id, key.id, undefined]);
});

test('what another process writes is seen at the next look', async () => {
  const { elsewhere, registry, unusable, tick } = await setUp();
  const key = await addKey(elsewhere);
  expect(registry.find(key.id)).toBeNull();
  await tick();
  expect(registry.find(key.id)).toMatchObject({ revokedAt: null });
  await revokeKey(elsewhere, key.id);
  await tick();
  expect(registry.find(key.id)).toMatchObject({ revokedAt: expect.any(Number) });
  expect(unusable).toContain(`${key.id} revoked`);
});

test('a revocation that could not be read at first is read again', async () => {
  const { elsewhere, registry, fault, tick } = await setUp();
  const key = await addKey(elsewhere);
  await tick();
  await revokeKey(elsewhere, key.id);
  fault.isDbAway = true;
  await tick();
  fault.isDbAway = false;
  await tick();
  expect(registry.find(key.id)).toMatchObject({ revokedAt: expect.any(Number) });
});

test('a key that is deleted by hand is reported like a revoked one', async () => {
  const { elsewhere, registry, unusable, tick } = await setUp();
  const key = await addKey(elsewhere);
  await tick();
  await elsewhere.db.deleteFrom('keys').where('id', '=', key.id).execute();
  await tick();
  expect(registry.find(key.id)).toBeNull();
  expect(unusable).toEqual([`${key.id} revoked`]);
});

test('a store that is silent for five seconds makes everybody unknown, and then known again', async () => {
  const { elsewhere, registry, fault, tick } = await setUp();
  const key = await addKey(elsewhere);
  await tick();
  for (const away of ['isAway', 'isDbAway'] as const) {
    if (away === 'isDbAway') await addKey(elsewhere);
    fault[away] = true;
    for (let n = 0; n < 25; n += 1) await tick();
    expect(registry.isStale).toBe(false);
    expect(registry.find(key.id)).not.toBeNull();
    await tick();
    expect(registry.isStale).toBe(true);
    expect([registry.find(key.id), registry.find('static')]).toEqual([null, null]);
    fault[away] = false;
    await tick();
    expect(registry.find(key.id)).not.toBeNull();
    expect(registry.find('static')).not.toBeNull();
  }
});

test('a store that is slow is asked once at a time', async () => {
  const { registry } = await setUp();
  let asked = 0;
  const slow = new KeyRegistry({
    store: {
      dataVersion: () => {
        asked += 1;
        return new Promise(() => {});
      },
      db: (await setUp()).store.db,
    } as unknown as Store,
    staticKey: null,
    onUnusable: () => {},
  });
  await slow.start();
  vi.advanceTimersByTime(60_000);
  expect(asked).toBe(1);
  slow.stop();
  registry.stop();
});

test('[UP12] while the registry is stale an upgrade is told to come back, not that its key is unknown', async () => {
  const { elsewhere, store, registry, fault, tick } = await setUp();
  const key = await addKey(elsewhere);
  await tick();
  const nonces = new NonceMemory(store);
  const decide = (): Promise<unknown> =>
    authenticateUpgrade(signedRequest(key), {
      keys: registry,
      nonces,
      channelBinding: 'binding',
      nowMs: Date.now(),
    });
  expect(await decide()).toMatchObject({ kind: 'accepted' });
  fault.isAway = true;
  for (let n = 0; n < 26; n += 1) await tick();
  expect(await decide()).toMatchObject({ kind: 'refused', refusal: 'unavailable' });
});

let nonce = 0;
function signedRequest(key: ApiKey): Parameters<typeof authenticateUpgrade>[0] {
  const request = {
    method: 'GET',
    authority: 'gw.example',
    path: '/bridge',
    headers: new Map([
      ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ['sec-websocket-protocol', 'rlm-bridge.v1'],
      ['rlm-mode', 'bound'],
      ['rlm-channel-binding', 'binding'],
      ['rlm-instance', '0b0e7a2c-9a5e-4a6e-8f0e-2f7f5f6a7b8c'],
    ]),
  };
  nonce += 1;
  const own = { keyId: key.id, nonce: `${nonce}`.padStart(22, 'A'), nowS: Math.floor(Date.now() / 1000) };
  const fields = signUpgrade(request, own, signerFromSeed(key.seed).sign);
  return { ...request, headers: new Map([...request.headers, ...Object.entries(fields)]) };
}
