import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineWriter } from '../../../bridge/stdio/line-writer.ts';
import { MAX_WAITING_BYTES } from '../../../shared/limits.ts';

describe('writing to the IDE', () => {
  it('never lets one message pass as two: a raw line break becomes a space', async () => {
    const stream = new PassThrough();
    const writer = new LineWriter(stream, () => undefined);
    writer.write(Buffer.from('{"jsonrpc":"2.0",\r\n"id":1,\n"result":{}}'));
    writer.write('{"id":2}');
    await writer.flushed();
    expect(String(stream.read())).toBe('{"jsonrpc":"2.0",  "id":1, "result":{}}\n{"id":2}\n');
  });

  it('says when too much waits, and when it is gone', async () => {
    const stream = new PassThrough();
    let isDrained = false;
    const writer = new LineWriter(stream, () => {
      isDrained = true;
    });
    expect(writer.isFull).toBe(false);
    writer.write(Buffer.alloc(MAX_WAITING_BYTES + 1, 0x20));
    expect(writer.isFull).toBe(true);
    stream.resume();
    await once(stream, 'drain');
    expect([isDrained, writer.isFull]).toEqual([true, false]);
  });

  it('resolves its flush though the reader is gone', async () => {
    const stream = new PassThrough();
    const writer = new LineWriter(stream, () => undefined);
    writer.write(Buffer.alloc(100_000, 0x20));
    const flushed = writer.flushed();
    stream.on('error', () => undefined);
    stream.destroy(new Error('EPIPE'));
    await flushed;
    writer.write('{}');
  });
});
