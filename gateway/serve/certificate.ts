import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { RlmError } from '../../shared/errors/rlm-error.ts';

const POLL_INTERVAL_MS = 2_000;

/** A TLS certificate with its key, and the names it is for. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Host names and addresses of its subjectAltName, lower case. */
  readonly hosts: readonly string[];
  /** Unix milliseconds. */
  readonly expiresAt: number;
  readonly digest: string;
}

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** @throws `SETTINGS_INVALID` where the files are missing, do not parse, or do not belong together */
export async function loadCertificate({ certFile, keyFile }: CertificateFiles): Promise<Certificate> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    createSecureContext({ cert, key });
    const leaf = new X509Certificate(cert);
    return {
      cert,
      key,
      hosts: hostsOf(leaf),
      expiresAt: new Date(leaf.validTo).getTime(),
      digest: createHash('sha256').update(cert).update(key).digest('hex'),
    };
  } catch (cause) {
    throw new RlmError('SETTINGS_INVALID', `The TLS certificate ${certFile} with its key cannot be used.`, {
      cause,
    });
  }
}

/** Calls back with a certificate that has been renewed; one that cannot be used yet is tried again. */
export function watchCertificate(
  files: CertificateFiles,
  first: Certificate,
  onRenewed: (certificate: Certificate) => void,
): { stop(): void } {
  let current = first.digest;
  const timer = setInterval(async () => {
    try {
      const certificate = await loadCertificate(files);
      if (certificate.digest === current) return;
      current = certificate.digest;
      onRenewed(certificate);
    } catch {
      // Half-written files during a renewal: the old certificate serves until the next look.
    }
  }, POLL_INTERVAL_MS);
  return { stop: () => clearInterval(timer) };
}

function hostsOf(leaf: X509Certificate): readonly string[] {
  return (leaf.subjectAltName ?? '')
    .split(/,\s*/)
    .map((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1]?.toLowerCase())
    .filter((host) => host !== undefined)
    .map((host) => (host.includes(':') ? `[${canonicalIpv6(host)}]` : host));
}

/** As a URL writes it: Node prints `0:0:0:0:0:0:0:1`, a `Host` header says `::1`. */
const canonicalIpv6 = (address: string): string => new URL(`https://[${address}]`).hostname.slice(1, -1);

/** The `Host` values that name this gateway: each name of the certificate, with the port where it is not 443. */
export const authoritiesOf = (hosts: readonly string[], port: number): readonly string[] =>
  hosts.filter((host) => !host.startsWith('*')).map((host) => (port === 443 ? host : `${host}:${port}`));
