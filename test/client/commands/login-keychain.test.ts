import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatApiKey } from '../../../shared/keys/api-key.ts';
import { type FakeGateway, startFakeGateway } from '../../support/fake-gateway.ts';
import { type KeychainSession, startKeychainSession } from '../../support/keychain-session.ts';
import { type ClientRun, errorCodeOf, jsonOf, runClient } from '../client-process.ts';
import { type EnrolmentServer, startEnrolmentServer } from '../enrolment-server.ts';

/** A real keychain: GNOME's keyring on a private D-Bus, through keytar. */
describe.runIf(process.platform === 'linux')('login into the OS keychain', () => {
  let server: EnrolmentServer;
  let gateway: FakeGateway;
  let session: KeychainSession;

  beforeAll(async () => {
    server = await startEnrolmentServer();
    gateway = await startFakeGateway();
  });
  afterAll(async () => {
    await server.close();
    await gateway.close();
  });
  beforeEach(async () => {
    session = await startKeychainSession();
    await writeFile(join(session.home, 'ca.pem'), server.ca);
    await writeFile(join(session.home, 'gateway.pem'), gateway.ca);
  });
  afterEach(() => session.stop());

  const run = (args: readonly string[], stdin = ''): Promise<ClientRun> =>
    runClient([...args, '--json'], { home: session.home, env: session.env, stdin });
  const loginWithKey = (): Promise<ClientRun> => {
    const flags = ['--gateway', gateway.origin, '--gateway-key', gateway.pin, '--ca', 'gateway.pem'];
    return run(['login', ...flags], formatApiKey(gateway.key).unwrap());
  };

  test('an invitation’s key goes into the keychain and into no file', async () => {
    const { invitation, text } = server.invite();
    const done = await run(['login', '--ca', 'ca.pem'], text);
    expect(done.code).toBe(0);
    expect(jsonOf(done)).toMatchObject({ key_id: invitation.id, key_source: 'keychain' });
    const config = await readFile(join(session.home, 'config', 'rlm-bridge', 'config.json'), 'utf8');
    expect(config).not.toContain('rlmk_');
    expect(config).toContain(invitation.id);
    // What logout takes away was there; the pending entry is gone already.
    expect(jsonOf(await run(['logout']))).toMatchObject({ key_id: invitation.id, key_removed: true });
    expect(jsonOf(await run(['login', '--ca', 'ca.pem'], server.invite().text))).toBeDefined();
  });

  test('a login that was cut off finds its pending key in the keychain', async () => {
    const { invitation, text } = server.invite();
    server.behaviour = 'cut-after-registering';
    expect(errorCodeOf(await run(['login', '--ca', 'ca.pem'], text))).toBe('GATEWAY_UNREACHABLE');
    server.behaviour = 'honest';
    const registered = server.registered.get(invitation.id);
    expect((await run(['login', '--ca', 'ca.pem'], text)).code).toBe(0);
    expect(server.registered.get(invitation.id)).toBe(registered);
  });

  test('the bridge finds the key there: status is fine, and after logout it is not', async () => {
    expect((await loginWithKey()).code).toBe(0);
    const status = await run(['status']);
    expect(jsonOf(status)).toMatchObject({ key_id: gateway.key.id, key_source: 'keychain', is_ok: true });
    expect((await run(['logout'])).code).toBe(0);
    expect(errorCodeOf(await run(['status', '--gateway', gateway.origin]))).toBe('GATEWAY_NOT_TRUSTED');
  });

  test('a locked keychain: the invitation is not spent, and a file is offered, not taken', async () => {
    await session.lock();
    const count = server.bodies.length;
    const done = await run(['login', '--ca', 'ca.pem'], server.invite().text);
    expect([done.code, errorCodeOf(done)]).toEqual([3, 'KEYCHAIN_LOCKED']);
    expect(done.stderr).toContain('--key-source file:PATH');
    expect(server.bodies.length).toBe(count);
    expect(await readdir(session.home)).not.toContain('config');
  });

  test('two gateways have two keys, and logging out of one leaves the other', async () => {
    await loginWithKey();
    await run(['login', '--ca', 'ca.pem'], server.invite().text);
    expect(jsonOf(await run(['logout', '--gateway', server.origin]))).toMatchObject({ key_removed: true });
    expect(jsonOf(await run(['status']))).toMatchObject({ gateway: gateway.origin, is_ok: true });
  });
});
