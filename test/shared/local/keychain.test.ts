import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type KeychainSession, startKeychainSession } from '../../support/keychain-session.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../../support/keychain-steps.ts', import.meta.url));
const ACCOUNT = 'https://gw.example:8443';

let session: KeychainSession;
afterEach(() => session.stop());

/** Carries out steps on the real keychain, in a process of its own, since a process keeps its first bus for good. */
async function steps(list: readonly (readonly string[])[], env?: Record<string, string>): Promise<unknown[]> {
  const { stdout } = await run(process.execPath, [SCRIPT, JSON.stringify(list)], {
    env: env ?? session.env,
    cwd: '/',
  });
  return JSON.parse(stdout) as unknown[];
}

describe('the keychain of a desktop session', () => {
  it('keeps, replaces, gives and forgets one secret a gateway', async () => {
    session = await startKeychainSession();
    expect(
      await steps([
        ['get', ACCOUNT],
        ['set', ACCOUNT, 'first'],
        ['set', ACCOUNT, 'second'],
        ['get', ACCOUNT],
        ['get', 'https://gw.example'],
        ['delete', ACCOUNT],
        ['delete', ACCOUNT],
        ['get', ACCOUNT],
      ]),
    ).toEqual([null, 'done', 'done', 'second', null, true, false, null]);
  });

  it('is found without DBUS_SESSION_BUS_ADDRESS', async () => {
    session = await startKeychainSession();
    const { DBUS_SESSION_BUS_ADDRESS: _, ...stripped } = session.env;
    expect(
      await steps(
        [
          ['set', ACCOUNT, 'x'],
          ['get', ACCOUNT],
        ],
        stripped,
      ),
    ).toEqual(['done', 'x']);
  });

  it('looks empty while it is locked, and says that it is locked when asked to store', async () => {
    session = await startKeychainSession();
    await steps([['set', ACCOUNT, 'x']]);
    await session.lock();
    expect(
      await steps([
        ['get', ACCOUNT],
        ['set', ACCOUNT, 'y'],
      ]),
    ).toEqual([null, 'KEYCHAIN_LOCKED']);
  });
});

describe('no keychain', () => {
  it('is told apart: no bus at all', async () => {
    session = await startKeychainSession({ keyring: 'none' });
    expect(await steps([['get', ACCOUNT]], { PATH: '/usr/bin:/bin', HOME: session.home })).toEqual([
      'KEYCHAIN_UNAVAILABLE',
    ]);
  });

  it('is told apart: a bus without a keyring', async () => {
    session = await startKeychainSession({ keyring: 'none' });
    expect(
      await steps([
        ['get', ACCOUNT],
        ['set', ACCOUNT, 'x'],
        ['delete', ACCOUNT],
      ]),
    ).toEqual(['KEYCHAIN_UNAVAILABLE', 'KEYCHAIN_UNAVAILABLE', 'KEYCHAIN_UNAVAILABLE']);
  });

  it('is told apart: a bus that is gone', async () => {
    session = await startKeychainSession({ keyring: 'none' });
    const env = { ...session.env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${session.home}/nothing` };
    expect(await steps([['get', ACCOUNT]], env)).toEqual(['KEYCHAIN_UNAVAILABLE']);
  });

  it('does not wait for ever: a keyring that never answers', async () => {
    session = await startKeychainSession({ keyring: 'silent' });
    expect(await steps([['get', ACCOUNT]])).toEqual(['KEYCHAIN_LOCKED']);
  });

  it('holds one thread at most, however often it is asked', async () => {
    session = await startKeychainSession({ keyring: 'silent' });
    const asks = Array.from({ length: 6 }, () => ['get', ACCOUNT]);
    // libuv has four threads: with all of them held, no file could be read any more.
    expect((await steps([...asks, ['read']])).at(-1)).toBe(true);
  });
});
