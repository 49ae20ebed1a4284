import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { formatApiKey, newApiKey, newKeyId } from '../../shared/keys/api-key.ts';
import { withExamples } from '../../shared/terminal/program.ts';
import { print, printJson, say } from '../../shared/terminal/streams.ts';
import { createIdentity, type GatewayIdentity } from '../access/identity.ts';
import { insertKey } from '../access/key-store.ts';
import type { DataFolder } from '../serve/data-folder.ts';
import type { AdminContext } from './admin-context.ts';
import { dataFolderOf, withStore } from './open-data.ts';

interface InitOptions {
  readonly data?: string;
  readonly host?: readonly string[];
  readonly json?: boolean;
}

const OWN_HOSTS = ['localhost', '127.0.0.1', '::1'];

export function addInitCommand(program: Command, context: AdminContext): void {
  const command = program
    .command('init')
    .description('make a gateway: identity, database, a first admin key, a private CA and certificate')
    .option('--data <DIR>', 'folder of the gateway’s own things (RLM_GATEWAY_DATA)')
    .option('--host <NAME...>', 'host names or addresses bridges will use, besides localhost')
    .option('--json', 'print JSON')
    .action((options: InitOptions) => runInit(options, context));
  withExamples(command, [
    'rlm-gateway init --data /var/lib/rlm-gateway --host gw.example',
    'rlm-gateway init --json',
  ]);
}

/** Makes everything once; an existing gateway is left as it is. */
async function runInit(options: InitOptions, context: AdminContext): Promise<void> {
  const { terminal } = context;
  const folder = dataFolderOf(options.data, context);
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  const identity = await newIdentity(folder);
  await writeCertificates(folder, [...OWN_HOSTS, hostname(), ...(options.host ?? [])]);
  await writeFile(folder.config, '{}\n', { flag: 'wx', mode: 0o600 }).catch(ignoreExisting);
  const adminKey = await newAdminKey(folder, context);
  if (options.json === true) {
    printJson(terminal, {
      data: folder.path,
      fingerprint: identity.fingerprint,
      ca: folder.caCertificate,
      admin_key: adminKey,
    });
    return;
  }
  print(terminal, `Gateway made in ${folder.path}`);
  print(terminal, `  fingerprint  ${identity.fingerprint}`);
  print(terminal, `  private CA   ${folder.caCertificate}`);
  print(terminal, `  admin key    ${adminKey}`);
  say(terminal, 'The admin key is shown this once; keep it in a password manager.');
  say(terminal, 'Next: rlm-gateway serve --repo PATH, then rlm-gateway keys invite --name NAME');
}

const newIdentity = (folder: DataFolder): Promise<GatewayIdentity> =>
  createIdentity(folder.identity).catch((cause: NodeJS.ErrnoException) => {
    const message =
      cause.code === 'EEXIST'
        ? `There is a gateway in ${folder.path} already; its identity is never overwritten.`
        : `The folder ${folder.path} cannot be written to (${cause.code}).`;
    throw new RlmError('FAILED', message, { cause });
  });

async function writeCertificates(folder: DataFolder, hosts: readonly string[]): Promise<void> {
  const { makePrivateCa } = await import('./private-ca.ts');
  const made = await makePrivateCa([...new Set(hosts.map((host) => host.toLowerCase()))]);
  const secret = { mode: 0o600, flag: 'wx' };
  await writeFile(folder.caCertificate, made.caCertificate, { mode: 0o644, flag: 'wx' });
  await writeFile(folder.caKey, made.caKey, secret);
  await writeFile(folder.certificate, made.certificate, { mode: 0o644, flag: 'wx' });
  await writeFile(folder.certificateKey, made.certificateKey, secret);
}

/** @returns the key as text, to be shown once */
function newAdminKey(folder: DataFolder, context: AdminContext): Promise<string> {
  return withStore(folder, context, async (store) => {
    const { key, publicKey } = newApiKey(newKeyId());
    await insertKey(store, {
      id: key.id,
      publicKey,
      policy: { name: 'admin', isAdmin: true, scopes: null, repos: null },
      expiresAt: null,
    });
    return formatApiKey(key).unwrap();
  });
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
