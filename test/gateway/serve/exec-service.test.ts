import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Jail } from '../../../gateway/exec/jail/jail.ts';
import { LimitsJail } from '../../../gateway/exec/jail/limits-jail.ts';
import { startExec } from '../../../gateway/serve/exec-service.ts';
import type { GatewayConfig } from '../../../gateway/serve/gateway-config.ts';
import { startTestGateway } from '../../support/gateway-in-process.ts';
import { CapturedLogs } from '../../support/gateway-logs.ts';
import { openPeer } from '../../support/gateway-peer.ts';
import { descendantsOf } from '../../support/processes.ts';

const CONFIG: GatewayConfig['exec'] = {
  enabled: true,
  minimum_isolation: 'namespaces',
  max_timeout_ms: 5_000,
  max_concurrent: 1,
};

/** A host that does not let anyone make a namespace. */
const forbidden = (level: Jail['level']): Jail => ({
  level,
  spawn: () => {
    throw new Error('Operation not permitted');
  },
});

async function start(config: Partial<GatewayConfig['exec']>, candidates?: readonly Jail[]) {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'rlm-cache-'));
  const logs = new CapturedLogs();
  const exec = await startExec({ ...CONFIG, ...config }, cacheFolder, logs.logger(), candidates);
  onTestFinished(async () => {
    await exec?.executor.stop();
    await rm(cacheFolder, { recursive: true, force: true });
  });
  return { exec, logs };
}

const WEAK = [forbidden('bubblewrap'), forbidden('namespaces'), new LimitsJail()];

describe('whether a gateway runs code', () => {
  test('not where its configuration says so', async () => {
    const { exec, logs } = await start({ enabled: false });
    expect([exec, logs.lines]).toEqual([null, []]);
  });

  test('[EX10] not on a host with weaker walls than it asks for, and the log says why', async () => {
    const { exec, logs } = await start({}, WEAK);
    expect(exec).toBeNull();
    expect(logs.of('exec_isolation_refused')).toMatchObject([
      { level: 'bubblewrap', reason: 'Operation not permitted' },
      { level: 'namespaces', reason: 'Operation not permitted' },
    ]);
    expect(logs.of('exec_off')).toMatchObject([{ level: 'warn', minimum_isolation: 'namespaces' }]);
  });

  test('[EX10] there too, where an administrator has asked for less: then without the full Python', async () => {
    const { exec, logs } = await start({ minimum_isolation: 'limits', max_timeout_ms: 9_000 }, WEAK);
    expect(exec?.maxTimeoutMs).toBe(9_000);
    expect(await logs.waitFor('exec_on')).toMatchObject({
      isolation: 'limits',
      python: 'monty',
      javascript: 'quickjs',
      keeps_from: expect.stringContaining('seat belt'),
    });
  });

  test('with the strongest walls of this host', async () => {
    const { exec, logs } = await start({});
    expect(await logs.waitFor('exec_on')).toMatchObject({ isolation: exec?.executor.isolation });
  });
});

test('[EX10] a gateway that runs no code does not offer it', async () => {
  const gateway = await startTestGateway({ config: { exec: { enabled: false } } });
  const peer = await openPeer(gateway, gateway.key);
  const listed = (await peer.request('tools/list')).result?.['tools'] as readonly { readonly name: string }[];
  expect(listed.map(({ name }) => name)).not.toContain('rlm_exec_run');
  const session = await peer.session();
  expect(await peer.call('rlm_exec_run', { session_id: session, code: '1' })).toMatchObject({
    error_code: 'UNKNOWN_TOOL',
  });
});

test('a gateway that is stopped leaves no worker behind', async () => {
  const before = await descendantsOf(process.pid);
  const gateway = await startTestGateway({ config: { exec: { max_concurrent: 1 } } });
  const peer = await openPeer(gateway, gateway.key);
  const session = await peer.session();
  expect(await peer.call('rlm_exec_run', { session_id: session, code: '1 + 1' })).toMatchObject({
    result: 2,
  });
  await gateway.logs.waitFor('exec_on');
  expect((await descendantsOf(process.pid)).length).toBeGreaterThan(before.length);
  await gateway.stop('test');
  expect(gateway.logs.of('exec_fault')).toEqual([]);
  // A worker that has just answered may take a moment to be gone; where one stays, this waits for ever.
  while ((await descendantsOf(process.pid)).some((pid) => !before.includes(pid))) await sleep(20);
});
