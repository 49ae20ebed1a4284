import { RlmError } from '../../shared/errors/rlm-error.ts';
import { parseApiKey } from '../../shared/keys/api-key.ts';
import { isFingerprint } from '../../shared/keys/ed25519.ts';
import type { Secret } from '../../shared/keys/secret.ts';
import { parseGatewayOrigin } from '../../shared/local/gateway-origin.ts';
import { readUserConfig } from '../../shared/local/user-config.ts';
import type { CommandContext } from '../commands/command-context.ts';
import { putGatewayRecord, recordOf } from '../keys/gateway-record.ts';
import { openKeyStore } from '../keys/key-store.ts';
import { checkKey } from './check-key.ts';
import { gatewayRecord, type LoggedIn, type LoginSettings } from './login-settings.ts';

/**
 * Stores an API key that an administrator has issued: first its checksum is checked here, then the bridge is
 * launched with it, and only a key that the gateway accepts is stored.
 *
 * @throws `KEY_MALFORMED` mistyped or cut short
 * @throws `GATEWAY_NOT_SET`, `GATEWAY_NOT_TRUSTED` no gateway, or no pin, was given
 * @throws whatever the bridge answers: `KEY_UNKNOWN`, `GATEWAY_UNREACHABLE`, `GATEWAY_MISMATCH`, …
 */
export async function loginWithApiKey(
  { host, keychain, bridge }: CommandContext,
  settings: LoginSettings,
  keyText: Secret<string>,
): Promise<LoggedIn> {
  const key = parseApiKey(keyText.unwrap());
  if (key === null) {
    const fields = { next: 'Copy the whole key again.' };
    throw new RlmError('KEY_MALFORMED', 'The API key is mistyped or cut short.', { fields });
  }
  const { origin, gatewayKey } = await chosenGateway({ host }, settings);
  const store = openKeyStore(settings.keySource, origin, host, keychain);
  await checkKey({ host, bridge }, settings, { origin, gatewayKey }, keyText);
  const { source: keySource, place } = store;
  const done: LoggedIn = { origin, gatewayKey, keyId: key.id, place, keySource };
  await store.write(keyText);
  await putGatewayRecord(host, origin, gatewayRecord(done, settings));
  return done;
}

async function chosenGateway(
  { host }: Pick<CommandContext, 'host'>,
  flags: LoginSettings,
): Promise<{ readonly origin: string; readonly gatewayKey: string }> {
  const config = await readUserConfig(host);
  const origin =
    flags.gateway === undefined ? config.default_gateway : parseGatewayOrigin(flags.gateway, '--gateway');
  if (origin === undefined) {
    const fields = { next: 'Run: rlm-workspace login --gateway https://HOST --gateway-key SHA256:…' };
    throw new RlmError('GATEWAY_NOT_SET', 'An API key does not say which gateway it is for.', { fields });
  }
  const gatewayKey = flags.gatewayKey ?? recordOf(config, origin)?.gateway_key;
  if (gatewayKey === undefined || !isFingerprint(gatewayKey)) {
    const what =
      gatewayKey === undefined ? 'No identity key of this gateway is known' : 'The pin has another form';
    const fields = { next: 'Ask its administrator for the fingerprint, then add --gateway-key SHA256:…' };
    throw new RlmError('GATEWAY_NOT_TRUSTED', `${what}: ${origin}.`, { fields });
  }
  return { origin, gatewayKey };
}
