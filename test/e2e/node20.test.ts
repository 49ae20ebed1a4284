import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { bridgeLaunch } from '../support/e2e-bridge.ts';
import { connectClient } from '../support/e2e-clients.ts';
import { startE2eGateway } from '../support/e2e-gateway.ts';
import { makeE2eRepository } from '../support/e2e-repository.ts';
import { node20 } from '../support/node20.ts';

it('the bridge’s bundle runs on Node 20', async () => {
  const node = await node20();
  const { stdout } = await promisify(execFile)(node, ['--version']);
  expect(stdout).toMatch(/^v20\./);
  const repository = await makeE2eRepository({ 'a.txt': 'hello\n' });
  const gateway = await startE2eGateway({ repos: [repository.path] });
  try {
    const client = await connectClient('sdk 1.x', bridgeLaunch(gateway, { node }));
    const { body } = await client.call('rlm_session_create');
    expect(body).toMatchObject({ success: true });
    await client.close();
  } finally {
    await gateway.remove();
    await repository.remove();
  }
});
