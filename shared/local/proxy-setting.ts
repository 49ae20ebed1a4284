import { isIP } from 'node:net';
import { RlmError } from '../errors/rlm-error.ts';

/** A forward proxy that is asked for a tunnel by CONNECT. */
export interface ProxyAddress {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** `Basic …`, where the address carries a user name. */
  readonly authorization: string | undefined;
}

/**
 * @param where what the text came from, for the message; the text itself may hold a password
 * @throws `SETTINGS_INVALID`
 */
export function parseProxy(text: string, where: string): ProxyAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new RlmError(
      'SETTINGS_INVALID',
      `The proxy in ${where} is not an address of the form http://host:port.`,
    );
  }
  const isTls = url.protocol === 'https:';
  const user = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    isTls,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    authorization: user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
  };
}

/** A stray percent sign is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether a host is reached directly in spite of a proxy. As `curl` reads `NO_PROXY`: names separated by commas or
 * spaces, each covering itself and everything below it, a leading dot or `*.` allowed, `*` for all, `:port` to
 * narrow. Loopback is always direct: a proxy elsewhere would reach another machine.
 */
export function isDirect(hostname: string, port: number, noProxy: string | undefined): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) return true;
  return (noProxy ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry === '*' || covers(entry, host, port));
}

function covers(entry: string, host: string, port: number): boolean {
  const match =
    /^(?:\*?\.)?(\[[0-9a-f:.]+\]|[^:]+|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*?)(?::([0-9]{1,5}))?$/.exec(entry);
  const name = match?.[1]?.replace(/^\[|\]$/g, '');
  if (name === undefined || (match?.[2] !== undefined && Number(match[2]) !== port)) return false;
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
}
