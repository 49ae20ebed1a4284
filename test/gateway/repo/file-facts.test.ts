import { createHash } from 'node:crypto';
import { appendFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Facts, FileFacts } from '../../../gateway/repo/file-facts.ts';
import { codeOf, type TempRepository, tempRepository } from './temp-repository.ts';

async function factsOf(repository: TempRepository, path: string, facts = repository.facts): Promise<Facts> {
  await using opened = await repository.guard.open(path, ['.'], 'file');
  return await facts.get(opened);
}

/** Lets the file's age be long past the window in which facts are not kept. */
function pretendLater(): void {
  const now = Date.now();
  vi.spyOn(Date, 'now').mockReturnValue(now + 60_000);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('FileFacts', () => {
  it.each([
    ['', 0, false],
    ['\n', 1, false],
    ['a', 1, false],
    ['a\n', 1, false],
    ['a\nb', 2, false],
    ['a\r\nb\r\n', 2, false],
    ['a\rb', 1, false],
    ['a\0b\n', 1, true],
    [`${'x'.repeat(8191)}\0`, 1, true],
    [`${'x'.repeat(8192)}\0`, 1, false],
  ])('%#: counts lines and tells binary files', async (content, totalLines, isBinary) => {
    const repository = await tempRepository({ a: content });
    expect(await factsOf(repository, 'a')).toMatchObject({
      sha256: createHash('sha256').update(content).digest('hex'),
      size: content.length,
      totalLines,
      isBinary,
    });
  });

  it('agrees with splitting the whole file, for any bytes across block borders', async () => {
    const repository = await tempRepository();
    const block = fc
      .uint8Array({ maxLength: 40 })
      .chain((bytes) =>
        fc
          .constantFrom(1, 1000, 30_000)
          .map((times) => Buffer.concat(Array.from({ length: times }, () => bytes))),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(block, { maxLength: 3 }), async (blocks) => {
        const content = Buffer.concat(blocks);
        await repository.write('any', content);
        const facts = await factsOf(repository, 'any');
        const newlines = content.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
        expect(facts.totalLines).toBe(newlines + (content.length > 0 && content.at(-1) !== 10 ? 1 : 0));
        expect(facts.sha256).toBe(createHash('sha256').update(content).digest('hex'));
      }),
      { numRuns: 25 },
    );
  });

  it('reads an unchanged file once', async () => {
    const repository = await tempRepository({ a: 'x\n' });
    pretendLater();
    const first = await factsOf(repository, 'a');
    expect(await factsOf(repository, 'a')).toBe(first);
    await using opened = await repository.guard.open('a', ['.'], 'file');
    expect(await repository.facts.peek(opened)).toBe(first);
  });

  it('keeps nothing of a file that was just written: a coarse clock would hide the next write', async () => {
    const repository = await tempRepository({ a: 'x\n' });
    await factsOf(repository, 'a');
    await using opened = await repository.guard.open('a', ['.'], 'file');
    expect(await repository.facts.peek(opened)).toBeUndefined();
  });

  it('sees a change of the same size with the old modification time put back', async () => {
    const repository = await tempRepository({ a: 'one\n' });
    pretendLater();
    const file = join(repository.path, 'a');
    const past = new Date(0);
    await utimes(file, past, past);
    const before = await factsOf(repository, 'a');
    await writeFile(file, 'two\n');
    await utimes(file, past, past);
    expect((await factsOf(repository, 'a')).sha256).not.toBe(before.sha256);
  });

  it('reads a file once for all who ask at the same time', async () => {
    const repository = await tempRepository({ a: 'x'.repeat(1_000_000) });
    const all = await Promise.all(Array.from({ length: 20 }, () => factsOf(repository, 'a')));
    expect(new Set(all).size).toBe(1);
  });

  it('reports nothing of a file that never stops changing', async () => {
    const repository = await tempRepository({ a: 'x' });
    await using opened = await repository.guard.open('a', ['.'], 'file');
    const stat = opened.handle.stat.bind(opened.handle);
    // Every look at the file finds it changed, as under a writer that never pauses.
    vi.spyOn(opened.handle, 'stat').mockImplementation(async () => {
      await appendFile(join(repository.path, 'a'), 'y');
      return (await stat({ bigint: true })) as never;
    });
    expect(await codeOf(new FileFacts().get(opened))).toBe('STALE_HANDLE');
  });

  it('keeps the index of a file with many lines small', async () => {
    const repository = await tempRepository({ many: '\n'.repeat(20_000_000) });
    const facts = await factsOf(repository, 'many');
    expect(facts.totalLines).toBe(20_000_000);
    expect(facts.lineIndex.points).toBeLessThanOrEqual(2048);
  });
});
