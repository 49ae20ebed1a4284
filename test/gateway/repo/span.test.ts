import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpan, type Span } from '../../../gateway/repo/span.ts';
import { codeOf, type TempRepository, tempRepository } from './temp-repository.ts';

async function spanOf(
  repository: TempRepository,
  startLine: number,
  endLine: number,
  maxBytes = 8192,
  path = 'a',
): Promise<Span> {
  await using opened = await repository.guard.open(path, ['.'], 'file');
  return await readSpan(opened, await repository.facts.get(opened), startLine, endLine, maxBytes);
}

describe('readSpan', () => {
  it('gives lines as they are, with their ends', async () => {
    const repository = await tempRepository({ a: 'one\r\ntwo\nthree' });
    expect(await spanOf(repository, 1, 2)).toEqual({
      content: 'one\r\ntwo\n',
      startLine: 1,
      endLine: 2,
      lineCount: 2,
      byteCount: 9,
      isTruncated: false,
      sha256: createHash('sha256').update('one\r\ntwo\n').digest('hex'),
    });
    expect(await spanOf(repository, 3, 99)).toMatchObject({ content: 'three', endLine: 3, lineCount: 1 });
  });

  it('gives an empty file as an empty first line', async () => {
    const repository = await tempRepository({ a: '' });
    expect(await spanOf(repository, 1, 5)).toMatchObject({
      content: '',
      startLine: 1,
      endLine: 1,
      lineCount: 0,
    });
    expect(await codeOf(spanOf(repository, 2, 5))).toBe('INVALID_ARGUMENT');
  });

  it('says how many lines there are when the start is past them', async () => {
    const repository = await tempRepository({ a: 'x\ny\n' });
    await expect(spanOf(repository, 3, 3)).rejects.toThrow('2 lines');
  });

  it.each([
    [0, 1, 10],
    [-1, 1, 10],
    [2, 1, 10],
    [1.5, 2, 10],
    [1, Number.NaN, 10],
    [1, 1, 0],
    [1, Number.POSITIVE_INFINITY, 10],
  ])('refuses lines %d to %d in %d bytes', async (start, end, bytes) => {
    const repository = await tempRepository({ a: 'x\ny\nz\n' });
    expect(await codeOf(spanOf(repository, start, end, bytes))).toBe('INVALID_ARGUMENT');
  });

  it('cuts between characters', async () => {
    const repository = await tempRepository({ a: 'aé😀\nb\n' });
    expect(await spanOf(repository, 1, 2, 6)).toMatchObject({
      content: 'aé',
      byteCount: 3,
      isTruncated: true,
    });
    expect(await spanOf(repository, 1, 2, 7)).toMatchObject({ content: 'aé😀', lineCount: 1, endLine: 1 });
    expect(await spanOf(repository, 1, 2, 8)).toMatchObject({
      content: 'aé😀\n',
      endLine: 1,
      isTruncated: true,
    });
    expect(await spanOf(repository, 1, 2, 10)).toMatchObject({ endLine: 2, isTruncated: false });
    expect(await spanOf(repository, 1, 2, 10_000)).toMatchObject({ isTruncated: false });
  });

  it('keeps a byte order mark and replaces what is not UTF-8, within the limit', async () => {
    const repository = await tempRepository({ a: Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0xfe, 0x0a]) });
    expect((await spanOf(repository, 1, 1)).content).toBe('\ufeffa\ufffd\ufffd\n');
    expect((await spanOf(repository, 1, 1, 8)).content).toBe('\ufeffa\ufffd');
  });

  it('for any bytes: bounded, whole characters, and spans put together are the file', async () => {
    const repository = await tempRepository();
    const piece = fc.oneof(
      fc.constantFrom('\n', '\r\n', '\r', '\ufeff', 'é', '😀', 'abc', '\u2028').map((s) => Buffer.from(s)),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        async (pieces, maxBytes) => {
          const content = Buffer.concat(pieces);
          await repository.write('a', content);
          await using opened = await repository.guard.open('a', ['.'], 'file');
          const facts = await repository.facts.get(opened);
          const lines: string[] = [];
          for (let line = 1; line <= facts.totalLines; line += 1) {
            const whole = await readSpan(opened, facts, line, line, 8192);
            lines.push(whole.content);
            const cut = await readSpan(opened, facts, line, facts.totalLines, maxBytes);
            const rest = await readSpan(opened, facts, line, facts.totalLines, 8192);
            expect(cut.byteCount).toBeLessThanOrEqual(maxBytes);
            expect(cut.byteCount).toBe(Buffer.byteLength(cut.content));
            expect(rest.content.startsWith(cut.content)).toBe(true);
            expect(cut.isTruncated).toBe(cut.content !== rest.content);
            expect(cut.content.isWellFormed()).toBe(true);
            expect(cut.sha256).toBe(createHash('sha256').update(cut.content).digest('hex'));
            expect(rest.endLine).toBe(facts.totalLines);
          }
          expect(lines.join('')).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(content));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('reads the end of a huge file, and the start of a huge line, in little memory', async () => {
    const repository = await tempRepository();
    const file = await open(join(repository.path, 'a'), 'w');
    // Sparse: a first line of half a gigabyte, then ordinary ones.
    await file.write('start', 0);
    await file.write(`\n${'line\n'.repeat(1000)}last`, 512 * 1024 * 1024);
    await file.close();
    const before = process.memoryUsage.rss();
    expect(await spanOf(repository, 1002, 1002)).toMatchObject({ content: 'last' });
    expect(await spanOf(repository, 1, 1, 5)).toMatchObject({
      content: 'start',
      isTruncated: true,
      endLine: 1,
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('refuses a file that changed since its facts', async () => {
    const repository = await tempRepository({ a: 'one\n' });
    await using opened = await repository.guard.open('a', ['.'], 'file');
    const facts = await repository.facts.get(opened);
    await writeFile(join(repository.path, 'a'), 'two\n');
    expect(await codeOf(readSpan(opened, facts, 1, 1, 100))).toBe('STALE_HANDLE');
  });

  it('never mixes two states of a file that is rewritten while it is read', async () => {
    const repository = await tempRepository({ a: 'start\n' });
    const lines = 60;
    const writer = new Worker(
      `const { openSync, writeSync } = require('node:fs');
       const { workerData, parentPort } = require('node:worker_threads');
       const fd = openSync(workerData.file, 'r+');
       const pause = new Int32Array(new SharedArrayBuffer(4));
       for (let n = 0; ; n += 1) {
         const line = String(n).padStart(100, '0') + '\\n';
         for (let i = 0; i < workerData.lines; i += 1) writeSync(fd, line, i * line.length);
         Atomics.wait(pause, 0, 0, n % 7 * 10);
         if (n === 0) parentPort.postMessage('started');
       }`,
      { eval: true, workerData: { file: join(repository.path, 'a'), lines } },
    );
    try {
      await new Promise((resolve) => writer.once('message', resolve));
      let read = 0;
      for (let attempt = 0; attempt < 60; attempt += 1) {
        const content = await spanOf(repository, 1, lines).then(
          (span) => span.content,
          () => undefined,
        );
        if (content === undefined) continue;
        read += 1;
        expect(new Set(content.trimEnd().split('\n')).size).toBe(1);
      }
      expect(read).toBeGreaterThan(0);
    } finally {
      await writer.terminate();
    }
  });
});
