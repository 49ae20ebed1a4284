import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { dataFolder } from '../../gateway/serve/data-folder.ts';
import { buildAll } from '../../scripts/build-all.ts';
import { ROOT } from '../../scripts/bundle.ts';
import { CleanUp } from '../../scripts/demo/clean-up.ts';
import { GatewayProcess } from '../../scripts/demo/gateway-process.ts';
import { readLaunchEntry } from '../../scripts/demo/ide.ts';
import { IdeHost } from '../../scripts/demo/ide-host.ts';
import { runExecutable, textField } from '../../scripts/demo/run-executable.ts';
import { startKeychainSession } from '../../scripts/keychain-session.ts';
import type { Launch } from './line-child.ts';

/** Everything a benchmark stands on: the product as a user has it, and the floor it is compared with. */
export interface Stage {
  /** The bridge, as an IDE starts it: key in the keychain, gateway pinned, private CA. */
  readonly bridge: Launch;
  /** A bare line pipe to an echo server, over the same TLS. */
  readonly linePipe: Launch;
}

/**
 * Sets the stage, lets the benchmark play, and takes everything down again, also after Ctrl-C.
 * The gateway serves this checkout.
 */
export async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const cleanUp = new CleanUp();
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
  }
  const stopped = new Promise<never>((_, reject) => {
    interrupted.signal.addEventListener('abort', () => reject(interrupted.signal.reason));
  });
  try {
    const stage = await setStage(cleanUp, interrupted.signal);
    await Promise.race([play(stage), stopped]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  } finally {
    await cleanUp.run();
  }
}

async function setStage(cleanUp: CleanUp, signal: AbortSignal): Promise<Stage> {
  await buildAll({ isPartial: false });
  const folder = await mkdtemp(join(tmpdir(), 'rlm-bench-'));
  cleanUp.add(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const data = dataFolder(join(folder, 'data'));
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: folder };
  const administer = (...args: string[]): Promise<Record<string, unknown>> =>
    runExecutable('rlm-gateway', {
      args: [...args, '--data', data.path, '--json'],
      env,
      cwd: folder,
      signal,
    });
  const ca = textField(await administer('init'), 'ca');
  const gateway = await GatewayProcess.start({
    dataFolder: data.path,
    repositoryPath: ROOT,
    repositoryName: 'bench',
    logFile: join(folder, 'gateway.log'),
    env,
    signal,
  });
  cleanUp.add(() => gateway.stop());
  const keychainFolder = join(folder, 'keychain');
  await mkdir(keychainFolder, { mode: 0o700 });
  const keychain = await startKeychainSession(keychainFolder, signal);
  cleanUp.add(() => keychain.stop());
  const host = await IdeHost.make(join(folder, 'developer'), keychain.busAddress);
  await host.login(
    textField(await administer('keys', 'invite', '--name', 'bench'), 'invitation'),
    ca,
    signal,
  );
  await host.init(gateway.url, signal);
  const port = await startEchoServer(cleanUp, data.certificate, data.certificateKey);
  const pipe = await bundleLinePipe(folder);
  return {
    bridge: { ...(await readLaunchEntry(host.home)), env: host.env },
    linePipe: { command: process.execPath, args: [pipe, `wss://127.0.0.1:${port}`, ca], env: host.env },
  };
}

/** One file of JavaScript, as the bridge is: the floor must not pay for what the bridge does not. */
async function bundleLinePipe(folder: string): Promise<string> {
  const outfile = join(folder, 'line-pipe.mjs');
  const entry = join(import.meta.dirname, 'line-pipe.ts');
  const require =
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
    minifySyntax: true,
    banner: { js: require },
  });
  return outfile;
}

/** In a process of its own, as the gateway is: what is timed must not wait for its own other end. */
async function startEchoServer(cleanUp: CleanUp, certFile: string, keyFile: string): Promise<string> {
  const script = join(import.meta.dirname, 'echo-server.ts');
  const child = spawn(process.execPath, [script, certFile, keyFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanUp.add(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  });
  const [port] = await once(child.stdout.setEncoding('utf8'), 'data');
  return String(port).trim();
}
