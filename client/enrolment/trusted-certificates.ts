import { readFile, stat } from 'node:fs/promises';
import tls from 'node:tls';
import { RlmError } from '../../shared/errors/rlm-error.ts';

/** Bytes of a CA file: the whole of Mozilla's list has 250 kB. */
const MAX_CA_BYTES = 1_048_576;

/**
 * The certificates that are trusted: Node's own list, the system's, and those of `caFile`.
 *
 * @param caFile PEM, or undefined
 * @throws `SETTINGS_INVALID` the file can't be read or holds no certificate
 */
export async function trustedCertificates(caFile: string | undefined): Promise<readonly string[]> {
  const own = caFile === undefined ? [] : [await readCertificates(caFile)];
  // `getCACertificates` came with Node 22.15; before it, the system's store can't be asked for.
  const known =
    typeof tls.getCACertificates === 'function'
      ? [...tls.getCACertificates('default'), ...tls.getCACertificates('system')]
      : tls.rootCertificates;
  return [...new Set([...known, ...own])];
}

async function readCertificates(caFile: string): Promise<string> {
  try {
    const { size } = await stat(caFile);
    const text = size <= MAX_CA_BYTES ? await readFile(caFile, 'utf8') : '';
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (cause) {
    throw new RlmError('SETTINGS_INVALID', `The CA file ${caFile} could not be read.`, { cause });
  }
  throw new RlmError('SETTINGS_INVALID', `The CA file ${caFile} holds no PEM certificate.`);
}
