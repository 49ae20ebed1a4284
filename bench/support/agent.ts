import type { LineChild } from './line-child.ts';
import { callTool, INITIALIZE, INITIALIZED } from './mcp-messages.ts';

/** An MCP conversation with a session of its own and one file open. */
export class Agent {
  readonly #child: LineChild;
  #id = 0;
  #session = '';
  #handle = '';

  private constructor(child: LineChild) {
    this.#child = child;
  }

  static async open(child: LineChild, calls: number): Promise<Agent> {
    const agent = new Agent(child);
    await child.ask(INITIALIZE);
    child.send(INITIALIZED);
    const config = { max_tool_calls: calls + 10, timeout_ms: 600_000 };
    agent.#session = await agent.#text('rlm_session_create', { config }, 'session_id');
    await agent.#text('rlm_roots_set', { roots: ['.'] }, 'success');
    agent.#handle = await agent.#text('rlm_fs_handle_create', { file_path: 'package.json' }, 'file_handle');
    return agent;
  }

  nextId(): number {
    this.#id += 1;
    return this.#id;
  }

  readLines(): Record<string, unknown> {
    const args = { session_id: this.#session, file_handle: this.#handle, start_line: 1, end_line: 10 };
    return callTool(this.nextId(), 'rlm_span_read', args);
  }

  /** @returns the tool's structured result */
  mustSucceed(answer: Record<string, unknown>): Record<string, unknown> {
    const { result } = answer;
    if (typeof result !== 'object' || result === null || !('structuredContent' in result)) {
      throw new Error(`refused: ${JSON.stringify(answer).slice(0, 300)}`);
    }
    const content = JSON.parse(JSON.stringify(result.structuredContent));
    if (content.success !== true) throw new Error(`refused: ${JSON.stringify(content).slice(0, 300)}`);
    return content;
  }

  async #text(name: string, args: Record<string, unknown>, field: string): Promise<string> {
    const session = this.#session === '' ? {} : { session_id: this.#session };
    const answer = await this.#child.ask(callTool(this.nextId(), name, { ...session, ...args }));
    return String(this.mustSucceed(answer)[field]);
  }
}
