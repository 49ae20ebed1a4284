import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { Invitation } from '../../shared/keys/invitation.ts';
import { parseGatewayOrigin } from '../../shared/local/gateway-origin.ts';
import type { LoginSettings } from './login-settings.ts';

/**
 * An invitation names its gateway and pins its identity. A flag that says otherwise means that somebody got the
 * wrong invitation, or a forged one: then nothing is sent anywhere.
 *
 * @throws `GATEWAY_MISMATCH`
 */
export function gatewayOfInvitation(
  { origin, gatewayKey }: Invitation,
  flags: Pick<LoginSettings, 'gateway' | 'gatewayKey'>,
): { readonly origin: string; readonly gatewayKey: string } {
  if (flags.gateway !== undefined && parseGatewayOrigin(flags.gateway, '--gateway') !== origin) {
    throw new RlmError(
      'GATEWAY_MISMATCH',
      `The invitation is for ${origin}, not for the gateway of --gateway.`,
    );
  }
  if (flags.gatewayKey !== undefined && flags.gatewayKey !== gatewayKey) {
    throw new RlmError(
      'GATEWAY_MISMATCH',
      `The invitation pins ${gatewayKey}, not the key of --gateway-key.`,
    );
  }
  return { origin, gatewayKey };
}
