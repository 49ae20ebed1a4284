import { join } from 'node:path';
import { type IdeHost, launchEntry, PATH_COMMAND, SERVER_NAME } from './ide-host.ts';

/**
 * Cursor. Starts user entries in the home folder; asks for approval of each server, again after any change of its
 * entry. @see cursor.com/docs/mcp, looked up 2026-11
 */
export const cursor: IdeHost = {
  id: 'cursor',
  name: 'Cursor',
  entryPath: ['mcpServers', SERVER_NAME],
  userFile: ({ homeDir }) => join(homeDir, '.cursor', 'mcp.json'),
  projectFile: '.cursor/mcp.json',
  userEntry: (launch) => ({ type: 'stdio', ...launchEntry(launch) }),
  projectEntry: () => ({
    type: 'stdio',
    command: PATH_COMMAND,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Cursor replaces it
    args: ['--workspace', '${workspaceFolder}'],
  }),
  footprint: ({ homeDir }) => join(homeDir, '.cursor'),
  trustStep: () => 'Cursor: Settings, MCP: approve and switch on the server “rlm”.',
};
