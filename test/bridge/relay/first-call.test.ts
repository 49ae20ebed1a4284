import { afterEach, describe, expect, it } from 'vitest';
import { type BridgeProcess, gatewayArguments, startBridgeProcess } from '../../support/bridge-process.ts';
import { type FakeGateway, startFakeGateway } from '../../support/fake-gateway.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = useTemporaryFolder();
let gateway: FakeGateway;
let bridge: BridgeProcess;

afterEach(async () => {
  await bridge.stop();
  await gateway.close();
});

describe('a bridge started as an IDE starts it', () => {
  it('carries initialize, the first list and a call to the gateway and back', async () => {
    gateway = await startFakeGateway();
    bridge = await startBridgeProcess({ args: await gatewayArguments(gateway, folder()) });
    bridge.request(0, 'initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    });
    expect(await bridge.answerTo(0)).toMatchObject({ result: { serverInfo: { name: 'fake-gateway' } } });
    bridge.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    bridge.request(1, 'tools/list');
    expect(await bridge.answerTo(1)).toMatchObject({ result: { tools: [{ name: 'echo' }] } });
    bridge.request('two', 'tools/call', { name: 'echo', arguments: { text: 'ü' } });
    expect(await bridge.answerTo('two')).toMatchObject({ result: { content: [{ text: '{"text":"ü"}' }] } });
    bridge.child.stdin?.end();
    expect(await bridge.exited).toEqual({ code: 0, signal: null });
    expect(bridge.stderr()).toBe('');
  });
});
