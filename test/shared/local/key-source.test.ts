import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatApiKey, newApiKey } from '../../../shared/keys/api-key.ts';
import { Secret } from '../../../shared/keys/secret.ts';
import { resolveApiKey } from '../../../shared/local/key-source.ts';
import { type KeySource, parseKeySource } from '../../../shared/local/key-source-setting.ts';
import type { Keychain } from '../../../shared/local/keychain.ts';
import type { BridgeSettings } from '../../../shared/local/settings.ts';
import { put, testHost } from '../../support/host-environment.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = useTemporaryFolder();
const KEY = newApiKey('abcdefghijkl').key;
const TEXT = formatApiKey(KEY).unwrap();
const MISTYPED = TEXT.replace(/.(?=.{8}$)/, (char) => (char === 'A' ? 'B' : 'A'));

/** Only for the sources that must never ask it; the real one has a test of its own. */
const untouched: Keychain = {
  get: () => Promise.reject(new Error('the keychain was asked')),
  set: () => Promise.reject(new Error('the keychain was asked')),
  delete: () => Promise.reject(new Error('the keychain was asked')),
};

const settings = (keySource: KeySource): BridgeSettings => ({
  origin: 'https://a.example',
  gatewayKey: `SHA256:${'A'.repeat(43)}`,
  keySource,
});

async function resolve(source: KeySource, env: Record<string, string> = {}): Promise<unknown> {
  const host = testHost(folder(), { PATH: '/usr/bin:/bin', ...env });
  await mkdir(host.homeDir, { recursive: true });
  return resolveApiKey(settings(source), host, untouched).catch((error: unknown) => error);
}

function expectKey(key: unknown): void {
  expect(key).toMatchObject({ id: KEY.id });
  const { seed } = key as { seed: Secret<Uint8Array> };
  expect(Buffer.from(seed.unwrap())).toEqual(Buffer.from(KEY.seed.unwrap()));
}

describe('a key from the environment', () => {
  it('is taken with white space around it', async () => {
    expectKey(await resolve({ kind: 'env' }, { RLM_GATEWAY_API_KEY: ` ${TEXT}\n` }));
  });

  it('may be a static key', async () => {
    expect(await resolve({ kind: 'env' }, { RLM_GATEWAY_API_KEY: 's'.repeat(32) })).toMatchObject({
      id: 'static',
    });
  });

  it.each([
    ['KEY_MISSING', ''],
    ['KEY_MALFORMED', MISTYPED],
    ['KEY_MALFORMED', TEXT.slice(0, -1)],
    ['KEY_MALFORMED', 'too-short'],
    ['KEY_MALFORMED', `rlmi_${'x'.repeat(100)}`],
    ['KEY_MALFORMED', `rlmb_${'x'.repeat(100)}`],
  ])('gives %s for a wrong one, and does not repeat it', async (code, text) => {
    const error = await resolve({ kind: 'env' }, { RLM_GATEWAY_API_KEY: text });
    expect(error).toMatchObject({ code });
    if (text !== '') expect(String(error)).not.toContain(text.slice(5, 15));
  });
});

describe('a key file', () => {
  it('is read when it is ours and closed to others', async () => {
    const path = await put(join(folder(), 'key'), `${TEXT}\n`);
    expectKey(await resolve({ kind: 'file', path }));
    await chmod(path, 0o400);
    expectKey(await resolve({ kind: 'file', path }));
  });

  it('is refused when anybody else could read it', async () => {
    const path = await put(join(folder(), 'key'), TEXT);
    for (const mode of [0o640, 0o604, 0o644, 0o601]) {
      await chmod(path, mode);
      expect(await resolve({ kind: 'file', path })).toMatchObject({ code: 'KEY_FILE_UNSAFE' });
    }
  });

  it('is refused when it belongs to somebody else', async () => {
    const path = await put(join(folder(), 'key'), TEXT);
    const host = testHost(folder(), {}, { uid: 4242 });
    await expect(resolveApiKey(settings({ kind: 'file', path }), host, untouched)).rejects.toMatchObject({
      code: 'KEY_FILE_UNSAFE',
    });
  });

  it('is judged by the file behind a link', async () => {
    const path = await put(join(folder(), 'key'), TEXT, 0o644);
    await chmod(path, 0o644);
    await symlink(path, join(folder(), 'link'));
    expect(await resolve({ kind: 'file', path: join(folder(), 'link') })).toMatchObject({
      code: 'KEY_FILE_UNSAFE',
    });
  });

  it('is refused when it is a folder, a FIFO or too large, and never waited for', async () => {
    const fifo = join(folder(), 'fifo');
    execFileSync('mkfifo', ['-m', '600', fifo]);
    expect(await resolve({ kind: 'file', path: fifo })).toMatchObject({ code: 'KEY_FILE_UNSAFE' });
    expect(await resolve({ kind: 'file', path: folder() })).toMatchObject({ code: 'KEY_FILE_UNSAFE' });
    const path = await put(join(folder(), 'large'), 'x'.repeat(5000));
    expect(await resolve({ kind: 'file', path })).toMatchObject({ code: 'KEY_MALFORMED' });
    expect(await resolve({ kind: 'file', path: join(folder(), 'none') })).toMatchObject({
      code: 'KEY_MISSING',
    });
  });
});

