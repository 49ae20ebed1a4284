import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseApiKey } from '../../../shared/keys/api-key.ts';
import { parseInvitation } from '../../../shared/keys/invitation.ts';
import { enrolmentOf, postEnrolment } from '../../support/gateway-enrolment.ts';
import { openPeer, tryUpgrade } from '../../support/gateway-peer.ts';
import {
  gatewayJson,
  type InitialisedGateway,
  initGateway,
  runGatewayCommandHere,
  serveGateway,
} from '../../support/gateway-process.ts';
import { testFolder } from '../../support/gateway-store.ts';

/** `rlm-gateway keys` as an administrator runs it, beside a gateway that is running. */
interface ListedKey {
  readonly id: string;
  readonly name: string;
  readonly admin: boolean;
  readonly scopes: readonly string[] | null;
  readonly repos: readonly string[] | null;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
}

const keys = <T>({ data }: InitialisedGateway, ...args: readonly string[]): Promise<T> =>
  gatewayJson<T>(['keys', ...args, '--data', data]);

/** The same without a process of its own. */
async function keysHere<T>({ data }: InitialisedGateway, ...args: readonly string[]): Promise<T> {
  const { stdout } = await runGatewayCommandHere(['keys', ...args, '--data', data, '--json']);
  return JSON.parse(stdout) as T;
}

test('a key’s whole life: made, listed, used, revoked, cut', async () => {
  const made = await initGateway();
  const gateway = await serveGateway(made, ['--repo', `app=${await testFolder()}`]);
  const issued = await keys<{ id: string; name: string; key: string; expires_at: number }>(
    made,
    ...['create', '--name', 'ci', '--scope', 'rlm_session_create', '--repo', 'app', '--expires', '1h'],
  );
  expect(issued).toEqual({
    id: expect.stringMatching(/^[0-9A-Za-z]{12}$/),
    name: 'ci',
    key: expect.any(String),
    expires_at: expect.any(Number),
  });
  const key = parseApiKey(issued.key);
  if (key === null) throw new Error('not a key');
  const listed = await keys<ListedKey[]>(made, 'list');
  expect(listed.map(({ name, admin }) => [name, admin])).toEqual([
    ['admin', true],
    ['ci', false],
  ]);
  expect(listed[1]).toMatchObject({
    id: key.id,
    scopes: ['rlm.session.create'],
    repos: ['app'],
    expires_at: issued.expires_at,
    revoked_at: null,
  });

  // The running gateway sees what another process wrote.
  const peer = await openPeerWhenKnown(gateway, key);
  expect(await peer.call('rlm_session_create')).toMatchObject({ success: true });
  expect(await keys(made, 'revoke', key.id)).toEqual({ id: key.id, revoked: true });
  expect(await peer.closed).toEqual({ code: 4401, reason: 'key revoked' });
  expect(await tryUpgrade(gateway, key)).toMatchObject({ refusal: 'key_revoked', isSigned: true });
  expect((await keysHere<ListedKey[]>(made, 'list'))[1]?.revoked_at).toEqual(expect.any(Number));
  const again = await runGatewayCommandHere(['keys', 'revoke', key.id, '--data', made.data]);
  expect(again).toMatchObject({ code: 1, stdout: '' });
});

test('an invitation from the command line opens the running gateway', async () => {
  const made = await initGateway();
  const gateway = await serveGateway(made, ['--repo', `app=${await testFolder()}`]);
  const { invitation, id, expires_at } = await keysHere<{
    id: string;
    invitation: string;
    expires_at: number;
  }>(made, ...['invite', '--name', 'ada', '--valid-for', '5m']);
  expect(Math.abs(expires_at - Date.now() / 1000 - 300)).toBeLessThan(60);
  const parsed = parseInvitation(invitation);
  expect(parsed).toMatchObject({ id, origin: `https://127.0.0.1:${gateway.port}` });
  if (parsed === null) return;
  const { key, request } = enrolmentOf(parsed);
  expect(await postEnrolment(gateway, request)).toMatchObject({ status: 200 });
  const peer = await openPeer(gateway, key);
  expect(await peer.call('rlm_session_create')).toMatchObject({ success: true });
});

