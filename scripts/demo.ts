import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build-all.ts';
import { ROOT } from './bundle.ts';
import { checkProvenance } from './demo/check-provenance.ts';
import { CleanUp } from './demo/clean-up.ts';
import { Disk } from './demo/disk.ts';
import { expectThat, NotAsItMustBe } from './demo/expect-that.ts';
import { GatewayProcess } from './demo/gateway-process.ts';
import { Ide, readLaunchEntry } from './demo/ide.ts';
import { IdeHost } from './demo/ide-host.ts';
import { count, Narrator } from './demo/narrator.ts';
import { type DemoOptions, parseOptions, USAGE } from './demo/options.ts';
import { runExecutable, textField } from './demo/run-executable.ts';
import { makeSampleRepository } from './demo/sample-repository.ts';
import { walkThrough } from './demo/walk-through.ts';
import { startKeychainSession } from './keychain-session.ts';

/**
 * `npm run demo [-- --repo PATH] [--keep]`: the product from nothing to an agent's first reads, on this machine and
 * with nothing replaced. A gateway is made and serves a repository, a developer logs in with an invitation, the key
 * goes into an OS keychain, a thin workspace is set up, and an IDE starts the bridge as its configuration says and
 * explores the repository. Every answer is checked; the exit code is 0 only where all was as it must be.
 *
 * All files lie in one temporary folder, and all processes are ended with it, also after Ctrl-C.
 */
const REPOSITORY = 'demo';
const TOOLS = [
  'rlm_session_create',
  'rlm_session_close',
  'rlm_roots_set',
  'rlm_fs_list',
  'rlm_fs_manifest',
  'rlm_fs_handle_create',
  'rlm_span_read',
  'rlm_chunk_create',
  'rlm_chunk_get',
  'rlm_search_regex',
  'rlm_provenance_report',
];

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function tell(options: DemoOptions, cleanUp: CleanUp, signal: AbortSignal): Promise<void> {
  const narrator = new Narrator(print, signal);
  const folder = await mkdtemp(join(tmpdir(), 'rlm-demo-'));
  // A killed child may write its last while we remove; the rest of its folder is then tried again.
  cleanUp.add(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

  narrator.heading('The gateway’s host');
  const { gateway, ca, dataFolder, disk } = await setUpGateway(options, folder, narrator, cleanUp);

  narrator.heading('The developer’s machine');
  const host = await setUpIdeHost(folder, { gateway, ca, dataFolder }, narrator, cleanUp);

  narrator.heading('The IDE, through rlm-bridge');
  const ide = await startIde(host, narrator, cleanUp);
  const { session, text } = await walkThrough(ide, disk, narrator);
  await checkProvenance(ide, narrator, { session, fingerprint: gateway.fingerprint });

  narrator.heading('The end');
  await narrator.step('session close', async () => {
    await ide.call('rlm_session_close', { session_id: session });
    const code = await ide.callRefused('rlm_fs_list', { session_id: session, root: '.' });
    expectThat(code === 'SESSION_NOT_FOUND', `a closed session answers ${code}`);
    return { value: undefined, said: 'closed, and refused from then on' };
  });
  await narrator.step('rlm-workspace verify', async (stop) => {
    await host.verify(stop);
    const { fileCount, holder } = await host.searchFiles(longestLine(text));
    expectThat(holder === undefined, `what was read stands in ${holder}`);
    return {
      value: undefined,
      said: `${count(fileCount, 'file')} on the developer’s machine, no source in any`,
    };
  });
  if (options.isKept) await keep(host, gateway, narrator, signal);
}

async function setUpGateway(options: DemoOptions, folder: string, narrator: Narrator, cleanUp: CleanUp) {
  await narrator.step('build', async () => {
    const { built } = await buildAll({ isPartial: false });
    return { value: undefined, said: built.map(({ name }) => name).join(', ') };
  });
  const gatewayFolder = join(folder, 'gateway');
  await mkdir(gatewayFolder, { mode: 0o700 });
  const repositoryPath = await narrator.step('repository', async (stop) => {
    if (options.repo !== undefined) return { value: options.repo, said: options.repo };
    const sample = await makeSampleRepository(ROOT, join(gatewayFolder, 'repository'), stop);
    expectThat(sample.fileCount >= 1000, `the sample has ${sample.fileCount} files only`);
    return {
      value: sample.path,
      said: `${count(sample.fileCount, 'file')}: this checkout and the sources of its dependencies, in Git`,
    };
  });
  const dataFolder = join(gatewayFolder, 'data');
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: gatewayFolder };
  const ca = await narrator.step('rlm-gateway init', async (stop) => {
    const made = await runExecutable('rlm-gateway', {
      args: ['init', '--data', dataFolder, '--json'],
      env,
      cwd: gatewayFolder,
      signal: stop,
    });
    return { value: textField(made, 'ca'), said: `identity ${textField(made, 'fingerprint')}` };
  });
  const gateway = await narrator.step('rlm-gateway serve', async (stop) => {
    const value = await GatewayProcess.start({
      dataFolder,
      repositoryPath,
      repositoryName: REPOSITORY,
      logFile: join(gatewayFolder, 'gateway.log'),
      env,
      signal: stop,
    });
    return { value, said: value.url };
  });
  cleanUp.add(() => gateway.stop());
  return { gateway, ca, dataFolder, disk: new Disk(repositoryPath) };
}

