import { RlmError } from '../../shared/errors/rlm-error.ts';
import { parseGatewayOrigin } from '../../shared/local/gateway-origin.ts';
import { parseKeySource } from '../../shared/local/key-source-setting.ts';
import { readUserConfig } from '../../shared/local/user-config.ts';
import { print, printJson, say } from '../../shared/terminal/streams.ts';
import { dropGatewayRecord, recordOf } from '../keys/gateway-record.ts';
import { openKeyStore } from '../keys/key-store.ts';
import type { CommandContext } from './command-context.ts';

export interface LogoutOptions {
  readonly gateway?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Takes a gateway's key out of its store, and the gateway out of the user's settings. */
export async function logout(context: CommandContext, options: LogoutOptions): Promise<void> {
  const { terminal, host, keychain } = context;
  const config = await readUserConfig(host);
  const origin =
    options.gateway === undefined ? config.default_gateway : parseGatewayOrigin(options.gateway, '--gateway');
  const record = origin === undefined ? undefined : recordOf(config, origin);
  if (origin === undefined || record === undefined) {
    const known = Object.keys(config.gateways);
    const next =
      known.length === 0
        ? 'There is nothing to do.'
        : `Run: rlm-workspace logout --gateway ${known.join(' | ')}`;
    throw new RlmError('GATEWAY_NOT_SET', 'There is no such gateway that you are logged in to.', {
      fields: { next },
    });
  }
  const source = parseKeySource(record.key_source ?? 'keychain', 'your settings', null);
  const isStoredByUs = source.kind === 'keychain' || source.kind === 'file';
  const store = isStoredByUs ? openKeyStore(record.key_source, origin, host, keychain) : null;
  // The key first: should it fail, the record still says where the key lies.
  const hadKey = store === null ? false : await store.remove();
  await dropGatewayRecord(host, origin);
  if (options.json === true) {
    printJson(terminal, { gateway: origin, key_id: record.key_id ?? null, key_removed: hadKey });
    return;
  }
  const what = hadKey ? `The key was taken out of ${store?.place}.` : 'There was no key to take away.';
  print(terminal, `Logged out of ${origin}. ${what}`);
  say(terminal, 'The gateway still knows the key: an administrator can revoke it.');
}
