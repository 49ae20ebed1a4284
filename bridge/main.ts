import { homedir } from 'node:os';
import { isRlmError } from '../shared/errors/rlm-error.ts';
import type { HostEnvironment } from '../shared/local/config-folders.ts';
import { endProcess } from '../shared/local/end-process.ts';
import { VERSION } from '../shared/version.ts';
import { HELP, type Invocation, parseFlags } from './flags.ts';
import { createLog } from './json-log.ts';
import { startBridge } from './serve.ts';
import { watchParent } from './stdio/parent-watch.ts';

/** Milliseconds that requests under way get after stdin has ended; with the rest of the ending under a second. */
const GRACE_MS = 700;

function hostEnvironment(): HostEnvironment {
  return {
    env: process.env,
    platform: process.platform,
    homeDir: homedir(),
    cwd: workingDirectory(),
    uid: process.getuid?.(),
  };
}

/** A working directory that was deleted under us cannot be asked for; then nothing is found from it. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return homedir();
  }
}

function invocation(): Invocation | null {
  try {
    return parseFlags(process.argv.slice(2));
  } catch (error) {
    if (!isRlmError(error)) throw error;
    process.stderr.write(`${error.message}\nRun: rlm-bridge --help\n`);
    process.exitCode = error.facts.exit;
    return null;
  }
}

function main(): void {
  const asked = invocation();
  switch (asked?.kind) {
    case undefined:
      return;
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      return;
    case 'serve':
      serve(asked);
  }
}

function serve({ settings, logLevel }: Extract<Invocation, { kind: 'serve' }>): void {
  if (process.stdin.isTTY) {
    process.stderr.write(
      'rlm-bridge speaks MCP on stdin and stdout; an IDE starts it. See: rlm-bridge --help\n',
    );
  }
  const log = createLog(logLevel, (line) => process.stderr.write(line), Date.now);
  let isEnding = false;
  const end = (exitCode: number, graceMs: number, why: string): void => {
    if (isEnding) return;
    isEnding = true;
    log.info('bridge.ending', { why });
    // Whatever keeps the process busy, a keychain prompt or a dial, it is gone within the second.
    void bridge.stop(graceMs).finally(() => endProcess(exitCode));
  };
  const bridge = startBridge(
    { flags: settings, host: hostEnvironment(), input: process.stdin, output: process.stdout, log },
    () => end(0, GRACE_MS, 'stdin-ended'),
  );
  process.on('SIGINT', () => end(130, 0, 'signal'));
  process.on('SIGTERM', () => end(143, 0, 'signal'));
  process.on('SIGHUP', () => end(129, 0, 'signal'));
  // Nobody reads our answers any more.
  process.stdout.on('error', () => end(0, 0, 'stdout-closed'));
  process.stderr.on('error', () => undefined);
  watchParent(() => end(0, 0, 'orphaned'));
  process.on('uncaughtException', (error) => {
    log.error('bridge.fault', { name: error.name, at: faultPlace(error) });
    end(1, 0, 'fault');
  });
}

/** Where in our own code: file name and line, never a path or a message. */
const faultPlace = (error: Error): string =>
  /([\w.-]+:\d+):\d+\)?$/m.exec(error.stack ?? '')?.[1] ?? 'unknown';

main();
