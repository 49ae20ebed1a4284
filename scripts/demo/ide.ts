import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expectThat } from './expect-that.ts';
import { parseObject } from './run-executable.ts';

/** What an IDE's configuration file says of a server: the whole of what the IDE knows about ours. */
export interface LaunchEntry {
  readonly command: string;
  readonly args: readonly string[];
}

/** One call as the caller saw it, to be compared with what the gateway recorded. */
export interface SeenCall {
  /** Dotted, as in records. */
  readonly tool: string;
  readonly outcome: string;
}

/** Reads the entry `rlm` of Cursor's user configuration. */
export async function readLaunchEntry(home: string): Promise<LaunchEntry> {
  const file = join(home, '.cursor', 'mcp.json');
  const { mcpServers } = parseObject(await readFile(file, 'utf8'), file);
  const servers = parseObject(JSON.stringify(mcpServers), file);
  const { command, args } = parseObject(JSON.stringify(servers['rlm']), file);
  expectThat(typeof command === 'string' && Array.isArray(args), `${file} does not say how to start rlm`);
  return { command, args: args.map(String) };
}

/**
 * An IDE, as far as the bridge can tell: it starts exactly the command of its configuration, in `/`, with the
 * environment MCP clients pass on, and speaks MCP through an unmodified client.
 */
export class Ide {
  readonly calls: SeenCall[] = [];
  /** SHA-256 of each piece of a file that came here by a span or a chunk. */
  readonly spanHashes: string[] = [];
  readonly #client: Client;
  readonly #transport: StdioClientTransport;

  constructor(entry: LaunchEntry, env: Readonly<Record<string, string>>) {
    this.#client = new Client({ name: 'demo-ide', version: '1.0.0' });
    const args = [...entry.args];
    this.#transport = new StdioClientTransport({
      command: entry.command,
      args,
      env,
      cwd: '/',
      stderr: 'pipe',
    });
    // Nobody reads it here; a full pipe must not stop the bridge.
    this.#transport.stderr?.on('data', () => undefined);
  }

  /** @returns the revision of MCP that was agreed on, and what the gateway calls itself */
  async connect(): Promise<string> {
    await this.#client.connect(this.#transport);
    const server = this.#client.getServerVersion();
    return `${server?.name} ${server?.version}, MCP ${this.#client.getNegotiatedProtocolVersion()}`;
  }

  async toolNames(): Promise<readonly string[]> {
    const { tools } = await this.#client.listTools();
    return tools.map(({ name }) => name);
  }

  /** Calls a tool that must succeed. @returns its structured result */
  async call(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const result = await this.#call(name, args);
    expectThat(result['success'] === true, `${name} was refused: ${String(result['error'])}`);
    return result;
  }

  /** Calls a tool that must be refused. @returns the code */
  async callRefused(name: string, args: Record<string, unknown>): Promise<string> {
    const result = await this.#call(name, args);
    expectThat(result['success'] === false, `${name} answered where it must refuse`);
    return String(result['error_code']);
  }

  async #call(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { structuredContent, content, isError } = await this.#client.callTool({ name, arguments: args });
    const [block] = content;
    expectThat(block?.type === 'text', `${name} gave no text`);
    const result = parseObject(block.text, name);
    // The contract gives each result twice: for programs and for models.
    expectThat(
      JSON.stringify(structuredContent) === JSON.stringify(result),
      `${name}: the structured result and its text differ`,
    );
    const isRefused = result['success'] !== true;
    expectThat(isRefused === (isError === true), `${name}: success and isError disagree`);
    const outcome = isRefused ? String(result['error_code']) : 'ok';
    const { provenance } = result;
    if (typeof provenance === 'object' && provenance !== null && 'sha256' in provenance) {
      this.spanHashes.push(String(provenance.sha256));
    }
    this.calls.push({ tool: name.replaceAll('_', '.'), outcome });
    return result;
  }

  /** Closes the bridge's standard input, and ends it where it does not end by itself. */
  close(): Promise<void> {
    return this.#client.close();
  }
}
