import type { Command } from 'commander';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { formatApiKey, isKeyId, newApiKey, newKeyId } from '../../shared/keys/api-key.ts';
import { withExamples } from '../../shared/terminal/program.ts';
import { print, printJson, say } from '../../shared/terminal/streams.ts';
import { formatTable } from '../../shared/terminal/table.ts';
import { loadIdentity } from '../access/identity.ts';
import { invite } from '../access/invitations.ts';
import type { KeyPolicy } from '../access/key-record.ts';
import { insertKey, listKeys, revokeKey } from '../access/key-store.ts';
import type { DataFolder } from '../serve/data-folder.ts';
import { readGatewayConfig } from '../serve/gateway-config.ts';
import { TOOLS } from '../tools/table.ts';
import type { AdminContext } from './admin-context.ts';
import { parseDuration } from './duration.ts';
import { dataFolderOf, withStore } from './open-data.ts';
import { readRunning } from './running-file.ts';

interface KeyOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly name: string;
  readonly scope?: readonly string[];
  readonly repo?: readonly string[];
  readonly expires: string;
  readonly admin?: boolean;
  readonly url?: string;
  readonly validFor: string;
}

const DATA_FLAG = ['--data <DIR>', 'folder of the gateway’s own things (RLM_GATEWAY_DATA)'] as const;
const NAME = /^[^\p{C}]{1,100}$/u;

export function addKeysCommand(program: Command, context: AdminContext): void {
  const keys = program.command('keys').description('issue, list and revoke API keys');
  withExamples(keys, ['rlm-gateway keys invite --name alice', 'rlm-gateway keys revoke 3fT9…']);

  const inviteCommand = withPolicyFlags(keys.command('invite'))
    .description('print an invitation: rlm-workspace login turns it into a key that exists only there')
    .option('--url <URL>', 'https://host[:port] by which the developer reaches this gateway')
    .option('--valid-for <TIME>', 'how long the invitation can be used', '24h')
    .action((options: KeyOptions) => runInvite(options, context));
  withExamples(inviteCommand, ['rlm-gateway keys invite --name alice --expires 90d']);

  const createCommand = withPolicyFlags(keys.command('create'))
    .description('issue a key itself; prefer invite, which sends no secret')
    .option('--admin', 'an administrator’s key')
    .action((options: KeyOptions) => runCreate(options, context));
  withExamples(createCommand, ['rlm-gateway keys create --name ci --scope rlm.search.regex --expires 30d']);

  const listCommand = keys
    .command('list')
    .description('list all keys')
    .option(...DATA_FLAG)
    .option('--json', 'print JSON')
    .action((options: KeyOptions) => runList(options, context));
  withExamples(listCommand, ['rlm-gateway keys list']);

  const revokeCommand = keys
    .command('revoke')
    .argument('<ID>', 'the key’s id')
    .description('revoke a key and cut its connections, within a second')
    .option(...DATA_FLAG)
    .option('--json', 'print JSON')
    .action((id: string, options: KeyOptions) => runRevoke(id, options, context));
  withExamples(revokeCommand, ['rlm-gateway keys revoke 3fT9aB7cD1eF']);
}

const withPolicyFlags = (command: Command): Command =>
  command
    .requiredOption('--name <NAME>', 'whose key it is')
    .option('--scope <TOOL...>', 'only these tools, for example rlm.span.read (default: all)')
    .option('--repo <NAME...>', 'only these repositories (default: all)')
    .option('--expires <TIME>', 'life of the key: 90d, 24h, … or never', '90d')
    .option(...DATA_FLAG)
    .option('--json', 'print JSON');

async function runInvite(options: KeyOptions, context: AdminContext): Promise<void> {
  const { terminal } = context;
  const folder = dataFolderOf(options.data, context);
  const policy = policyOf(options);
  const validForMs = parseDuration(options.validFor, '--valid-for');
  if (validForMs === null) throw new RlmError('USAGE', 'An invitation cannot be valid for ever.');
  const origin = await originOf(options.url, folder);
  const { fingerprint } = await loadIdentity(folder.identity);
  const made = await withStore(folder, context, (store) =>
    invite(store, {
      origin,
      gatewayKey: fingerprint,
      policy,
      validForMs,
      keyLifetimeMs: parseDuration(options.expires, '--expires'),
    }),
  );
  const expiresAt = Math.floor(made.expiresAt / 1000);
  if (options.json === true) {
    printJson(terminal, { id: made.id, invitation: made.invitation.unwrap(), expires_at: expiresAt });
    return;
  }
  print(terminal, made.invitation.unwrap());
  say(terminal, `Shown this once, good for one use until ${new Date(made.expiresAt).toISOString()}.`);
  say(terminal, `On ${options.name}’s machine: rlm-workspace login, then paste it.`);
}