async function setUpIdeHost(
  folder: string,
  from: { readonly gateway: GatewayProcess; readonly ca: string; readonly dataFolder: string },
  narrator: Narrator,
  cleanUp: CleanUp,
): Promise<IdeHost> {
  const { gateway, ca, dataFolder } = from;
  const invitation = await narrator.step('rlm-gateway keys invite', async (stop) => {
    const args = ['keys', 'invite', '--name', 'demo', '--data', dataFolder, '--json'];
    const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: dataFolder };
    const made = await runExecutable('rlm-gateway', { args, env, cwd: dataFolder, signal: stop });
    return { value: textField(made, 'invitation'), said: 'one line, good for one use' };
  });
  const keychain = await narrator.step('keychain', async (stop) => {
    const keychainFolder = join(folder, 'keychain');
    await mkdir(keychainFolder, { mode: 0o700 });
    const value = await startKeychainSession(keychainFolder, stop);
    return { value, said: 'gnome-keyring on a private session bus; yours is not touched' };
  });
  cleanUp.add(() => keychain.stop());
  const host = await IdeHost.make(join(folder, 'developer'), keychain.busAddress);
  await narrator.step('rlm-workspace login', async (stop) => {
    const keyId = await host.login(invitation, ca, stop);
    return { value: undefined, said: `key ${keyId}, made here, kept in the keychain` };
  });
  await narrator.step('rlm-workspace init', async (stop) => {
    await host.init(gateway.url, stop);
    const { fileCount, holder } = await host.searchFiles('rlmk_');
    expectThat(holder === undefined, `a key stands in ${holder}`);
    return { value: undefined, said: `${count(fileCount, 'file')} in all, no key in any` };
  });
  return host;
}

async function startIde(host: IdeHost, narrator: Narrator, cleanUp: CleanUp): Promise<Ide> {
  const ide = new Ide(await readLaunchEntry(host.home), host.env);
  cleanUp.add(() => ide.close());
  await narrator.step('connect', async () => ({ value: undefined, said: await ide.connect() }));
  await narrator.step('tools list', async () => {
    const names = await ide.toolNames();
    const missing = TOOLS.filter((name) => !names.includes(name));
    expectThat(missing.length === 0, `missing: ${missing.join(', ')}`);
    return { value: undefined, said: count(names.length, 'tool') };
  });
  return ide;
}

const longestLine = (text: string): string =>
  text.split('\n').reduce((longest, line) => (line.length > longest.length ? line : longest), '');

/** Waits for Ctrl-C. */
async function keep(
  host: IdeHost,
  gateway: GatewayProcess,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<void> {
  const { command, args } = await readLaunchEntry(host.home);
  const env = { HOME: host.home, DBUS_SESSION_BUS_ADDRESS: host.env['DBUS_SESSION_BUS_ADDRESS'] };
  narrator.heading(`Left running at ${gateway.url}`);
  narrator.line('To connect an IDE of this machine, add this server to its MCP configuration:');
  narrator.line(JSON.stringify({ mcpServers: { rlm: { command, args, env } } }, null, 2));
  narrator.line('Ctrl-C ends it and removes everything.');
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
}

/** Of a fault of ours, its stack; of what was found wrong, what was found. */
const reasonOf = (error: unknown): string =>
  error instanceof NotAsItMustBe
    ? error.message
    : error instanceof Error
      ? (error.stack ?? '')
      : String(error);

async function main(): Promise<number> {
  let options: DemoOptions;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
    return 2;
  }
  const interrupted = new AbortController();
  const cleanUp = new CleanUp();
  // All stay registered, so that nothing ends us before everything else has been ended.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => interrupted.abort(new NotAsItMustBe(`interrupted by ${name}`)));
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => interrupted.abort(new NotAsItMustBe('nobody reads the output any more')));
  }
  process.on('uncaughtException', (error) => interrupted.abort(error));
  const startedMs = performance.now();
  let exitCode = 0;
  try {
    await tell(options, cleanUp, interrupted.signal);
  } catch (error) {
    const { signal } = interrupted;
    exitCode = signal.aborted ? 130 : 1;
    process.stderr.write(`\nThe demonstration failed: ${reasonOf(signal.aborted ? signal.reason : error)}\n`);
  }
  for (const fault of await cleanUp.run()) {
    process.stderr.write(`while cleaning up: ${fault instanceof Error ? fault.message : fault}\n`);
    exitCode ||= 1;
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (exitCode === 0) print(`\nAll of it was as it must be, in ${seconds} s.`);
  return exitCode;
}

process.exitCode = await main();
