/** One executable: what esbuild makes it of, what must stay outside it, what must never get into it. */
export interface Bundle {
  readonly name: string;
  readonly entry: string;
  /** Oldest Node it must run on. */
  readonly target: string;
  /** Packages with native code or files of their own: left where npm put them. */
  readonly external: readonly string[];
  /** Packages (`name`, or `@scope/` for all of a scope) and rooms (`room/`) whose presence is a mistake. */
  readonly forbidden: readonly string[];
}

/** An IDE starts the bridge anew for each window, so its size is its start-up time. */
const NEVER_IN_BRIDGE = [
  'zod',
  'commander',
  '@clack/',
  '@modelcontextprotocol/',
  'hono',
  'gateway/',
  'client/',
];

export const BUNDLES: readonly Bundle[] = [
  {
    name: 'rlm-bridge',
    entry: 'bridge/main.ts',
    target: 'node20',
    external: ['keytar'],
    forbidden: NEVER_IN_BRIDGE,
  },
  {
    name: 'rlm-workspace',
    entry: 'client/main.ts',
    target: 'node20',
    external: ['keytar'],
    forbidden: ['gateway/', 'bridge/', 'better-sqlite3', 'hono'],
  },
  {
    name: 'rlm-gateway',
    entry: 'gateway/main.ts',
    target: 'node22',
    external: ['better-sqlite3', '@vscode/ripgrep', 'pg'],
    forbidden: ['bridge/', 'client/', 'keytar', 'shared/local/'],
  },
];
