import { join } from 'node:path';
import { type IdeHost, launchEntry, PATH_COMMAND, SERVER_NAME } from './ide-host.ts';

/**
 * Claude Code. Sets `CLAUDE_PROJECT_DIR` for its servers, which the bridge reads, so a project entry needs no
 * argument. @see code.claude.com/docs/en/mcp, looked up 2026-11
 */
export const claudeCode: IdeHost = {
  id: 'claude-code',
  name: 'Claude Code',
  entryPath: ['mcpServers', SERVER_NAME],
  userFile: ({ homeDir }) => join(homeDir, '.claude.json'),
  projectFile: '.mcp.json',
  userEntry: (launch) => ({ type: 'stdio', ...launchEntry(launch) }),
  projectEntry: () => ({ type: 'stdio', command: PATH_COMMAND, args: [] }),
  footprint: ({ homeDir }) => join(homeDir, '.claude.json'),
  trustStep: (scope) =>
    scope === 'user'
      ? 'Claude Code: start it again; /mcp shows “rlm”.'
      : 'Claude Code: start it in the workspace, trust the folder, and approve the server “rlm”.',
};
