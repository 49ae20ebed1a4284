import { RlmError } from '../../shared/errors/rlm-error.ts';
import { isFingerprint } from '../../shared/keys/ed25519.ts';
import type { HostEnvironment } from '../../shared/local/config-folders.ts';
import { parseGatewayOrigin } from '../../shared/local/gateway-origin.ts';
import { readUserConfig } from '../../shared/local/user-config.ts';
import { recordOf } from '../keys/gateway-record.ts';

export interface ChosenGateway {
  readonly origin: string;
  /** `SHA256:…` */
  readonly gatewayKey: string;
  readonly isLoggedIn: boolean;
}

/**
 * The gateway a workspace is made for, and its pin: from the flags, else from the login. Two pins that differ are
 * an alarm, not a choice.
 *
 * @throws `GATEWAY_NOT_SET`, `GATEWAY_NOT_TRUSTED`, `GATEWAY_MISMATCH`
 */
export async function chooseGateway(
  host: HostEnvironment,
  flags: { readonly gateway: string | undefined; readonly gatewayKey: string | undefined },
): Promise<ChosenGateway> {
  const config = await readUserConfig(host);
  const origin =
    flags.gateway === undefined ? config.default_gateway : parseGatewayOrigin(flags.gateway, '--gateway');
  if (origin === undefined) {
    const fields = { next: 'Run: rlm-workspace login, or add --gateway https://HOST' };
    throw new RlmError('GATEWAY_NOT_SET', 'You are logged in to no gateway and --gateway names none.', {
      fields,
    });
  }
  const known = recordOf(config, origin);
  if (flags.gatewayKey !== undefined && !isFingerprint(flags.gatewayKey)) {
    throw new RlmError('SETTINGS_INVALID', '--gateway-key must be a fingerprint of the form SHA256:….');
  }
  if (flags.gatewayKey !== undefined && known !== undefined && known.gateway_key !== flags.gatewayKey) {
    throw new RlmError(
      'GATEWAY_MISMATCH',
      `You are logged in to ${origin} with the pin ${known.gateway_key}, and --gateway-key says another.`,
    );
  }
  const gatewayKey = flags.gatewayKey ?? known?.gateway_key;
  if (gatewayKey === undefined) {
    const fields = { next: 'Run: rlm-workspace login, or add --gateway-key SHA256:…' };
    throw new RlmError('GATEWAY_NOT_TRUSTED', `The identity of ${origin} is not known here.`, { fields });
  }
  return { origin, gatewayKey, isLoggedIn: known !== undefined };
}
