import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startTestGateway } from '../../support/gateway-in-process.ts';
import { dial, openPeer, sendUpgrade, upgradeLines } from '../../support/gateway-peer.ts';
import {
  initGateway,
  runGatewayCommand,
  runGatewayCommandHere,
  serveGateway,
} from '../../support/gateway-process.ts';
import { testFolder } from '../../support/gateway-store.ts';

/** A gateway that is told to go. */
test('[CL2] every bridge is told to come back, and a call that had begun is answered first', async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let began = (): void => {};
  const hasBegun = new Promise<void>((resolve) => {
    began = resolve;
  });
  const gateway = await startTestGateway({
    wrapStore: (store) => ({
      ...store,
      append: async (append) => {
        began();
        await held;
        return store.append(append);
      },
    }),
  });
  const [busy, idle] = [await openPeer(gateway, gateway.key), await openPeer(gateway, gateway.key)];
  const call = busy.call('rlm_session_create');
  await hasBegun;
  const stopped = gateway.stop('test');
  release();
  expect(await call).toMatchObject({ success: true });
  expect(await busy.closed).toMatchObject({ code: 1012 });
  expect(await idle.closed).toMatchObject({ code: 1012 });
  expect([busy.controls, idle.controls]).toEqual([['!bye 1012 restarting'], ['!bye 1012 restarting']]);
  await stopped;
});

test('an upgrade that comes while the gateway stops is refused, signed, and holds nothing up', async () => {
  const gateway = await startTestGateway();
  const socket = await dial(gateway);
  const lines = upgradeLines(socket, gateway, gateway.key);
  const stopped = gateway.stop('test');
  const answer = await sendUpgrade(socket, gateway, lines).catch(() => null);
  // The gateway may also have closed the socket already; what it may not do is take it.
  expect(answer?.status ?? 'closed').not.toBe(101);
  if (answer !== null) expect(answer).toMatchObject({ refusal: 'unavailable', isSigned: true });
  await stopped;
});

test('a peer that ignores the farewell does not hold up the end', async () => {
  const gateway = await startTestGateway();
  const peer = await openPeer(gateway, gateway.key);
  peer.ws.pause();
  await gateway.stop('test');
  expect(gateway.logs.of('stopped')).toHaveLength(1);
});

test('SIGTERM: bridges are told, running.json goes, the process ends with 0', async () => {
  const made = await initGateway();
  const gateway = await serveGateway(made, ['--repo', `app=${await testFolder()}`]);
  const peer = await openPeer(gateway, made.adminKey);
  // A hang-up is no reason to end: what follows is answered.
  gateway.child.kill('SIGHUP');
  expect(await peer.call('rlm_session_create')).toMatchObject({ success: true });
  gateway.child.kill('SIGTERM');
  expect(await peer.closed).toMatchObject({ code: 1012 });
  expect(await gateway.exited).toEqual({ code: 0, signal: null });
  expect(gateway.stdout().split('\n')).toHaveLength(2);
  const { stdout, code } = await runGatewayCommandHere([
    'keys',
    'invite',
    '--name',
    'x',
    '--data',
    made.data,
  ]);
  // Nothing tells its address any more.
  expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
});

test('a gateway that cannot listen, or has no certificate, says so and ends', async () => {
  const made = await initGateway();
  const repo = `app=${await testFolder()}`;
  const first = await serveGateway(made, ['--repo', repo]);
  const common = ['serve', '--data', made.data, '--repo', repo];
  const taken = await runGatewayCommand([...common, '--listen', `127.0.0.1:${first.port}`]);
  expect(taken).toMatchObject({ code: 1, stdout: '' });
  expect(taken.stderr).toContain('EADDRINUSE');
  const files = ['--tls-cert', `${made.data}/ca.pem`, '--tls-key', `${made.data}/certificate-key.pem`];
  const mismatched = await runGatewayCommand([...common, '--listen', '127.0.0.1:0', ...files]);
  expect(mismatched).toMatchObject({ code: 2, stdout: '' });
  first.child.kill('SIGTERM');
  await once(first.child, 'close');
});
