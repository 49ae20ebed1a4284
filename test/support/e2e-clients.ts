import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { BridgeLaunch } from './e2e-bridge.ts';

/** A tool's answer, as every kind of client gives it. */
export interface CalledTool {
  readonly isError: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into fields that the contract, not the compiler, promises
  readonly body: Record<string, any>;
  readonly text: string;
}

/** An unmodified MCP client of one generation and era, connected through the bridge it launched. */
export interface E2eClient {
  readonly protocolVersion: string | undefined;
  /** The bridge's process. */
  readonly bridgePid: number;
  /** What the client complained of, a second answer to one request for instance. */
  readonly complaints: readonly string[];
  listTools(): Promise<readonly { readonly name: string }[]>;
  call(name: string, args?: Record<string, unknown>, signal?: AbortSignal): Promise<CalledTool>;
  close(): Promise<void>;
}

export type ClientKind = 'client 2.x, 2026 era' | 'client 2.x, 2025 era' | 'sdk 1.x';
export const CLIENT_KINDS: readonly ClientKind[] = [
  'client 2.x, 2026 era',
  'client 2.x, 2025 era',
  'sdk 1.x',
];

const IDENTITY = { name: 'e2e', version: '1.0.0' };

export async function connectClient(kind: ClientKind, launch: BridgeLaunch): Promise<E2eClient> {
  const client =
    kind === 'sdk 1.x'
      ? new ClientV1(IDENTITY)
      : new ClientV2(IDENTITY, { versionNegotiation: { mode: kind.includes('2026') ? 'auto' : 'legacy' } });
  const transport =
    client instanceof ClientV1
      ? new StdioV1({ ...launch, stderr: 'ignore' })
      : new StdioV2({ ...launch, stderr: 'ignore' });
  const complaints: string[] = [];
  client.onerror = (error) => complaints.push(error.message);
  // Each generation's client goes with its own generation's transport.
  await (client as ClientV2).connect(transport as StdioV2);
  return {
    protocolVersion: client instanceof ClientV2 ? client.getNegotiatedProtocolVersion() : undefined,
    bridgePid: transport.pid ?? -1,
    complaints,
    listTools: async () => (await (client as ClientV2).listTools()).tools,
    call: async (name, args = {}, signal) => {
      const params = { name, arguments: args };
      const options = signal === undefined ? {} : { signal };
      const result =
        client instanceof ClientV1
          ? await client.callTool(params, undefined, options)
          : await client.callTool(params, options);
      const content = result.content as readonly { type: string; text?: string }[];
      return {
        isError: result.isError === true,
        body: result.structuredContent as CalledTool['body'],
        text: content[0]?.text ?? '',
      };
    },
    close: () => client.close(),
  };
}
