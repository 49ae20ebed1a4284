import { resolve } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { API_KEY_PREFIX } from '../../shared/keys/api-key.ts';
import { INVITATION_PREFIX, parseInvitation } from '../../shared/keys/invitation.ts';
import { Secret } from '../../shared/keys/secret.ts';
import { parseProxy } from '../../shared/local/proxy-setting.ts';
import { readUserConfig } from '../../shared/local/user-config.ts';
import { escapeControl } from '../../shared/terminal/escape-control.ts';
import { readSecret } from '../../shared/terminal/read-secret.ts';
import { print, printJson, say } from '../../shared/terminal/streams.ts';
import type { LoggedIn, LoginSettings } from '../login/login-settings.ts';
import { loginWithApiKey } from '../login/login-with-api-key.ts';
import { loginWithInvitation } from '../login/login-with-invitation.ts';
import type { CommandContext } from './command-context.ts';

export interface LoginOptions {
  readonly invitation?: string | undefined;
  readonly gateway?: string | undefined;
  readonly gatewayKey?: string | undefined;
  readonly ca?: string | undefined;
  readonly proxy?: string | undefined;
  readonly keySource?: string | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Logs in to a gateway with an invitation or an API key, and stores the key. Every check that can be made is made
 * before anything is stored or spent.
 */
export async function login(context: CommandContext, options: LoginOptions): Promise<void> {
  const { terminal, host } = context;
  const settings = loginSettings(context, options);
  // Unreadable settings would otherwise be found only after the invitation is spent.
  await readUserConfig(host);
  const credential = await readCredential(context, options.invitation);
  const done = await loginWith(context, settings, credential);
  if (options.json === true) {
    printJson(terminal, loggedInAsJson(done));
    return;
  }
  const name = done.name === undefined ? '' : ` (${escapeControl(done.name)})`;
  print(terminal, `Logged in to ${done.origin} as key ${done.keyId}${name}.`);
  print(terminal, `The key is in ${done.place}; the gateway is pinned to ${done.gatewayKey}.`);
  if (done.expiresAtS != null) {
    print(terminal, `The key expires on ${new Date(done.expiresAtS * 1000).toISOString().slice(0, 10)}.`);
  }
  say(terminal, `Next: rlm-workspace init DIR --gateway ${done.origin}`);
}

function loginWith(
  context: CommandContext,
  settings: LoginSettings,
  credential: Secret<string>,
): Promise<LoggedIn> {
  const text = credential.unwrap();
  if (text.startsWith(API_KEY_PREFIX)) return loginWithApiKey(context, settings, credential);
  const invitation = parseInvitation(text);
  if (invitation !== null) return loginWithInvitation(context, settings, invitation);
  if (text.startsWith(INVITATION_PREFIX)) {
    throw new RlmError(
      'INVITATION_INVALID',
      'The invitation is mistyped or cut short: its checksum does not match.',
    );
  }
  const fields = { next: 'Ask an administrator for an invitation, or for an API key.' };
  const message = 'This is neither an invitation (rlmi_…) nor an API key (rlmk_…).';
  throw new RlmError('KEY_MALFORMED', message, { fields });
}

async function readCredential(
  { terminal }: CommandContext,
  argument: string | undefined,
): Promise<Secret<string>> {
  if (argument === undefined) return readSecret(terminal, { label: 'invitation or API key' });
  if (argument.startsWith(API_KEY_PREFIX)) {
    const message =
      'An API key must not stand in an argument: every process of this machine can read it there.';
    const fields = {
      next: 'Run rlm-workspace login without it and paste it into the prompt; have this one rotated.',
    };
    throw new RlmError('USAGE', message, { fields });
  }
  say(
    terminal,
    'Note: arguments can be read by every process here. The invitation is used up by this login.',
  );
  return new Secret(argument.trim());
}

function loginSettings({ host }: CommandContext, options: LoginOptions): LoginSettings {
  const { env, cwd } = host;
  const ca = options.ca ?? textOf(env['RLM_GATEWAY_CA']);
  const proxy = options.proxy ?? textOf(env['HTTPS_PROXY']) ?? textOf(env['https_proxy']);
  const hasCredentials =
    proxy !== undefined && parseProxy(proxy, '--proxy or HTTPS_PROXY').authorization !== undefined;
  if (options.proxy !== undefined && hasCredentials) {
    const fields = { next: 'Put the address into the variable HTTPS_PROXY instead.' };
    throw new RlmError('USAGE', '--proxy must not carry a password: arguments can be read by others.', {
      fields,
    });
  }
  return {
    gateway: options.gateway,
    gatewayKey: options.gatewayKey,
    ca: ca === undefined ? undefined : resolve(cwd, ca),
    proxy,
    noProxy: textOf(env['NO_PROXY']) ?? textOf(env['no_proxy']),
    // IDEs strip the shell's variables, so the bridge needs these on file; a password stays out of files.
    isProxyKept: !hasCredentials,
    keySource: options.keySource,
  };
}

/** An empty variable counts as unset. */
const textOf = (value: string | undefined): string | undefined => value || undefined;

const loggedInAsJson = (done: LoggedIn): Record<string, unknown> => ({
  gateway: done.origin,
  gateway_key: done.gatewayKey,
  key_id: done.keyId,
  name: done.name ?? null,
  expires_at: done.expiresAtS ?? null,
  key_source: done.keySource ?? 'keychain',
});