test('[UP5] a nonce that was used is used up, also for the gateway after a kill and a restart', async () => {
  const made = await initGateway();
  const args = ['--repo', `app=${await testFolder()}`];
  const nonce = 'CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC';
  const first = await serveGateway(made, args);
  expect(await tryUpgrade(first, made.adminKey, { nonce })).toMatchObject({ status: 101 });
  first.child.kill('SIGKILL');
  await first.exited;
  const second = await serveGateway(made, args);
  expect(await tryUpgrade(second, made.adminKey, { nonce })).toMatchObject({ refusal: 'replayed' });
  expect(await tryUpgrade(second, made.adminKey)).toMatchObject({ status: 101 });
});

test('what the command refuses, it refuses as a wrong usage, without a trace of its insides', async () => {
  const { data } = await initGateway();
  const WRONG: readonly (readonly [string, readonly string[]])[] = [
    ['a tool that does not exist', ['create', '--name', 'x', '--scope', 'rlm.shell']],
    ['a name with control characters', ['create', '--name', 'a\nb']],
    ['no name', ['create']],
    ['a life that is no time', ['create', '--name', 'x', '--expires', 'soon']],
    [
      'an endless invitation',
      ['invite', '--name', 'x', '--url', 'https://gw.example', '--valid-for', 'never'],
    ],
    ['an address without TLS', ['invite', '--name', 'x', '--url', 'http://gw.example']],
    ['an id that is none', ['revoke', "x' OR 1=1"]],
    ['a folder with no gateway in it', ['list', '--data', await testFolder()]],
  ];
  const outcomes = await Promise.all(
    WRONG.map(async ([what, args]) => {
      const ended = await runGatewayCommandHere(['keys', ...args], { env: { RLM_GATEWAY_DATA: data } });
      return { what, code: ended.code, stdout: ended.stdout, hasStack: ended.stderr.includes('    at ') };
    }),
  );
  expect(outcomes).toEqual(WRONG.map(([what]) => ({ what, code: 2, stdout: '', hasStack: false })));
});

test('no secret is at rest in the folder', async () => {
  const made = await initGateway();
  const { key } = await keysHere<{ key: string }>(made, 'create', '--name', 'x');
  const { invitation } = await keysHere<{ invitation: string }>(
    made,
    ...['invite', '--name', 'y', '--url', 'https://gw.example'],
  );
  const parsed = parseInvitation(invitation);
  for (const name of ['gateway.db', 'config.json']) {
    const bytes = await readFile(join(made.data, name));
    const seeds = [parseApiKey(key)?.seed, parsed?.seed, made.adminKey.seed];
    for (const seed of seeds.filter((own) => own !== undefined)) {
      expect(bytes.includes(Buffer.from(seed.unwrap()))).toBe(false);
    }
    for (const text of [key, invitation]) expect(bytes.includes(text)).toBe(false);
  }
});

/** A key that another process has just made is known at the next look, a moment later. */
async function openPeerWhenKnown(
  gateway: Parameters<typeof openPeer>[0],
  key: Parameters<typeof openPeer>[1],
): ReturnType<typeof openPeer> {
  while ((await tryUpgrade(gateway, key)).refusal === 'key_unknown');
  return openPeer(gateway, key);
}

test('an invitation never names an address that nobody can reach', async () => {
  const { data } = await initGateway();
  for (const host of ['0.0.0.0', '[::]']) {
    const url = `https://${host}:8443`;
    await writeFile(join(data, 'running.json'), JSON.stringify({ pid: 1, url, public_url: url }));
    const { code, stderr } = await runGatewayCommandHere(['keys', 'invite', '--name', 'x', '--data', data]);
    expect(code).toBe(2);
    expect(stderr).toContain('--url');
  }
});
