import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { RepositoryIndex } from '../../../gateway/repo/index/repository-index.ts';
import { ANYONE, startPipeline, type TestPipeline } from '../../support/gateway-pipeline.ts';
import { testFolder } from '../../support/gateway-store.ts';

const INDEX_THREAD_URL = new URL('../../support/gateway-index-thread.ts', import.meta.url);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const FILES = Object.fromEntries(
  Array.from({ length: 12 }, (_, n) => [
    `src/f${n}.ts`,
    `export function openSocket${n}(port: number) {\n  return connect(port, ${n});\n}\n`,
  ]),
);

/** Begins to index the pipeline's repository; its end is the repository's. */
async function withIndex(room: TestPipeline): Promise<RepositoryIndex> {
  const repository = room.services.repositories.get('app');
  repository?.startIndex({ folder: await testFolder(), threadUrl: INDEX_THREAD_URL });
  if (repository?.index === undefined) throw new Error('no index was started');
  return repository.index;
}

interface Answered {
  readonly results: readonly Readonly<Record<string, unknown>>[];
  readonly indexed: boolean;
}

async function ask(room: TestPipeline, session_id: string, args: object = {}): Promise<Answered> {
  const body = await room.call('rlm.search.query', {
    session_id,
    query: 'open a socket',
    scope: '.',
    ...args,
  });
  expect(Object.keys(body)).toEqual(['success', 'results', 'indexed']);
  return { results: body['results'] as Answered['results'], indexed: body['indexed'] === true };
}

describe('search.query', () => {
  test('[TL10] gives the best first, k of them and never more than 10, before the index and with it', async () => {
    const room = await startPipeline({ files: FILES });
    const session_id = await room.session();
    for (const indexed of [false, true]) {
      if (indexed) await (await withIndex(room)).ready();
      for (const [args, wanted] of [
        [{ k: 1 }, 1],
        [{ k: 10 }, 10],
        [{ k: 100_000 }, 10],
        [{}, 5],
      ] as const) {
        const answered = await ask(room, session_id, args);
        expect(answered.indexed).toBe(indexed);
        expect(answered.results).toHaveLength(wanted);
        const scores = answered.results.map(({ relevance_score }) => Number(relevance_score));
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        for (const score of scores) expect(score > 0 && score <= 1).toBe(true);
      }
    }
  });

  test('records what it showed, and charges the session', async () => {
    const room = await startPipeline({ files: FILES });
    const session_id = await room.session();
    const { results } = await ask(room, session_id, { query: 'openSocket7', k: 1 });
    const [hit] = results;
    expect(hit).toMatchObject({ file_path: 'src/f7.ts', start_line: 1, end_line: 3, symbol: 'openSocket7' });
    const snippet = String(hit?.['snippet']);
    expect(hit?.['snippet_hash']).toBe(sha256(snippet).slice(0, 16));
    const record = (await room.records()).at(-1);
    expect(record).toMatchObject({ tool: 'rlm.search.query', outcome: 'ok' });
    expect(record?.spans).toEqual([
      { file_path: 'src/f7.ts', start_line: 1, end_line: 3, sha256: sha256(snippet), source_type: 'file' },
    ]);
    // roots.set is charged too.
    expect((await room.used(session_id)).calls).toBe(2);
  });

  test('shows nothing outside the session’s roots, also where the index knows it', async () => {
    const room = await startPipeline({
      files: { ...FILES, 'private/a.ts': 'export function openSocketHidden() {\n  return 1;\n}\n' },
    });
    await (await withIndex(room)).ready();
    const all = await room.session();
    expect((await ask(room, all, { query: 'openSocketHidden' })).results[0]).toMatchObject({
      file_path: 'private/a.ts',
    });
    const narrow = await room.session(undefined, ['src']);
    const { results } = await ask(room, narrow, { query: 'openSocketHidden', k: 10 });
    expect(results.filter(({ file_path }) => !String(file_path).startsWith('src/'))).toEqual([]);
    expect(
      await room.call('rlm.search.query', { session_id: narrow, query: 'x', scope: 'private' }),
    ).toMatchObject({ error_code: 'PATH_OUTSIDE_ROOTS' });
  });

  test.each([
    [{ k: 0 }, 'INVALID_ARGUMENT', 'k'],
    [{ query: '' }, 'INVALID_ARGUMENT', 'query'],
    [{ query: 'a'.repeat(4_097) }, 'LIMIT_EXCEEDED', 'query'],
    [{ query: 'é'.repeat(3_000) }, 'LIMIT_EXCEEDED', 'query'],
    [{ query: 'word '.repeat(20_000) }, 'LIMIT_EXCEEDED', 'query'],
    [{ include_patterns: Array(51).fill('*') }, 'LIMIT_EXCEEDED', 'include_patterns'],
    [{ scope: '../..' }, 'PATH_OUTSIDE_ROOTS', 'scope'],
    [{ scope: '.env' }, 'PATH_RESTRICTED', '.env'],
  ])('%j is refused', async (args, error_code, named) => {
    const { call, session } = await startPipeline({ files: { 'a.txt': 'a' } });
    const session_id = await session();
    expect(await call('rlm.search.query', { session_id, query: 'a', scope: '.', ...args })).toMatchObject({
      error_code,
      error: expect.stringContaining(named),
    });
  });

  test('is a right of its own', async () => {
    const room = await startPipeline({ files: FILES });
    const session_id = await room.session();
    const principal = { ...ANYONE, tools: new Set(['rlm.search.regex']) };
    expect(
      await room.call('rlm.search.query', { session_id, query: 'a', scope: '.' }, { principal }),
    ).toMatchObject({ error_code: 'SCOPE_DENIED' });
  });

  test('ends when its client cancels', async () => {
    const room = await startPipeline({ files: FILES });
    await (await withIndex(room)).ready();
    const session_id = await room.session();
    const cancelling = new AbortController();
    const answering = room.call(
      'rlm.search.query',
      { session_id, query: 'open a socket', scope: '.' },
      { signal: cancelling.signal },
    );
    cancelling.abort();
    expect(await answering).toMatchObject({ success: false, error_code: 'CANCELLED' });
  });
});
