import { join } from 'node:path';
import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import { type IdeHost, launchEntry, PATH_COMMAND, SERVER_NAME } from './ide-host.ts';

/**
 * VS Code, its default profile. Its file says `servers` where others say `mcpServers`, and is JSON with comments.
 * @see code.visualstudio.com/docs/copilot/customization/mcp-servers, looked up 2026-11
 */
export const vscode: IdeHost = {
  id: 'vscode',
  name: 'VS Code',
  entryPath: ['servers', SERVER_NAME],
  userFile: (host) => join(userFolder(host), 'User', 'mcp.json'),
  projectFile: '.vscode/mcp.json',
  userEntry: (launch) => ({ type: 'stdio', ...launchEntry(launch) }),
  projectEntry: () => ({
    type: 'stdio',
    command: PATH_COMMAND,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code replaces it
    args: ['--workspace', '${workspaceFolder}'],
  }),
  footprint: userFolder,
  trustStep: () => 'VS Code: run “MCP: List Servers”, choose “rlm”, start it, and confirm that you trust it.',
};

function userFolder({ platform, homeDir, env }: HostEnvironment): string {
  switch (platform) {
    case 'win32':
      return join(env['APPDATA'] ?? join(homeDir, 'AppData', 'Roaming'), 'Code');
    case 'darwin':
      return join(homeDir, 'Library', 'Application Support', 'Code');
    default:
      return join(env['XDG_CONFIG_HOME'] ?? join(homeDir, '.config'), 'Code');
  }
}
