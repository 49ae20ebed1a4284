import { RlmError } from '../../shared/errors/rlm-error.ts';
import type { Facts } from './file-facts.ts';
import { stampOf } from './file-stamp.ts';
import type { OpenedPath } from './opened-path.ts';
import { changedWhileRead, fromSystem } from './path-error.ts';
import { MAX_WHOLE_FILE_BYTES } from './repo-limits.ts';

/**
 * A small file whole, for what can't work on a part of it (its outline). Never for an answer: those are spans.
 *
 * @throws `LIMIT_EXCEEDED` larger than MAX_WHOLE_FILE_BYTES
 * @throws `STALE_HANDLE` it changed since the facts, or while it was read
 */
export async function readText(opened: OpenedPath, facts: Facts): Promise<string> {
  if (facts.size > MAX_WHOLE_FILE_BYTES) {
    throw new RlmError(
      'LIMIT_EXCEEDED',
      `The file has ${facts.size} bytes; at most ${MAX_WHOLE_FILE_BYTES}.`,
    );
  }
  try {
    const buffer = Buffer.alloc(facts.size);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await opened.handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if ((await stampOf(opened.handle)).id !== facts.stamp) throw changedWhileRead(opened.path);
    return buffer.toString('utf8');
  } catch (error) {
    throw fromSystem(error, opened.path);
  }
}
