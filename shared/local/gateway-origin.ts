import { RlmError } from '../errors/rlm-error.ts';

/**
 * A gateway's origin, `https://host[:port]`: how settings, the keychain and the pin name a gateway. `wss` is
 * taken for `https`; the default port is left out; the host is lower case.
 *
 * Credentials, a path or a query are refused rather than dropped: a key in an address ends up in an IDE's
 * configuration, in process lists and in logs. The refused text is not repeated for the same reason.
 *
 * @param where what the text came from, for the message: `--gateway`, a file and field
 * @throws `SETTINGS_INVALID`
 */
export function parseGatewayOrigin(text: string, where: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === '')
    throw invalid(where, 'is not an address of the form https://host[:port]');
  if (url.protocol !== 'https:' && url.protocol !== 'wss:') {
    throw invalid(where, 'must begin with https:// (plain http would show the code to the network)');
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid(where, 'must not carry a user name, password or key; the key belongs in the keychain');
  }
  if ((url.pathname !== '' && url.pathname !== '/') || /[?#]/.test(text)) {
    throw invalid(where, 'must be an origin alone: no path, no query; a key in it would end up in logs');
  }
  url.protocol = 'https:';
  return `https://${url.host}`.replace(/:443$/, '');
}

const invalid = (where: string, what: string): RlmError =>
  new RlmError('SETTINGS_INVALID', `The gateway address in ${where} ${what}.`);

/** Whether the text already is what {@link parseGatewayOrigin} makes of it. */
export function isGatewayOrigin(text: string): boolean {
  try {
    return parseGatewayOrigin(text, 'settings') === text;
  } catch {
    return false;
  }
}
