import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Allowance, allowanceOf } from './allowed-files.ts';
import { holdsCredential } from './credential-marks.ts';
import { type Finding, offence, warning } from './finding.ts';
import { sourceMarks } from './source-marks.ts';

/**
 * Looks at one regular file: its name and size first, its content only if those allow it.
 *
 * @param path in the workspace, `/`-separated
 * @param absolute the same file on this machine
 */
export async function checkFile(path: string, absolute: string): Promise<readonly Finding[]> {
  const allowance = allowanceOf(path);
  if (allowance === null) return [offence(path, 'not-allowed')];
  try {
    // Not through a link that was put there since the folder was listed, and not waiting for a FIFO's writer.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const file = await open(absolute, flags);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return [offence(path, 'special')];
      if (stats.size > allowance.maxBytes) return [offence(path, 'too-large')];
      // One byte more than there may be: a file that grows meanwhile is not read without end.
      const { buffer, bytesRead } = await readWhole(file, allowance.maxBytes + 1, stats.size + 1);
      if (bytesRead > allowance.maxBytes) return [offence(path, 'too-large')];
      return checkContent(path, allowance, buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return [offence(path, 'unreadable')];
  }
}

type OpenFile = Awaited<ReturnType<typeof open>>;

async function readWhole(
  file: OpenFile,
  maxBytes: number,
  expectedBytes: number,
): Promise<{ readonly buffer: Buffer; readonly bytesRead: number }> {
  const buffer = Buffer.alloc(Math.min(maxBytes, expectedBytes));
  let bytesRead = 0;
  while (bytesRead < buffer.length) {
    const read = await file.read(buffer, bytesRead, buffer.length - bytesRead, bytesRead);
    if (read.bytesRead === 0) break;
    bytesRead += read.bytesRead;
  }
  return { buffer, bytesRead };
}

function checkContent(path: string, allowance: Allowance, bytes: Buffer): readonly Finding[] {
  // Also in a picture: its comments can hold a key.
  const hasCredential = holdsCredential(bytes.toString('latin1'));
  const credential = hasCredential ? [offence(path, 'holds-credential')] : [];
  switch (allowance.kind) {
    case 'document': {
      const head = bytes.subarray(0, 16).toString('hex');
      const isItsFormat = allowance.starts.some((start) => head.startsWith(start));
      return isItsFormat ? credential : [...credential, offence(path, 'not-its-format')];
    }
    case 'config':
      return isText(bytes) ? credential : [...credential, offence(path, 'not-text')];
    case 'text': {
      if (!isText(bytes)) return [...credential, offence(path, 'not-text')];
      const { looksLikeSource, hasLongFence } = sourceMarks(bytes.toString('utf8'));
      return [
        ...credential,
        ...(looksLikeSource ? [offence(path, 'holds-source')] : []),
        ...(hasLongFence ? [warning(path, 'holds-long-code')] : []),
      ];
    }
  }
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
