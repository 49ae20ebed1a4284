import { join, resolve } from 'node:path';
import { RlmError } from '../errors/rlm-error.ts';
import { isFingerprint } from '../keys/ed25519.ts';
import type { HostEnvironment } from './config-folders.ts';
import { parseGatewayOrigin } from './gateway-origin.ts';
import { type KeySource, parseKeySource } from './key-source-setting.ts';
import { parseProxy } from './proxy-setting.ts';
import { readUserConfig, type UserConfig, type UserGateway, userConfigFile } from './user-config.ts';
import {
  findWorkspaceFile,
  readWorkspaceFile,
  WORKSPACE_FILE,
  type WorkspaceFile,
} from './workspace-file.ts';

/** What was given on the command line; every field optional. Flags are the strongest source. */
export interface SettingsFlags {
  readonly gateway?: string | undefined;
  readonly workspace?: string | undefined;
  readonly gatewayKey?: string | undefined;
  readonly ca?: string | undefined;
  readonly proxy?: string | undefined;
  readonly keySource?: string | undefined;
}

/** Everything needed to reach one gateway, checked. */
export interface BridgeSettings {
  /** `https://host[:port]` */
  readonly origin: string;
  /** The pin, `SHA256:…`. */
  readonly gatewayKey: string;
  readonly caFile?: string;
  /** May hold a password: never printed. */
  readonly proxy?: string;
  readonly noProxy?: string;
  readonly keySource: KeySource;
  readonly repo?: string;
}

type Named = { readonly origin: string; readonly by: 'flag' | 'env' | 'workspace' | 'user' };

/**
 * Puts the settings together, strongest first: flags, environment, the workspace's file, the user's file.
 *
 * - A gateway that only the workspace names must be one the user has logged in to: opening a cloned repository
 *   must not send a request, signed or not, to a place of its author's choosing.
 * - A gateway named by flag or environment needs a pin from flag, environment or the user's file. There is no
 *   trust on first use: a child of an IDE can ask nobody.
 * - A workspace's pin never sets anything; it can only disagree.
 *
 * @throws `SETTINGS_INVALID`, `GATEWAY_NOT_SET`, `GATEWAY_NOT_TRUSTED`, `GATEWAY_MISMATCH`
 */
export async function resolveSettings(flags: SettingsFlags, host: HostEnvironment): Promise<BridgeSettings> {
  const [user, workspace] = await Promise.all([readUserConfig(host), workspaceFor(flags, host)]);
  const { origin, by } = nameGateway(flags, host, workspace, user);
  const known = Object.hasOwn(user.gateways, origin) ? user.gateways[origin] : undefined;
  if (by === 'workspace' && known === undefined) {
    throw new RlmError(
      'GATEWAY_NOT_TRUSTED',
      `This workspace names the gateway ${origin}, which you have not logged in to. If you trust it, run: rlm-workspace login`,
    );
  }
  const gatewayKey = pinFor(origin, flags, host, known);
  const ofWorkspace = workspace?.gateway === origin ? workspace : null;
  if (ofWorkspace?.gateway_key !== undefined && ofWorkspace.gateway_key !== gatewayKey) {
    throw new RlmError(
      'GATEWAY_MISMATCH',
      `The workspace pins ${origin} to ${ofWorkspace.gateway_key}, but your own pin for it is ${gatewayKey}. Nothing was sent.`,
    );
  }
  const caFile = pathFrom(flags.ca, host) ?? pathFrom(envText(host, 'RLM_GATEWAY_CA'), host) ?? known?.ca;
  const proxy = proxyFor(flags, host, known);
  const noProxy = envText(host, 'NO_PROXY') ?? envText(host, 'no_proxy') ?? known?.no_proxy;
  return {
    origin,
    gatewayKey,
    ...(caFile !== undefined && { caFile }),
    ...(proxy !== undefined && { proxy }),
    ...(noProxy !== undefined && { noProxy }),
    keySource: keySourceFor(flags, host, known),
    ...(ofWorkspace?.repo !== undefined && { repo: ofWorkspace.repo }),
  };
}

/** An empty variable counts as unset: that is how several IDEs write "no value". */
const envText = (host: HostEnvironment, name: string): string | undefined => host.env[name] || undefined;

const pathFrom = (text: string | undefined, host: HostEnvironment): string | undefined =>
  text === undefined ? undefined : resolve(host.cwd, text);

