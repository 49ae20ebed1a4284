import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { withExamples } from '../../shared/terminal/program.ts';
import { print, say } from '../../shared/terminal/streams.ts';
import { loadIdentity } from '../access/identity.ts';
import { Repository } from '../repo/repository.ts';
import { DEFAULT_RESTRICTED } from '../repo/restricted.ts';
import type { CertificateFiles } from '../serve/certificate.ts';
import type { DataFolder } from '../serve/data-folder.ts';
import { type GatewayConfig, readGatewayConfig } from '../serve/gateway-config.ts';
import { parseListenAddress } from '../serve/https-listener.ts';
import { startGateway } from '../serve/start-gateway.ts';
import { staticKeyRecord } from '../serve/static-key.ts';
import { createLogger, LOG_LEVELS, type LogLevel } from '../telemetry/logger.ts';
import type { AdminContext } from './admin-context.ts';
import { dataFolderOf, openStoreOf } from './open-data.ts';
import { removeRunning, writeRunning } from './running-file.ts';

interface ServeOptions {
  readonly repo?: readonly string[];
  readonly config?: string;
  readonly data?: string;
  readonly listen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly logLevel: string;
  readonly json?: boolean;
}

const REPO_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const DEFAULT_PORT = '8443';

export function addServeCommand(program: Command, context: AdminContext): void {
  const command = program
    .command('serve')
    .description('run the gateway')
    .option('--repo <[NAME=]PATH...>', 'repository to serve, read-only; several may be given (REPO_PATH)')
    .option('--config <FILE>', 'configuration (default: config.json of the data folder)')
    .option('--data <DIR>', 'folder of the gateway’s own things (RLM_GATEWAY_DATA)')
    .option('--listen <HOST:PORT>', 'where to listen (GATEWAY_HOST, GATEWAY_PORT; default 127.0.0.1:8443)')
    .option('--tls-cert <FILE>', 'certificate chain, PEM (default: the private CA’s)')
    .option('--tls-key <FILE>', 'its private key, PEM')
    .option('--log-level <LEVEL>', `one of ${LOG_LEVELS.join(', ')}`, 'info')
    .option('--json', 'print the ready line as JSON')
    .action((options: ServeOptions) => runServe(options, context));
  withExamples(command, [
    'rlm-gateway serve --repo /srv/repositories/app',
    'rlm-gateway serve --repo app=/srv/app --repo lib=/srv/lib --listen 0.0.0.0:8443 --tls-cert c.pem --tls-key k.pem',
  ]);
}

async function runServe(options: ServeOptions, context: AdminContext): Promise<void> {
  const { terminal, env } = context;
  const folder = dataFolderOf(options.data, context);
  const config = await readGatewayConfig(options.config ?? folder.config, options.config !== undefined);
  const address = parseListenAddress(options.listen ?? listenFromEnvironment(env));
  const certificateFiles = certificateFilesOf(options, folder);
  const staticKey = staticKeyRecord(env['RLM_GATEWAY_API_KEY']);
  const logger = createLogger({ level: logLevelOf(options.logLevel), destination: terminal.stderr });
  const identity = await loadIdentity(folder.identity);
  const repositories = await openRepositories(options.repo ?? repoFromEnvironment(env), config, context.cwd);
  const store = await openStoreOf(folder, context, 'at-appends');
  try {
    for (const repository of repositories.values()) {
      repository.startIndex({
        folder: folder.indexes,
        threadUrl: context.threadUrl,
        onReady: (size) => logger.event('index_ready', { repo: repository.name, ...size }),
        onFault: (code) => logger.event('index_fault', { repo: repository.name, code }),
      });
    }
    const gateway = await startGateway({
      config,
      address,
      certificateFiles,
      store,
      identity,
      staticKey,
      repositories,
      logger,
      cacheFolder: folder.cache,
    });
    let reason = 'failed';
    try {
      const stopped = context.untilStopped();
      await writeRunning(folder, { pid: process.pid, url: gateway.url, public_url: gateway.publicUrl });
      if (options.json === true) {
        print(
          terminal,
          JSON.stringify({ event: 'ready', url: gateway.url, fingerprint: identity.fingerprint }),
        );
      } else {
        print(terminal, `rlm-gateway is ready at ${gateway.url}, identity ${identity.fingerprint}`);
        say(terminal, 'Next: rlm-gateway keys invite --name NAME');
      }
      reason = await stopped;
    } finally {
      await gateway.stop(reason);
      await removeRunning(folder);
    }
  } finally {
    await store.close();
    for (const repository of repositories.values()) await repository.close();
  }
}

function listenFromEnvironment(env: AdminContext['env']): string {
  const host = env['GATEWAY_HOST'] ?? '127.0.0.1';
  return `${host.includes(':') ? `[${host}]` : host}:${env['GATEWAY_PORT'] ?? DEFAULT_PORT}`;
}

const repoFromEnvironment = (env: AdminContext['env']): readonly string[] =>
  env['REPO_PATH'] === undefined || env['REPO_PATH'] === '' ? [] : [env['REPO_PATH']];

function certificateFilesOf(options: ServeOptions, folder: DataFolder): CertificateFiles {
  const { tlsCert, tlsKey } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new RlmError('USAGE', '--tls-cert and --tls-key belong together.');
  }
  return { certFile: tlsCert ?? folder.certificate, keyFile: tlsKey ?? folder.certificateKey };
}

function logLevelOf(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) throw new RlmError('USAGE', `--log-level wants one of ${LOG_LEVELS.join(', ')}.`);
  return level;
}

/** @throws `USAGE` where there is none, or a name is bad or stands twice */
async function openRepositories(
  specs: readonly string[],
  config: GatewayConfig,
  cwd: string,
): Promise<ReadonlyMap<string, Repository>> {
  if (specs.length === 0) throw new RlmError('USAGE', 'serve needs --repo [NAME=]PATH.');
  const { add, remove } = config.restricted_names;
  const restrictedPatterns = [...DEFAULT_RESTRICTED.filter((name) => !remove.includes(name)), ...add];
  const repositories = new Map<string, Repository>();
  for (const spec of specs) {
    const { name, path } = parseRepoSpec(spec, cwd);
    if (!REPO_NAME.test(name)) {
      throw new RlmError(
        'USAGE',
        `A repository’s name has letters, digits, ".", "_" and "-": --repo NAME=${path}`,
      );
    }
    if (repositories.has(name)) throw new RlmError('USAGE', `Two repositories are called ${name}.`);
    repositories.set(name, await Repository.open({ name, path, restrictedPatterns }));
  }
  return repositories;
}

/** `NAME=PATH`, or a path whose last part is the name. A `=` after a `/` belongs to the path. */
function parseRepoSpec(spec: string, cwd: string): { readonly name: string; readonly path: string } {
  const named = /^([^/=]+)=(.+)$/.exec(spec);
  const path = resolve(cwd, named?.[2] ?? spec);
  return { name: named?.[1] ?? basename(path), path };
}
