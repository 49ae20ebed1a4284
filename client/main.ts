#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostEnvironment } from '../shared/local/config-folders.ts';
import { type Keychain, openKeychain } from '../shared/local/keychain.ts';
import { runProgram } from '../shared/terminal/program.ts';
import { openTerminal } from '../shared/terminal/streams.ts';
import { type ContextFor, workspaceProgram } from './workspace-program.ts';

/**
 * `rlm-workspace`. The one place of this executable that looks at the process: it builds what the commands are
 * given, runs the one that was asked for, and sets the exit code.
 */
const { stdin, stdout, stderr, env, platform, argv, execPath } = process;
const terminal = openTerminal({ stdin, stdout, stderr, env });
const host: HostEnvironment = {
  env,
  platform,
  homeDir: homedir(),
  cwd: process.cwd(),
  uid: process.getuid?.(),
};

let keychain: Keychain | undefined;
const openOnce = (): Keychain => {
  keychain ??= openKeychain(host);
  return keychain;
};

/** Beside the built command lies the built bridge; run from source, the bridge's source. */
function installedBridge(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const built = join(here, 'rlm-bridge.mjs');
  const source = join(here, '..', 'bridge', 'main.ts');
  return !existsSync(built) && existsSync(source) ? source : built;
}

const contextFor: ContextFor = (bridgeFile) => {
  const bridgePath = bridgeFile === undefined ? installedBridge() : resolve(host.cwd, bridgeFile);
  return { terminal, host, keychain: openOnce, bridge: { nodePath: execPath, bridgePath }, now: Date.now };
};

// A reader that has seen enough (`| head`) closes the pipe: that is no failure of ours.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runProgram(workspaceProgram(contextFor), argv.slice(2), terminal);