async function workspaceFor(flags: SettingsFlags, host: HostEnvironment): Promise<WorkspaceFile | null> {
  if (flags.workspace !== undefined) {
    const file = join(resolve(host.cwd, flags.workspace), WORKSPACE_FILE);
    const workspace = await readWorkspaceFile(file);
    if (workspace !== null) return workspace;
    throw new RlmError(
      'SETTINGS_INVALID',
      `--workspace names a folder without ${WORKSPACE_FILE}. Run in it: rlm-workspace init`,
    );
  }
  const project = envText(host, 'CLAUDE_PROJECT_DIR');
  if (project !== undefined) {
    const workspace = await readWorkspaceFile(join(resolve(host.cwd, project), WORKSPACE_FILE));
    if (workspace !== null) return workspace;
  }
  const found = await findWorkspaceFile(host.cwd);
  return found === null ? null : readWorkspaceFile(found);
}

function nameGateway(
  flags: SettingsFlags,
  host: HostEnvironment,
  workspace: WorkspaceFile | null,
  user: UserConfig,
): Named {
  if (flags.gateway !== undefined)
    return { origin: parseGatewayOrigin(flags.gateway, '--gateway'), by: 'flag' };
  const fromEnv = envText(host, 'RLM_GATEWAY_URL');
  if (fromEnv !== undefined) return { origin: parseGatewayOrigin(fromEnv, 'RLM_GATEWAY_URL'), by: 'env' };
  if (workspace !== null) return { origin: workspace.gateway, by: 'workspace' };
  if (user.default_gateway !== undefined) return { origin: user.default_gateway, by: 'user' };
  throw new RlmError(
    'GATEWAY_NOT_SET',
    `No gateway is set: not by --gateway, RLM_GATEWAY_URL, a workspace's ${WORKSPACE_FILE} or ${userConfigFile(host)}.`,
  );
}

function pinFor(
  origin: string,
  flags: SettingsFlags,
  host: HostEnvironment,
  known: UserGateway | undefined,
): string {
  const given: readonly (readonly [string | undefined, string])[] = [
    [flags.gatewayKey, '--gateway-key'],
    [envText(host, 'RLM_GATEWAY_KEY'), 'RLM_GATEWAY_KEY'],
  ];
  for (const [pin, where] of given) {
    if (pin === undefined) continue;
    if (isFingerprint(pin)) return pin;
    // The refused text may be an API key in the wrong variable: it is not repeated.
    throw new RlmError(
      'SETTINGS_INVALID',
      `${where} must be the gateway's fingerprint, of the form SHA256:….`,
    );
  }
  if (known !== undefined) return known.gateway_key;
  throw new RlmError(
    'GATEWAY_NOT_TRUSTED',
    `The identity of ${origin} is not known here. Run: rlm-workspace login, or give its fingerprint with --gateway-key.`,
  );
}

function proxyFor(
  flags: SettingsFlags,
  host: HostEnvironment,
  known: UserGateway | undefined,
): string | undefined {
  if (flags.proxy !== undefined) {
    // An argument is readable by every process on the machine.
    if (parseProxy(flags.proxy, '--proxy').authorization === undefined) return flags.proxy;
    throw new RlmError(
      'SETTINGS_INVALID',
      '--proxy must not carry a password: other users can read arguments. Put the address into HTTPS_PROXY or your config.json.',
    );
  }
  for (const name of ['HTTPS_PROXY', 'https_proxy']) {
    const proxy = envText(host, name);
    if (proxy === undefined) continue;
    parseProxy(proxy, name);
    return proxy;
  }
  return known?.proxy;
}

function keySourceFor(
  flags: SettingsFlags,
  host: HostEnvironment,
  known: UserGateway | undefined,
): KeySource {
  if (flags.keySource !== undefined) return parseKeySource(flags.keySource, '--key-source', host.cwd);
  const fromEnv = envText(host, 'RLM_KEY_SOURCE');
  if (fromEnv !== undefined) return parseKeySource(fromEnv, 'RLM_KEY_SOURCE', host.cwd);
  if (envText(host, 'RLM_GATEWAY_API_KEY') !== undefined) return { kind: 'env' };
  if (known?.key_source !== undefined) return parseKeySource(known.key_source, 'config.json', null);
  return { kind: 'keychain' };
}
