import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bridgeLaunch } from '../support/e2e-bridge.ts';
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

/** Lines to the bridge, and the answers to them. */
async function converse(lines: readonly object[], answers: number): Promise<Record<string, unknown>[]> {
  const { command, args, env } = bridgeLaunch(gateway);
  const child = spawn(command, args, { env, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
  const received: Record<string, unknown>[] = [];
  for (const line of lines) child.stdin.write(`${JSON.stringify(line)}\n`);
  for await (const line of createInterface(child.stdout)) {
    received.push(JSON.parse(line) as Record<string, unknown>);
    if (received.length === answers) break;
  }
  child.stdin.end();
  return received;
}

const initialize = (protocolVersion: string) => ({
  jsonrpc: '2.0',
  id: 'init',
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'raw', version: '0' } },
});

it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
  'a client of revision %s is served in its own revision',
  async (version) => {
    const [opened, listed] = await converse(
      [
        initialize(version),
        { jsonrpc: '2.0', method: 'notifications/initialized' },
        { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      ],
      2,
    );
    expect(opened).toMatchObject({
      id: 'init',
      result: { protocolVersion: version, serverInfo: { name: 'rlm-gateway' } },
    });
    expect(listed).toMatchObject({ id: 2, result: { tools: expect.any(Array) } });
  },
);

it('a client of revision 2026-07-28 is served without initialize', async () => {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const [answer] = await converse(
    [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { _meta, name: 'rlm_session_create', arguments: {} },
      },
    ],
    1,
  );
  expect(answer).toMatchObject({ id: 1, result: { structuredContent: { success: true } } });
});
