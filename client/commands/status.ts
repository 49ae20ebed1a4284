import { resolve } from 'node:path';
import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import { resolveApiKey } from '../../shared/local/key-source.ts';
import { formatKeySource, type KeySource } from '../../shared/local/key-source-setting.ts';
import { type BridgeSettings, resolveSettings } from '../../shared/local/settings.ts';
import { print, printJson } from '../../shared/terminal/streams.ts';
import { formatFields } from '../../shared/terminal/table.ts';
import { type ProbeResult, probeBridge } from '../probe/probe-bridge.ts';
import type { CommandContext } from './command-context.ts';

export interface StatusOptions {
  readonly gateway?: string | undefined;
  readonly workspace?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What was found, in the order it is looked at; the first failure ends the looking. */
interface Found {
  readonly settings: BridgeSettings;
  readonly keyId: string | null;
  readonly probe: ProbeResult | null;
  readonly failure: RlmError | null;
}

/**
 * Shows which gateway is used, where its key lies, and whether it answers: by launching the bridge, so that what
 * is shown is what an IDE would get.
 *
 * @throws what failed, after showing what was found: exit 3 without a valid key, 4 without a gateway
 */
export async function status(context: CommandContext, options: StatusOptions): Promise<void> {
  const { terminal, host } = context;
  const workspace = options.workspace === undefined ? undefined : resolve(host.cwd, options.workspace);
  const settings = await resolveSettings({ gateway: options.gateway, workspace }, host);
  const found = await look(context, settings, workspace);
  if (options.json === true) printJson(terminal, asJson(found));
  else print(terminal, formatFields(asFields(found)));
  if (found.failure !== null) throw found.failure;
}

async function look(
  { host, keychain, bridge }: CommandContext,
  settings: BridgeSettings,
  workspace: string | undefined,
): Promise<Found> {
  let keyId: string | null = null;
  try {
    keyId = (await resolveApiKey(settings, host, keychain())).id;
    const args = ['--gateway', settings.origin, '--gateway-key', settings.gatewayKey];
    if (settings.caFile !== undefined) args.push('--ca', settings.caFile);
    if (workspace !== undefined) args.push('--workspace', workspace);
    return { settings, keyId, probe: await probeBridge({ bridge, host, args }), failure: null };
  } catch (error) {
    if (!isRlmError(error)) throw error;
    return { settings, keyId, probe: null, failure: beyondStatus(error) };
  }
}

const THIS_COMMAND = 'Run: rlm-workspace status';

/** Elsewhere an unreachable gateway is answered with “run status”; here that has just been done. */
function beyondStatus(error: RlmError): RlmError {
  const { code, message, cause, fields, facts } = error;
  if (facts.next !== THIS_COMMAND) return error;
  const next =
    'Check the network, the VPN and the proxy; then ask the gateway’s administrator whether it runs.';
  return new RlmError(code, message.replace(THIS_COMMAND, '').trim(), { cause, fields: { ...fields, next } });
}

const asJson = ({ settings, keyId, probe, failure }: Found): Record<string, unknown> => ({
  gateway: settings.origin,
  gateway_key: settings.gatewayKey,
  key_id: keyId,
  key_source:
    settings.keySource.kind === 'file' ? formatKeySource(settings.keySource) : settings.keySource.kind,
  repo: settings.repo ?? null,
  is_ok: failure === null,
  server: probe === null ? null : { name: probe.serverName, version: probe.serverVersion },
  latency_ms: probe?.latencyMs ?? null,
  error: failure === null ? null : { code: failure.code, message: failure.message },
});

function asFields({ settings, keyId, probe, failure }: Found): readonly (readonly [string, string])[] {
  return [
    ['gateway', settings.origin],
    ['pinned to', settings.gatewayKey],
    ...(settings.repo === undefined ? [] : ([['repository', settings.repo]] as const)),
    ['key', keyId ?? 'none'],
    ['key comes from', placeOf(settings.keySource)],
    ['answers', probe === null ? `no: ${failure?.code ?? 'FAILED'}` : `yes, in ${probe.latencyMs} ms`],
    ...(probe === null ? [] : ([['server', `${probe.serverName} ${probe.serverVersion}`]] as const)),
  ];
}

function placeOf(source: KeySource): string {
  switch (source.kind) {
    case 'keychain':
      return 'the OS keychain';
    case 'env':
      return 'the variable RLM_GATEWAY_API_KEY';
    case 'file':
      return `the file ${source.path}`;
    case 'command':
      // The command itself may hold what should not be shown.
      return 'a command of your settings';
  }
}
