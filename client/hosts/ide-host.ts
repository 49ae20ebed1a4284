import type { HostEnvironment } from '../../shared/local/config-folders.ts';

/** `user`: for every window of this user, with this machine's paths. `project`: in the workspace, without any. */
export const SCOPES = ['user', 'project'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * The server's name in an IDE's file. Short, without dash or underscore: it is part of the tool names that models
 * see, some IDEs cut those at 60 characters, and one splits them at underscores.
 */
export const SERVER_NAME = 'rlm';

/** One server in an IDE's file. Byte-stable: IDEs ask for approval again whenever it changes. */
export interface McpEntry {
  readonly type?: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
}

/** Where an entry stands in an IDE's file, from the root: `['mcpServers', 'rlm']`. */
export type EntryPath = readonly [string, string];

/** What an entry of user scope starts. Every path is absolute. */
export interface Launch {
  readonly nodePath: string;
  readonly bridgePath: string;
  readonly workspaceDir: string;
}

/** An IDE: one file of `client/hosts/`, holding what its vendor documents, with the date that was looked up. */
export interface IdeHost {
  /** As in `--ide`. */
  readonly id: string;
  readonly name: string;
  readonly entryPath: EntryPath;
  /** Absolute path of the user's file. */
  userFile(host: HostEnvironment): string;
  /** Relative to the workspace, `/`-separated. */
  readonly projectFile: string;
  userEntry(launch: Launch): McpEntry;
  projectEntry(): McpEntry;
  /** A file or folder that is there once the IDE has run. */
  footprint(host: HostEnvironment): string;
  /** What is left to do by hand. */
  trustStep(scope: Scope): string;
}

/** Node and the script by absolute paths, since a GUI's PATH has no Node; the workspace as an argument, since the working directory is anything. */
export const launchEntry = ({ nodePath, bridgePath, workspaceDir }: Launch): McpEntry => ({
  command: nodePath,
  args: [bridgePath, '--workspace', workspaceDir],
});

/** What a file of project scope names: whoever opens the workspace needs it on the PATH. */
export const PATH_COMMAND = 'rlm-bridge';
