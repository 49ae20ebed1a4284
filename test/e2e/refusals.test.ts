import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatApiKey, newApiKey, newKeyId } from '../../shared/keys/api-key.ts';
import { startBridgeProcess } from '../support/bridge-process.ts';
import { BRIDGE, type BridgeLaunch, bridgeLaunch } from '../support/e2e-bridge.ts';
import { connectClient } from '../support/e2e-clients.ts';
import { type E2eGateway, startE2eGateway } from '../support/e2e-gateway.ts';
import { type E2eRepository, makeE2eRepository } from '../support/e2e-repository.ts';

let repository: E2eRepository;
let gateway: E2eGateway;

beforeAll(async () => {
  repository = await makeE2eRepository({ 'a.txt': 'a\n' });
  gateway = await startE2eGateway({ repos: [repository.path] });
});
afterAll(async () => {
  await gateway?.remove();
  await repository?.remove();
});

/** What an IDE gets for its `initialize`: the error's code and sentence. */
async function initializeError(launch: BridgeLaunch): Promise<{ code: string; message: string }> {
  const [, ...args] = launch.args;
  const bridge = await startBridgeProcess({ script: BRIDGE, args, env: launch.env });
  try {
    bridge.request(1, 'initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'e2e', version: '0' },
    });
    const answer = await bridge.answerTo(1);
    expect(answer.error, JSON.stringify(answer)).toBeDefined();
    return { code: answer.error?.data?.code ?? '', message: answer.error?.message ?? '' };
  } finally {
    await bridge.stop();
  }
}

it('[RL3] a key the gateway does not know', async () => {
  const stranger = formatApiKey(newApiKey(newKeyId()).key).unwrap();
  const { code, message } = await initializeError(bridgeLaunch(gateway, { key: stranger }));
  expect(code).toBe('KEY_UNKNOWN');
  expect(message).toContain('rlm-workspace login');
  expect(message).not.toContain(stranger);
});

it('[RL3] a key whose seed is another’s', async () => {
  const id = gateway.adminKey.split('_')[1] ?? '';
  const forged = formatApiKey(newApiKey(id).key).unwrap();
  expect((await initializeError(bridgeLaunch(gateway, { key: forged }))).code).toBe('SIGNATURE_REFUSED');
});

it('[RL3] a mistyped key is refused offline', async () => {
  const mistyped = `${gateway.adminKey.slice(0, -1)}${gateway.adminKey.endsWith('a') ? 'b' : 'a'}`;
  expect((await initializeError(bridgeLaunch(gateway, { key: mistyped }))).code).toBe('KEY_MALFORMED');
});

it('[UP3] another gateway’s pin', async () => {
  const pin = `SHA256:${'A'.repeat(43)}`;
  expect((await initializeError(bridgeLaunch(gateway, { pin }))).code).toBe('GATEWAY_MISMATCH');
});

it('[RL3] a certificate nobody here trusts', async () => {
  const { code, message } = await initializeError(bridgeLaunch(gateway, { ca: null }));
  expect(code).toBe('CERTIFICATE_UNTRUSTED');
  expect(message).toContain('--ca');
});

it('[RL2] no gateway there', async () => {
  const holder = createServer();
  const port = await new Promise<number>((resolve) =>
    holder.listen(0, '127.0.0.1', () => {
      const address = holder.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    }),
  );
  await new Promise((resolve) => holder.close(resolve));
  const launch = bridgeLaunch(gateway, { url: `https://127.0.0.1:${port}` });
  expect((await initializeError(launch)).code).toBe('GATEWAY_UNREACHABLE');
});

it('[CL1] a revoked key cuts the live connection and says so to the next request', async () => {
  const made = await gateway.command<{ id: string; key: string }>('keys', 'create', '--name', 'short');
  const client = await connectClient('client 2.x, 2025 era', bridgeLaunch(gateway, { key: made.key }));
  try {
    expect((await client.listTools()).length).toBeGreaterThan(0);
    await gateway.command('keys', 'revoke', made.id);
    const deadline = AbortSignal.timeout(20_000);
    let message = '';
    while (message === '' && !deadline.aborted) {
      message = await client.listTools().then(
        () => '',
        (error: Error) => error.message,
      );
    }
    expect(message).toMatch(/revoked/i);
  } finally {
    await client.close();
  }
  const again = await initializeError(bridgeLaunch(gateway, { key: made.key }));
  expect(again.code).toBe('KEY_REVOKED');
});

it('[TL11] a key with a scope sees and may call its tools only', async () => {
  const { key } = await gateway.command<{ key: string }>(
    'keys',
    'create',
    '--name',
    'narrow',
    '--scope',
    'rlm.session.create',
    'rlm.session.close',
  );
  const client = await connectClient('client 2.x, 2026 era', bridgeLaunch(gateway, { key }));
  try {
    const names = (await client.listTools()).map((tool) => tool.name);
    expect(names).toEqual(['rlm_session_create', 'rlm_session_close']);
    const { body } = await client.call('rlm_session_create');
    const refused = await client.call('rlm_roots_set', { session_id: body['session_id'], roots: ['.'] });
    expect(refused.body['error_code']).toBe('SCOPE_DENIED');
  } finally {
    await client.close();
  }
});

it('[TL7] one key’s session, handle and chunk are not found by another key', async () => {
  const { key } = await gateway.command<{ key: string }>('keys', 'create', '--name', 'other');
  const [mine, theirs] = await Promise.all([
    connectClient('client 2.x, 2025 era', bridgeLaunch(gateway)),
    connectClient('client 2.x, 2025 era', bridgeLaunch(gateway, { key })),
  ]);
  try {
    const { body } = await mine.call('rlm_session_create');
    const session_id: string = body['session_id'];
    const unknown = await theirs.call('rlm_session_close', { session_id: 's_AAAAAAAAAAAAAAAAAAAAAAAA' });
    for (const tool of ['rlm_session_close', 'rlm_provenance_report']) {
      const probed = await theirs.call(tool, { session_id });
      expect(probed.body['error_code']).toBe('SESSION_NOT_FOUND');
      expect(probed.body['error']).toBe(unknown.body['error']);
    }
  } finally {
    await Promise.all([mine.close(), theirs.close()]);
  }
});

it('a static key on both hosts works, and is not sent', async () => {
  const secret = 'a static key of more than 32 characters'.replaceAll(' ', '-');
  const own = await startE2eGateway({ repos: [repository.path], env: { RLM_GATEWAY_API_KEY: secret } });
  try {
    const client = await connectClient('sdk 1.x', bridgeLaunch(own, { key: secret }));
    expect((await client.listTools()).length).toBeGreaterThan(0);
    await client.close();
    expect(own.log()).not.toContain(secret);
  } finally {
    await own.remove();
  }
});
