import type { Secret } from '../../shared/keys/secret.ts';
import { proxyOf } from '../../shared/local/gateway-route.ts';
import type { CommandContext } from '../commands/command-context.ts';
import { probeBridge } from '../probe/probe-bridge.ts';
import type { LoginSettings } from './login-settings.ts';

/**
 * Resolves if the gateway accepts the key: launches the bridge with it, in the child's environment and nowhere else.
 *
 * @throws whatever the bridge answers: `KEY_UNKNOWN`, `GATEWAY_UNREACHABLE`, `GATEWAY_MISMATCH`, …
 */
export async function checkKey(
  { host, bridge }: Pick<CommandContext, 'host' | 'bridge'>,
  settings: LoginSettings,
  gateway: { readonly origin: string; readonly gatewayKey: string },
  keyText: Secret<string>,
): Promise<void> {
  const { proxy, noProxy, ca } = settings;
  const args = ['--gateway', gateway.origin, '--gateway-key', gateway.gatewayKey, '--key-source', 'env'];
  if (ca !== undefined) args.push('--ca', ca);
  const isProxied = proxyOf({ origin: gateway.origin, proxy, noProxy }) !== null;
  // By the environment: a proxy's address may hold a password.
  const proxyEnv = proxy !== undefined && isProxied ? { HTTPS_PROXY: proxy } : {};
  await probeBridge({ bridge, host, args, env: { ...proxyEnv, RLM_GATEWAY_API_KEY: keyText.unwrap() } });
}
