import type { Readable } from 'node:stream';
import { MAX_MESSAGE_FROM_GATEWAY_BYTES } from '../../shared/limits.ts';

/** The first line of a child's output, or `null` where it ends, breaks or grows too long before one is whole. */
export class FirstLine {
  readonly text: Promise<string | null>;

  constructor(stream: Readable) {
    this.text = new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let byteCount = 0;
      stream.on('data', (chunk: Buffer) => {
        const end = chunk.indexOf('\n');
        chunks.push(end === -1 ? chunk : chunk.subarray(0, end));
        byteCount += chunk.length;
        // What follows the first line is still read, so that the child is never blocked, but no longer kept.
        if (end !== -1 || byteCount > MAX_MESSAGE_FROM_GATEWAY_BYTES) {
          stream.removeAllListeners('data').resume();
          resolve(end === -1 ? null : Buffer.concat(chunks).toString('utf8'));
        }
      });
      stream.once('close', () => resolve(null)).once('error', () => resolve(null));
    });
  }
}
