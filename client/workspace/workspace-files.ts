import { randomBytes } from 'node:crypto';
import { agentInstructions } from './agent-instructions.ts';

/** What a thin workspace is made for. */
export interface WorkspaceFacts {
  /** `https://host[:port]` */
  readonly gateway: string;
  /** `SHA256:…` */
  readonly gatewayKey: string;
  readonly repo: string | undefined;
}

/** Paths in a workspace are relative to it and `/`-separated, on every platform. */
export const MANIFEST_PATH = '.rlm/manifest.json';
export const BRIDGE_SETTINGS_PATH = '.rlm/bridge.json';
export const CANARY_PATH = '.rlm_canary_token.txt';

const CANARY = /^Token: RLM_CANARY_[0-9a-f]{32}\n$/;

/** Files that `init` writes beside an IDE's, by path. Neither a secret nor a path of this machine is in any. */
export function workspaceFiles(
  facts: WorkspaceFacts,
  existingCanary: string | null,
): ReadonlyMap<string, string> {
  const canary = existingCanary !== null && CANARY.test(existingCanary) ? existingCanary : newCanary();
  return new Map([
    ['AGENTS.md', agentInstructions(facts.repo)],
    // Claude Code does not read AGENTS.md by itself.
    ['CLAUDE.md', '@AGENTS.md\n'],
    ['README.md', readme(facts)],
    ['.gitignore', gitignore()],
    [CANARY_PATH, canary],
    [BRIDGE_SETTINGS_PATH, bridgeSettings(facts)],
  ]);
}

/** Its text in a log, a prompt or another machine shows that this workspace was read there. */
const newCanary = (): string => `Token: RLM_CANARY_${randomBytes(16).toString('hex')}\n`;

const bridgeSettings = ({ gateway, gatewayKey, repo }: WorkspaceFacts): string =>
  `${JSON.stringify({ version: 1, gateway, gateway_key: gatewayKey, ...(repo === undefined ? {} : { repo }) }, null, 2)}\n`;

const readme = ({ gateway, repo }: WorkspaceFacts): string => `# A thin workspace

This folder holds settings and notes, and no source. The code${repo === undefined ? '' : ` (\`${repo}\`)`} stays on the gateway
${gateway}; an IDE's agent reads it there, in recorded spans, through the MCP server \`rlm\`.

| command | does |
|---|---|
| \`rlm-workspace status\` | shows whether the gateway answers and which key is used |
| \`rlm-workspace verify\` | proves that no source, key or repository lies here |
| \`rlm-workspace remove\` | takes away what \`rlm-workspace init\` wrote |

\`AGENTS.md\` tells agents how to work. \`.rlm/bridge.json\` names the gateway and the identity it must prove.
`;

/** Everything is ignored but what belongs here: a stray file can't slip into a commit. */
const gitignore = (): string =>
  ['*', ...['.gitignore', 'AGENTS.md', 'CLAUDE.md', 'README.md', CANARY_PATH].map((path) => `!/${path}`)]
    .concat(['!/.rlm/', `!/${BRIDGE_SETTINGS_PATH}`, `!/${MANIFEST_PATH}`])
    .concat(['!/.cursor/', '!/.cursor/mcp.json', '!/.vscode/', '!/.vscode/mcp.json', '!/.mcp.json'])
    .concat(['!/*.md', '!/docs/', '!/docs/**/', '!/docs/**/*.md', ''])
    .join('\n');
