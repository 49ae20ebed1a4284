import { type CallToolResult, type McpServerFactory, Server } from '@modelcontextprotocol/server';
import { VERSION } from '../../shared/version.ts';
import type { Principal } from '../access/principal.ts';
import type { ToolPipeline } from '../tools/pipeline.ts';
import type { ToolListing } from './tool-listing.ts';

const INSTRUCTIONS = [
  'The repository is on a remote gateway, not on this machine: read it only with these tools.',
  'Order of work: rlm_session_create, rlm_roots_set with ["."], then rlm_search_query (ideas), rlm_search_regex (names)',
  'or rlm_fs_list to find places, rlm_fs_handle_create and rlm_span_read to read a few lines there. For questions over',
  'many files send a small program to rlm_exec_run instead of reading them. Every span read is recorded.',
].join(' ');

/** Who is at the other end of a stream, as its signed upgrade proved. */
export interface Caller {
  readonly principal: Principal;
  readonly instance: string | null;
  readonly preferredRepo: string | null;
}

/**
 * MCP servers for one caller's stream. The SDK picks the revision (2024-11-05 to 2026-07-28) and makes one
 * instance a connection from this factory; an instance is never shared between callers.
 */
export function mcpServerFactory(
  caller: Caller,
  parts: {
    readonly pipeline: ToolPipeline;
    readonly listing: ToolListing;
    readonly onCall: (isStarting: boolean) => void;
    /** Whether the connection is lost, and with it nobody's wish. */
    readonly isGone: () => boolean;
  },
): McpServerFactory {
  return () => {
    const server = new Server(
      { name: 'rlm-gateway', title: 'RLM Gateway', version: VERSION },
      { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
    );
    server.setRequestHandler('tools/list', () => ({ tools: parts.listing.for(caller.principal) }));
    server.setRequestHandler('tools/call', async (request, context): Promise<CallToolResult> => {
      parts.onCall(true);
      try {
        const { name, arguments: unverifiedArguments } = request.params;
        const answer = await parts.pipeline.call(name, unverifiedArguments, {
          ...caller,
          signal: cancelledByClient(context.mcpReq.signal, parts.isGone),
          request: caller.instance === null ? null : context.mcpReq.id,
        });
        return {
          content: [{ type: 'text', text: answer.text }],
          structuredContent: { ...answer.body },
          isError: answer.isError,
        };
      } finally {
        parts.onCall(false);
      }
    });
    return server;
  };
}

/**
 * Aborts when the client cancels the call, and not when its connection breaks: the SDK aborts for both, but a call
 * whose caller is away goes on, and its answer waits in the ledger.
 */
function cancelledByClient(signal: AbortSignal, isGone: () => boolean): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    if (!isGone()) controller.abort(signal.reason);
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return controller.signal;
}
