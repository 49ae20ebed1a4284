/** The opening of an MCP client, as most IDEs of today write it. */
export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1.0.0' },
  },
};
export const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };
export const LIST_TOOLS = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

export const callTool = (
  id: number,
  name: string,
  args: Record<string, unknown>,
): Record<string, unknown> => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
