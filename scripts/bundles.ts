/** One file in `dist/`: what esbuild makes it of, and what must never get into it. */
export type Bundle = Executable | EngineScript;

interface Sources {
  readonly name: string;
  readonly entry: string;
  /** Packages (`name`, or `@scope/` for all of a scope) and rooms (`room/`) whose presence is a mistake. */
  readonly forbidden: readonly string[];
}

/** A program that Node runs: `NAME.mjs`. */
export interface Executable extends Sources {
  readonly kind: 'executable';
  /** Oldest Node it must run on. */
  readonly target: string;
  /** Packages with native code or files of their own: left where npm put them. */
  readonly external: readonly string[];
}

/**
 * A script that a program of ours evaluates in another JavaScript engine: `NAME.js`. It imports nothing, Node's own
 * modules included, and leaves no name behind in the engine it runs in.
 */
export interface EngineScript extends Sources {
  readonly kind: 'engine-script';
  /** Edition of the language that the engine knows. */
  readonly target: string;
  /** The export of its entry that is the script's value. */
  readonly value: string;
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
    kind: 'executable',
    name: 'rlm-bridge',
    entry: 'bridge/main.ts',
    target: 'node20',
    external: ['keytar'],
    forbidden: NEVER_IN_BRIDGE,
  },
  {
    kind: 'executable',
    name: 'rlm-workspace',
    entry: 'client/main.ts',
    target: 'node20',
    external: ['keytar'],
    forbidden: ['gateway/', 'bridge/', 'better-sqlite3', 'hono'],
  },
  {
    kind: 'executable',
    name: 'rlm-gateway',
    entry: 'gateway/main.ts',
    target: 'node22',
    external: ['better-sqlite3', '@vscode/ripgrep', 'pg'],
    forbidden: ['bridge/', 'client/', 'keytar', 'shared/local/'],
  },
  {
    kind: 'executable',
    name: 'rlm-exec-python',
    entry: 'gateway/exec/python/pyodide/main.ts',
    target: 'node22',
    // Loaded by its path, from the one folder the guest may read.
    external: ['pyodide'],
    forbidden: ['bridge/', 'client/', 'gateway/serve/', 'gateway/tools/', 'zod', 'keytar', 'better-sqlite3'],
  },
  {
    kind: 'executable',
    name: 'rlm-exec-javascript',
    entry: 'gateway/exec/javascript/guest/main.ts',
    target: 'node22',
    // One file with all it needs, but for the interpreter and what that evaluates first: a jail need show it nothing else.
    external: [],
    forbidden: ['bridge/', 'client/', 'gateway/serve/', 'gateway/tools/', 'zod', 'keytar', 'better-sqlite3'],
  },
  {
    kind: 'engine-script',
    name: 'rlm-exec-prelude',
    entry: 'gateway/exec/javascript/prelude/install.ts',
    target: 'es2023',
    value: 'install',
    // Parsed anew for each program, and at its mercy: it holds the prelude, and numbers.
    forbidden: [
      'bridge/',
      'client/',
      'gateway/exec/guests/',
      'gateway/exec/jail/',
      'gateway/exec/python/',
      'gateway/tools/',
    ],
  },
];
