import { isRlmError, RlmError } from '../../shared/errors/rlm-error.ts';
import { type ApiKey, formatApiKey, newApiKey, parseApiKey } from '../../shared/keys/api-key.ts';
import type { Invitation } from '../../shared/keys/invitation.ts';
import { authoritiesToTry } from '../../shared/local/trusted-authorities.ts';
import type { CommandContext } from '../commands/command-context.ts';
import { enrol } from '../enrolment/enrol.ts';
import { putGatewayRecord } from '../keys/gateway-record.ts';
import { type KeyStore, openKeyStore } from '../keys/key-store.ts';
import { checkKey } from './check-key.ts';
import { gatewayOfInvitation } from './gateway-of-invitation.ts';
import { gatewayRecord, type LoggedIn, type LoginSettings } from './login-settings.ts';

/**
 * Makes a key here, registers its public half with the invitation, and stores it.
 *
 * The key goes into the store, as pending, before the invitation is spent. A store that doesn't work costs
 * nothing then, and a login that is cut off after the gateway has registered the key can be repeated: the same
 * invitation finds the same key.
 */
export async function loginWithInvitation(
  context: CommandContext,
  settings: LoginSettings,
  invitation: Invitation,
): Promise<LoggedIn> {
  const { host, keychain } = context;
  const { origin, gatewayKey } = gatewayOfInvitation(invitation, settings);
  // A CA file that is none would otherwise be found only after a key is in the store.
  await authoritiesToTry(settings.ca);
  const store = openKeyStore(settings.keySource, origin, host, keychain);
  const pending = await pendingKey(store, invitation.id);
  const enrolled = await enrolOrResume(context, settings, invitation, pending);
  const { source: keySource, place } = store;
  const done: LoggedIn = { origin, gatewayKey, ...enrolled, place, keySource };
  await store.write(formatApiKey(pending.key));
  await putGatewayRecord(host, origin, gatewayRecord(done, settings));
  await store.forgetPending();
  return done;
}

interface PendingKey {
  readonly key: ApiKey;
  /** From an earlier try with the same invitation. */
  readonly isLeft: boolean;
}

type Accepted = Pick<LoggedIn, 'keyId' | 'name' | 'expiresAtS'>;

/**
 * An invitation that an earlier try may have used up is refused; whether that try succeeded and only its answer
 * was lost, the gateway says when the key itself is shown to it.
 */
async function enrolOrResume(
  context: CommandContext,
  settings: LoginSettings,
  invitation: Invitation,
  { key, isLeft }: PendingKey,
): Promise<Accepted> {
  try {
    const { ca: caFile, proxy, noProxy } = settings;
    return await enrol(invitation, key, { caFile, proxy, noProxy }, Math.floor(context.now() / 1000));
  } catch (refusal) {
    if (!isLeft || !isRlmError(refusal) || refusal.code !== 'INVITATION_INVALID') throw refusal;
    try {
      await checkKey(context, settings, invitation, formatApiKey(key));
    } catch {
      throw refusal;
    }
    return { keyId: key.id };
  }
}

/** The key that an earlier try with this invitation has left, or a new one. In the store when this resolves. */
async function pendingKey(store: KeyStore, invitationId: string): Promise<PendingKey> {
  const left = parseApiKey((await store.readPending())?.unwrap() ?? '');
  if (left?.id === invitationId) return { key: left, isLeft: true };
  const { key } = newApiKey(invitationId);
  const text = formatApiKey(key);
  await store.writePending(text);
  // A locked keychain of some platforms takes what it is given and shows nothing afterwards.
  if ((await store.readPending())?.unwrap() !== text.unwrap()) {
    const fields = { next: 'Unlock it, or keep the key in a file: --key-source file:PATH' };
    const message = `A key was put into ${store.place} but could not be read back; the invitation was not used.`;
    throw new RlmError('KEYCHAIN_LOCKED', message, { fields });
  }
  return { key, isLeft: false };
}