async function runCreate(options: KeyOptions, context: AdminContext): Promise<void> {
  const { terminal } = context;
  const folder = dataFolderOf(options.data, context);
  const policy = policyOf(options);
  const lifetimeMs = parseDuration(options.expires, '--expires');
  const expiresAt = lifetimeMs === null ? null : Date.now() + lifetimeMs;
  const { key, publicKey } = newApiKey(newKeyId());
  await withStore(folder, context, (store) => insertKey(store, { id: key.id, publicKey, policy, expiresAt }));
  const text = formatApiKey(key).unwrap();
  if (options.json === true) {
    printJson(terminal, { id: key.id, name: policy.name, key: text, expires_at: toSeconds(expiresAt) });
    return;
  }
  print(terminal, text);
  say(terminal, `The key is shown this once. Its id is ${key.id}; it ${describeExpiry(expiresAt)}.`);
}

async function runList(options: KeyOptions, context: AdminContext): Promise<void> {
  const { terminal } = context;
  const rows = await withStore(dataFolderOf(options.data, context), context, listKeys);
  if (options.json === true) {
    printJson(
      terminal,
      rows.map((row) => ({
        id: row.id,
        name: row.name,
        admin: row.is_admin === 1,
        scopes: row.scopes === null ? null : JSON.parse(row.scopes),
        repos: row.repos === null ? null : JSON.parse(row.repos),
        created_at: toSeconds(row.created_at),
        expires_at: toSeconds(row.expires_at),
        revoked_at: toSeconds(row.revoked_at),
      })),
    );
    return;
  }
  const now = Date.now();
  print(
    terminal,
    formatTable(
      ['ID', 'NAME', 'STATE', 'EXPIRES', 'TOOLS', 'REPOSITORIES'],
      rows.map((row) => [
        row.id,
        row.name,
        row.revoked_at !== null
          ? 'revoked'
          : row.expires_at !== null && row.expires_at <= now
            ? 'expired'
            : 'valid',
        row.expires_at === null ? 'never' : new Date(row.expires_at).toISOString().slice(0, 10),
        row.is_admin === 1 ? 'all, admin' : describeList(row.scopes),
        describeList(row.repos),
      ]),
    ),
  );
}

async function runRevoke(id: string, options: KeyOptions, context: AdminContext): Promise<void> {
  const { terminal } = context;
  if (!isKeyId(id)) {
    throw new RlmError('USAGE', 'A key’s id has 12 letters and digits. Run: rlm-gateway keys list');
  }
  const isRevoked = await withStore(dataFolderOf(options.data, context), context, (store) =>
    revokeKey(store, id),
  );
  if (!isRevoked) {
    throw new RlmError('FAILED', `There is no key ${id} that could be revoked. Run: rlm-gateway keys list`);
  }
  if (options.json === true) printJson(terminal, { id, revoked: true });
  else print(terminal, `Revoked ${id}.`);
}

/** @throws `USAGE` for names and tools that do not exist */
function policyOf(options: KeyOptions): KeyPolicy {
  if (!NAME.test(options.name)) {
    throw new RlmError('USAGE', '--name wants 1 to 100 printable characters.');
  }
  const known = new Set<string>(TOOLS.map((tool) => tool.name));
  const scopes = options.scope?.map((name) => name.replaceAll('_', '.')) ?? null;
  const unknown = scopes?.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new RlmError(
      'USAGE',
      `--scope names no tool: ${unknown.slice(0, 60)}. Tools: ${[...known].join(', ')}.`,
    );
  }
  return { name: options.name, isAdmin: options.admin ?? false, scopes, repos: options.repo ?? null };
}

/** How developers reach this gateway: the flag, the configuration, or what a running gateway says. */
async function originOf(flag: string | undefined, folder: DataFolder): Promise<string> {
  const config = await readGatewayConfig(folder.config, false);
  const text = flag ?? config.public_url ?? (await readRunning(folder))?.public_url;
  if (text === undefined) {
    throw new RlmError(
      'USAGE',
      'The invitation needs the gateway’s address: start the gateway, or give --url.',
    );
  }
  if (!URL.canParse(text) || new URL(text).protocol !== 'https:') {
    throw new RlmError('USAGE', '--url wants https://host[:port].');
  }
  const { hostname, origin } = new URL(text);
  if (hostname === '0.0.0.0' || hostname === '[::]') {
    throw new RlmError(
      'USAGE',
      `The gateway listens at every address (${hostname}), which is none to reach it by: give --url, or public_url in config.json.`,
    );
  }
  return origin;
}

const toSeconds = (ms: number | null): number | null => (ms === null ? null : Math.floor(ms / 1000));
const describeExpiry = (ms: number | null): string =>
  ms === null ? 'does not expire' : `expires on ${new Date(ms).toISOString()}`;

function describeList(text: string | null): string {
  if (text === null) return 'all';
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.join(' ') : '';
}
