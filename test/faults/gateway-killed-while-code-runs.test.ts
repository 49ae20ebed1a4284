import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bridgeLaunch } from '../support/e2e-bridge.ts';
import { connectClient } from '../support/e2e-clients.ts';
import { type E2eGateway, startE2eGateway } from '../support/e2e-gateway.ts';
import { type E2eRepository, makeE2eRepository } from '../support/e2e-repository.ts';
import { descendantsOf, isAlive } from '../support/processes.ts';

let repository: E2eRepository;
let gateway: E2eGateway;

beforeAll(async () => {
  repository = await makeE2eRepository({ 'a.txt': 'one\n' });
  gateway = await startE2eGateway({ repos: [`app=${repository.path}`], runsCode: true });
});

afterAll(async () => {
  await gateway?.remove();
  await repository?.remove();
});

test('a gateway that is killed takes every worker with it, and the program is run again by the next', async () => {
  const client = await connectClient('sdk 1.x', bridgeLaunch(gateway));
  try {
    const { body } = await client.call('rlm_session_create');
    const session_id: string = body['session_id'];
    await client.call('rlm_roots_set', { session_id, roots: ['.'] });
    const running = client.call('rlm_exec_run', {
      session_id,
      language: 'javascript',
      code: 'const start = Date.now(); while (Date.now() - start < 1500); listFiles()',
    });
    let workers: readonly number[] = [];
    while (workers.length === 0) {
      await sleep(100);
      workers = await descendantsOf(gateway.pid);
    }
    await sleep(500);
    workers = await descendantsOf(gateway.pid);
    expect(workers.length).toBeGreaterThan(1);
    await gateway.stop('SIGKILL');
    // The kernel ends them when their parent ends; until it has, the test waits, and hangs where it does not.
    while ((await Promise.all(workers.map(isAlive))).includes(true)) await sleep(20);
    await gateway.start();
    expect((await running).body).toMatchObject({ success: true, result: ['a.txt'] });
    const { body: report } = await client.call('rlm_provenance_report', { session_id });
    expect(report['provenance_graph']).toMatchObject({ tool_calls: 2 });
  } finally {
    await client.close();
  }
});
