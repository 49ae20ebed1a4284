/**
 * A guest's end of its channel. Everything blocks: while a guest waits it has nothing else to do, and a program inside
 * that called a function of the gateway's must not go on before it is answered.
 */
import { readSync, writeSync } from 'node:fs';
import {
  CHANNEL_FD,
  encodeFrame,
  encodeText,
  type FromGuest,
  HEADER_BYTES,
  type ToGuest,
} from './guest-frames.ts';

export class BlockingChannel {
  send(message: FromGuest): void {
    this.#write(encodeFrame(message));
  }

  /** A message that is JSON already. */
  sendText(json: string): void {
    this.#write(encodeText(json));
  }

  /** Waits for the gateway. @throws where it has gone */
  receive(): ToGuest {
    const size = this.#read(HEADER_BYTES).readUInt32LE(0);
    // The gateway is the one party a guest trusts: it writes these frames itself.
    return JSON.parse(this.#read(size).toString('utf8')) as ToGuest;
  }

  #read(size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) {
      const count = readSync(CHANNEL_FD, bytes, at, size - at, null);
      if (count === 0) throw new Error('the gateway has gone');
      at += count;
    }
    return bytes;
  }

  #write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(CHANNEL_FD, bytes, at);
  }
}