describe('a key command', () => {
  const run = (command: string, env?: Record<string, string>): Promise<unknown> =>
    resolve({ kind: 'command', command }, env);

  it('is run by a shell, in the home folder', async () => {
    expectKey(
      await run('test "$(pwd)" = "$EXPECTED" && printf "%s\\n" "$K"', {
        K: TEXT,
        EXPECTED: join(folder(), 'home'),
      }),
    );
  });

  it.each([
    ['fails', 'echo secret; exit 3'],
    ['prints too much', 'head -c 100000 /dev/zero'],
    ['never ends its output', 'yes'],
    ['does not exist', 'no-such-command-here'],
    ['prints nothing', 'true'],
    ['is ended by a signal', 'kill -9 $$'],
  ])('that %s gives KEY_MISSING', async (_, command) => {
    const error = await run(command);
    expect(error).toMatchObject({ code: 'KEY_MISSING' });
    expect(String(error)).not.toContain('secret');
  });

  it('that hangs is ended with its children', async () => {
    const mark = `rlm-${process.pid}-${Date.now()}`;
    expect(await run(`sh -c 'sleep 1000 # ${mark}' & sleep 1000 # ${mark}`)).toMatchObject({
      code: 'KEY_MISSING',
    });
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(mark);
  }, 15_000);

  it('is ended when the bridge ends', async () => {
    const ending = new AbortController();
    const host = testHost(folder(), { PATH: '/usr/bin:/bin' }, { homeDir: folder() });
    const key = resolveApiKey(
      settings({ kind: 'command', command: 'sleep 1000' }),
      host,
      untouched,
      ending.signal,
    );
    ending.abort();
    await expect(key).rejects.toMatchObject({ code: 'KEY_MISSING' });
  });
});

describe('a key from the keychain', () => {
  it('is the one under the gateway’s origin', async () => {
    const keychain: Keychain = {
      ...untouched,
      get: async (account) => (account === 'https://a.example' ? new Secret(TEXT) : null),
    };
    expectKey(await resolveApiKey(settings({ kind: 'keychain' }), testHost(folder()), keychain));
  });

  it('is missing or locked away: the message says both', async () => {
    const keychain: Keychain = { ...untouched, get: async () => null };
    const error = await resolveApiKey(settings({ kind: 'keychain' }), testHost(folder()), keychain).catch(
      String,
    );
    expect(error).toMatch(/no key .* or it is locked/);
  });
});

describe('a key source as text', () => {
  it('has one form for each kind', () => {
    expect(parseKeySource('keychain', 'x', null)).toEqual({ kind: 'keychain' });
    expect(parseKeySource('file:/a', 'x', null)).toEqual({ kind: 'file', path: '/a' });
    expect(parseKeySource('file:a', 'x', '/base')).toEqual({ kind: 'file', path: '/base/a' });
    expect(parseKeySource('command:a b', 'x', null)).toEqual({ kind: 'command', command: 'a b' });
    for (const text of ['', 'Keychain', 'file:a', 'file:', 'command: ', 'file:/a\0b']) {
      expect(() => parseKeySource(text, 'x', null)).toThrow(/key source in x/);
    }
  });
});
