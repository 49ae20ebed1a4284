import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { RlmError } from '../errors/rlm-error.ts';
import { readBoundedFile } from './bounded-file.ts';

/** Bytes of a `--ca` file: room for a whole system bundle. */
const MAX_CA_FILE_BYTES = 4 * 1024 * 1024;

/** Where Linux distributions keep the system's authorities, for a Node without `tls.getCACertificates`. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Authorities for one try; `undefined` stands for the ones Node carries. */
export type Authorities = readonly string[] | undefined;

/**
 * Whom this machine trusts to certify a gateway's name: the file given with `--ca`, the authorities Node carries, and
 * the system's. All of them count, yet reading hundreds takes 70 ms, twice the rest of a bridge's start, and one is needed.
 * So they are tried in order of cost, the next only after a chain of the last was not trusted; the final set is
 * the whole, so the outcome is the same as with all at once.
 *
 * @throws `SETTINGS_INVALID` where the file cannot be read or holds no certificate
 */
export async function authoritiesToTry(
  caFile: string | undefined,
): Promise<readonly (() => Promise<Authorities>)[]> {
  if (caFile === undefined) {
    return [async () => undefined, async () => [...carried(), ...(await ofSystem())]];
  }
  const own = await readAuthorities(caFile);
  return [async () => own, async () => [...own, ...carried(), ...(await ofSystem())]];
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

async function readAuthorities(file: string): Promise<readonly string[]> {
  const read = await readBoundedFile(file, MAX_CA_FILE_BYTES);
  const found = read.kind === 'read' ? (read.text.match(CERTIFICATE) ?? []) : [];
  if (found.length > 0) return found;
  const why = read.kind === 'read' ? 'holds no certificate in PEM form' : `cannot be read (${read.kind})`;
  throw new RlmError('SETTINGS_INVALID', `The CA file ${file} ${why}.`);
}

// `getCACertificates` came with Node 22.15; the bundle also runs on 20.
const carried = (): readonly string[] => tls.getCACertificates?.('default') ?? tls.rootCertificates;

async function ofSystem(): Promise<readonly string[]> {
  if (typeof tls.getCACertificates === 'function') return tls.getCACertificates('system');
  for (const file of SYSTEM_BUNDLES) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = text.match(CERTIFICATE);
    if (found !== null) return found;
  }
  return [];
}
