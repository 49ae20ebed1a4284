import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Checkpoint, checkpointMessage } from '../../../gateway/provenance/session-report.ts';
import { TOOLS } from '../../../gateway/tools/table.ts';
import { publicKeyFromRaw, verifyEd25519 } from '../../../shared/keys/ed25519.ts';
import { ANYONE, type Body, startPipeline, type TestPipeline } from '../../support/gateway-pipeline.ts';
import { brokenLinks } from '../../support/gateway-store.ts';

/** Each tool against docs/contract.md: fields, limits, and what an agent is told when it is wrong. */
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const lines = (count: number): string => Array.from({ length: count }, (_, n) => `line ${n + 1}\n`).join('');

/** Calls, and holds the answer to the tool's own output schema, to the letter. */
async function exactly({ call }: TestPipeline, name: string, args: object = {}): Promise<Body> {
  const tool = TOOLS.find((own) => own.name === name);
  const body = await call(name, args);
  z.strictObject({ success: z.literal(true), ...tool?.output }).parse(body);
  return body;
}

async function withFile(text: string): Promise<{
  room: TestPipeline;
  session_id: string;
  file_handle: string;
}> {
  const room = await startPipeline({ files: { 'a.txt': text } });
  const session_id = await room.session();
  return { room, session_id, file_handle: await room.handle(session_id, 'a.txt') };
}

describe('session.create', () => {
  test('gives a session with the defaults', async () => {
    const room = await startPipeline();
    const body = await exactly(room, 'rlm.session.create');
    expect(body).toEqual({
      success: true,
      session_id: expect.stringMatching(/^s_[A-Za-z0-9_-]{24}$/),
      config: {
        max_depth: 10,
        max_iterations: 30,
        max_tool_calls: 100,
        timeout_ms: 300_000,
        max_output_bytes: 10_485_760,
      },
      created_at: expect.any(Number),
      expires_at: Number(body['created_at']) + 86_400,
      repo: 'app',
      commit: null,
    });
    expect(Math.abs(Number(body['created_at']) - Date.now() / 1000)).toBeLessThan(60);
  });

  test('a client may ask for less, and for more only up to the caps', async () => {
    const { call } = await startPipeline();
    const config = { max_depth: 1, max_tool_calls: 10 ** 9, timeout_ms: 10 ** 12, max_output_bytes: 2 ** 40 };
    expect(await call('rlm.session.create', { config })).toMatchObject({
      config: {
        max_depth: 1,
        max_iterations: 30,
        max_tool_calls: 1_000,
        timeout_ms: 3_600_000,
        max_output_bytes: 10_485_760,
      },
    });
  });

  test('of several repositories one must be named, by the caller or its workspace', async () => {
    const { call } = await startPipeline({ alsoRepositories: ['lib', 'secret'] });
    const principal = { ...ANYONE, repos: new Set(['app', 'lib']) };
    const missing = await call('rlm.session.create', {}, { principal });
    expect(missing).toMatchObject({ error_code: 'MISSING_ARGUMENT' });
    expect(missing['error']).toContain('repo is missing: expected one of app, lib.');
    expect(await call('rlm.session.create', { repo: 'lib' }, { principal })).toMatchObject({ repo: 'lib' });
    expect(await call('rlm.session.create', {}, { principal, preferredRepo: 'lib' })).toMatchObject({
      repo: 'lib',
    });
    // What is closed to this key and what does not exist are one answer.
    const closed = await call('rlm.session.create', { repo: 'secret' }, { principal });
    expect(closed).toMatchObject({ error_code: 'SCOPE_DENIED' });
    expect(await call('rlm.session.create', { repo: 'nope' }, { principal })).toEqual(closed);
    const nobody = { principal: { ...ANYONE, repos: new Set<string>() } };
    expect(await call('rlm.session.create', {}, nobody)).toMatchObject({ error_code: 'SCOPE_DENIED' });
  });
});

describe('roots.set', () => {
  test('gives them normalised, each once, none inside another', async () => {
    const room = await startPipeline({ files: { 'src/a/b.ts': '', 'docs/x.md': '' } });
    const session_id = await room.session();
    const roots = ['./src//', 'src/a', 'docs', 'docs/../docs'];
    expect(await exactly(room, 'rlm.roots.set', { session_id, roots })).toEqual({
      success: true,
      roots: ['docs', 'src'],
    });
    expect(await room.call('rlm.fs.list', { session_id, root: '.' })).toMatchObject({ success: true });
  });

  test('a handle made before is worth nothing outside the roots of now', async () => {
    const room = await startPipeline({ files: { 'a/x.txt': 'one\n', 'b/y.txt': 'two\n' } });
    const session_id = await room.session();
    const file_handle = await room.handle(session_id, 'a/x.txt');
    await room.call('rlm.roots.set', { session_id, roots: ['b'] });
    expect(
      await room.call('rlm.span.read', { session_id, file_handle, start_line: 1, end_line: 1 }),
    ).toMatchObject({ error_code: 'PATH_OUTSIDE_ROOTS' });
  });

  test.each([
    [[], 'INVALID_ARGUMENT'],
    [['missing'], 'NOT_FOUND'],
    [['a.txt'], 'NOT_A_DIRECTORY'],
    [['/etc'], 'PATH_OUTSIDE_ROOTS'],
    [['..'], 'PATH_OUTSIDE_ROOTS'],
    [['.git'], 'PATH_RESTRICTED'],
    [Array(101).fill('.'), 'LIMIT_EXCEEDED'],
  ])('%j is refused', async (roots, error_code) => {
    const { call, session } = await startPipeline({ files: { 'a.txt': '' } });
    const session_id = await session();
    expect(await call('rlm.roots.set', { session_id, roots })).toMatchObject({ error_code });
  });
});

describe('fs.list and fs.manifest', () => {
  test('give entries with sizes and hashes', async () => {
    const room = await startPipeline({ files: { 'src/a.ts': 'one\n', 'b.txt': 'two\nthree' } });
    const session_id = await room.session();
    const list = await exactly(room, 'rlm.fs.list', { session_id, root: '.' });
    expect(list['entries']).toEqual([
      { type: 'file', path: 'b.txt', size: 9, hash: sha256('two\nthree').slice(0, 16) },
      { type: 'directory', path: 'src', item_count: 1 },
      { type: 'file', path: 'src/a.ts', size: 4, hash: sha256('one\n').slice(0, 16) },
    ]);
    const manifest = await exactly(room, 'rlm.fs.manifest', { session_id, root: '.' });
    expect(manifest).toEqual({
      success: true,
      files: [
        { path: 'b.txt', size: 9, hash: sha256('two\nthree').slice(0, 16), lines: 2 },
        { path: 'src/a.ts', size: 4, hash: sha256('one\n').slice(0, 16), lines: 1 },
      ],
      total_size: 13,
      truncated: false,
    });
  });

  test('a page that ends can be continued, also where the path is as long as a path can be', async () => {
    const deep = Array.from({ length: 14 }, (_, n) => `${n}`.padEnd(240, 'd')).join('/');
    const files = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`${deep}/${1_000 + n}`, '']));
    const room = await startPipeline({ files });
    const session_id = await room.session(undefined, [deep]);
    const first = await exactly(room, 'rlm.fs.list', { session_id, root: deep });
    expect((first['entries'] as unknown[]).length).toBeLessThanOrEqual(1_001);
    const cursor = first['next_cursor'];
    expect(cursor).toEqual(expect.any(String));
    const second = await exactly(room, 'rlm.fs.list', { session_id, root: deep, cursor });
    expect(JSON.stringify(second['entries'])).toContain(`${deep}/2000`);
  });
});

describe('fs.handle.create', () => {
  test('gives the file as it is', async () => {
    const room = await startPipeline({ files: { 'a.txt': 'one\ntwo\n' } });
    const session_id = await room.session();
    expect(await exactly(room, 'rlm.fs.handle.create', { session_id, file_path: './a.txt' })).toEqual({
      success: true,
      file_handle: expect.stringMatching(/^h_[A-Za-z0-9_-]{20}$/),
      file_path: 'a.txt',
      total_lines: 2,
      size: 8,
      sha256: sha256('one\ntwo\n'),
    });
  });

  test('refuses what is binary, no file, or closed', async () => {
    const { call, session } = await startPipeline({ files: { 'a.bin': 'a\0b', 'd/x': '', '.env': 'A=1' } });
    const session_id = await session();
    const codeOf = async (file_path: string): Promise<unknown> =>
      (await call('rlm.fs.handle.create', { session_id, file_path }))['error_code'];
    expect(await codeOf('a.bin')).toBe('BINARY_FILE');
    expect(await codeOf('d')).toBe('NOT_A_FILE');
    expect(await codeOf('.env')).toBe('PATH_RESTRICTED');
    expect(await codeOf('.env.nothing-there')).toBe('PATH_RESTRICTED');
  });
});

describe('span.read', () => {
  test('gives the lines, their hash and where they are from', async () => {
    const { room, session_id, file_handle } = await withFile('one\ntwo\nthree\n');
    const body = await exactly(room, 'rlm.span.read', {
      session_id,
      file_handle,
      start_line: 2,
      end_line: 3,
    });
    const hash = sha256('two\nthree\n');
    expect(body).toEqual({
      success: true,
      label: 'DATA',
      content: 'two\nthree\n',
      start_line: 2,
      end_line: 3,
      total_lines: 3,
      hash: hash.slice(0, 16),
      provenance: {
        file_path: 'a.txt',
        start_line: 2,
        end_line: 3,
        content_hash: hash.slice(0, 16),
        source_type: 'file',
        repo: 'app',
        commit: null,
        sha256: hash,
      },
      metadata: { line_count: 2, byte_count: 10, is_truncated: false },
      warning: null,
    });
    expect((await room.records()).at(-1)?.spans).toEqual([
      { file_path: 'a.txt', start_line: 2, end_line: 3, sha256: hash, source_type: 'file' },
    ]);
  });

  test('[TL8] 200 lines are a span, 201 are too many', async () => {
    const { room, session_id, file_handle } = await withFile(lines(300));
    const read = (start_line: number, end_line: number) =>
      room.call('rlm.span.read', { session_id, file_handle, start_line, end_line });
    expect(await read(1, 200)).toMatchObject({ metadata: { line_count: 200 } });
    expect(await read(101, 300)).toMatchObject({ metadata: { line_count: 200 } });
    expect(await read(1, 201)).toMatchObject({
      error_code: 'LIMIT_EXCEEDED',
      error: expect.stringMatching(/200.*201/),
    });
    // Also where the file is shorter than what was asked for.
    expect(await read(300, 500)).toMatchObject({ error_code: 'LIMIT_EXCEEDED' });
    expect(await read(300, 499)).toMatchObject({ end_line: 300 });
    expect(await read(1, Number.MAX_SAFE_INTEGER)).toMatchObject({ error_code: 'LIMIT_EXCEEDED' });
  });

  test('8,192 bytes are sent, what is over is cut at a character and said to be', async () => {
    const { room, session_id, file_handle } = await withFile(`${'é'.repeat(4_096)}\n${'é'.repeat(5_000)}\n`);
    const read = async (args: object): Promise<{ content: string; cut: unknown }> => {
      const body = await room.call('rlm.span.read', { session_id, file_handle, ...args });
      const { is_truncated: cut, byte_count } = body['metadata'] as Record<string, unknown>;
      const content = String(body['content']);
      expect(Buffer.byteLength(content)).toBe(byte_count);
      expect(sha256(content).slice(0, 16)).toBe(body['hash']);
      return { content, cut };
    };
    expect(await read({ start_line: 2, end_line: 2 })).toEqual({ content: 'é'.repeat(4_096), cut: true });
    expect(await read({ start_line: 2, end_line: 2, max_bytes: 7 })).toEqual({ content: 'ééé', cut: true });
    expect(await read({ start_line: 2, end_line: 2, max_bytes: 1 })).toEqual({ content: '', cut: true });
  });

  test('a file that has changed is not read by its old handle, whoever asks', async () => {
    const { room, session_id, file_handle } = await withFile('one\n');
    await room.write('a.txt', 'two\n');
    expect(
      await room.call('rlm.span.read', { session_id, file_handle, start_line: 1, end_line: 1 }),
    ).toMatchObject({
      error_code: 'STALE_HANDLE',
      old_hash: sha256('one\n'),
      new_hash: sha256('two\n'),
    });
  });
});

describe('chunks', () => {
  test('cover the file and are read like spans', async () => {
    const { room, session_id, file_handle } = await withFile(lines(250));
    const made = await exactly(room, 'rlm.chunk.create', { session_id, file_handle });
    expect(made).toMatchObject({
      total_chunks: 3,
      chunks: [
        { start_line: 1, end_line: 100 },
        { start_line: 91, end_line: 190 },
        { start_line: 181, end_line: 250 },
      ],
    });
    const [, chunk_id] = made['chunk_ids'] as string[];
    const got = await exactly(room, 'rlm.chunk.get', { session_id, chunk_id });
    expect(got).toMatchObject({
      chunk_id,
      file_path: 'a.txt',
      start_line: 91,
      end_line: 190,
      content: expect.stringMatching(/^line 91\n[\s\S]*line 190\n$/),
      provenance: { source_type: 'chunk' },
    });
    await room.write('a.txt', 'changed\n');
    expect(await room.call('rlm.chunk.get', { session_id, chunk_id })).toMatchObject({
      error_code: 'STALE_HANDLE',
    });
  });

  test('by definition, with their names', async () => {
    const room = await startPipeline({
      files: {
        'a.ts': 'export function one() {\n  return 1;\n}\n\nexport function two() {\n  return 2;\n}\n',
      },
    });
    const session_id = await room.session();
    const file_handle = await room.handle(session_id, 'a.ts');
    const made = await exactly(room, 'rlm.chunk.create', { session_id, file_handle, strategy: 'symbol' });
    expect(JSON.stringify(made['chunks'])).toMatch(/"symbol":"one".*"symbol":"two"/);
  });

  test.each([
    [{ chunk_size: 201 }, 'LIMIT_EXCEEDED', 'chunk_size'],
    [{ budget: 51 }, 'LIMIT_EXCEEDED', 'budget'],
    [{ overlap: 200 }, 'LIMIT_EXCEEDED', 'overlap'],
    [{ chunk_size: 10, overlap: 10 }, 'INVALID_ARGUMENT', 'overlap'],
    [{ chunk_size: 0 }, 'INVALID_ARGUMENT', 'chunk_size'],
    [{ strategy: 'magic' }, 'INVALID_ARGUMENT', 'strategy'],
  ])('%j is refused', async (args, error_code, named) => {
    const { room, session_id, file_handle } = await withFile(lines(3));
    expect(await room.call('rlm.chunk.create', { session_id, file_handle, ...args })).toMatchObject({
      error_code,
      error: expect.stringContaining(named),
    });
  });
});

describe('search.regex', () => {
  test('[TL10] gives the best first, k of them and never more than 10', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 15 }, (_, n) => [`f${n}.txt`, `needle ${n}\n${'x'.repeat(500)} needle\n`]),
    );
    const room = await startPipeline({ files });
    const session_id = await room.session();
    const search = async (args: object) => {
      const body = await exactly(room, 'rlm.search.regex', {
        session_id,
        pattern: 'needle',
        scope: '.',
        ...args,
      });
      return body['results'] as readonly Record<string, unknown>[];
    };
    for (const [k, wanted] of [
      [1, 1],
      [10, 10],
      [11, 10],
      [100_000, 10],
      [undefined, 10],
    ]) {
      const results = await search(k === undefined ? {} : { k });
      expect(results).toHaveLength(wanted ?? 0);
      const scores = results.map(({ relevance_score }) => Number(relevance_score));
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
    }
    for (const { snippet, snippet_hash } of await search({ pattern: 'x needle' })) {
      expect(String(snippet).length).toBeLessThanOrEqual(200);
      expect(snippet_hash).toBe(sha256(String(snippet)).slice(0, 16));
    }
    expect((await room.records()).at(-1)?.spans).toHaveLength(10);
  });

  test.each([
    [{ k: 0 }, 'INVALID_ARGUMENT', 'k'],
    [{ pattern: '' }, 'INVALID_ARGUMENT', 'pattern'],
    [{ pattern: 'a'.repeat(4_097) }, 'LIMIT_EXCEEDED', 'pattern'],
    [{ pattern: 'é'.repeat(3_000) }, 'LIMIT_EXCEEDED', 'pattern'],
    [{ pattern: '(' }, 'INVALID_ARGUMENT', 'pattern'],
    [{ include_patterns: Array(51).fill('*') }, 'LIMIT_EXCEEDED', 'include_patterns'],
    [{ scope: '../..' }, 'PATH_OUTSIDE_ROOTS', 'scope'],
  ])('%j is refused', async (args, error_code, named) => {
    const { call, session } = await startPipeline({ files: { 'a.txt': 'a' } });
    const session_id = await session();
    expect(await call('rlm.search.regex', { session_id, pattern: 'a', scope: '.', ...args })).toMatchObject({
      error_code,
      error: expect.stringContaining(named),
    });
  });
});

describe('provenance.report', () => {
  test('says what was read and spent, and its export proves itself', async () => {
    const { room, session_id, file_handle } = await withFile(lines(20));
    const read = { session_id, file_handle, start_line: 1, end_line: 10 };
    await room.call('rlm.span.read', read);
    await room.call('rlm.span.read', { ...read, start_line: 5, end_line: 12 });
    const body = await exactly(room, 'rlm.provenance.report', { session_id, export_json: true });
    const used = await room.used(session_id);
    expect(body).toMatchObject({
      label: 'DATA',
      provenance_graph: {
        session_id,
        tool_calls: used.calls,
        output_bytes: used.bytes,
        spans: [
          { file_path: 'a.txt', start_line: 1, end_line: 10, source_type: 'file' },
          { file_path: 'a.txt', start_line: 5, end_line: 12, source_type: 'file' },
        ],
        file_access_stats: { 'a.txt': { spans: 2, lines: 18 } },
      },
    });
    const { seq, hash, signed_at, signature } = body['checkpoint'] as Checkpoint;
    const key = publicKeyFromRaw(room.services.identity.publicKey);
    const message = checkpointMessage(seq, hash, signed_at);
    expect(key && verifyEd25519(key, message, Buffer.from(signature, 'base64'))).toBe(true);
    const { records } = JSON.parse(String(body['export_payload'])) as {
      records: { seq: number; prev_hash: string; hash: string; leaf: string }[];
    };
    for (const record of records) {
      const chained = Buffer.concat([
        Buffer.from('rlm-chain.v1\n'),
        Buffer.from(record.prev_hash, 'hex'),
        Buffer.from(record.leaf),
      ]);
      expect(createHash('sha256').update(chained).digest('hex')).toBe(record.hash);
    }
    expect(records.map((record) => JSON.parse(record.leaf).tool)).toEqual([
      'rlm.session.create',
      'rlm.roots.set',
      'rlm.fs.handle.create',
      'rlm.span.read',
      'rlm.span.read',
    ]);
    expect(
      brokenLinks(await room.store.db.selectFrom('records').selectAll().orderBy('seq').execute()),
    ).toEqual([]);
  });

  test('of a session that has read more than a message can carry, gives what it can and says so', async () => {
    const room = await startPipeline();
    const session_id = await room.session();
    const path = `packages/some-package/src/${'deep/'.repeat(8)}file-name.ts`;
    const spans = Array.from({ length: 10 }, (_, n) => ({
      filePath: path,
      startLine: n + 1,
      endLine: n + 1,
      sha256: 'a'.repeat(64),
      sourceType: 'file',
    }));
    // What searches leave behind: ten spans each.
    const leaf = Buffer.from(JSON.stringify({ v: 1, spans }));
    await Promise.all(
      Array.from({ length: 1_000 }, () =>
        room.store.append({ leaf, at: 1, keyId: 'k', sessionId: session_id, tool: 't', spans }),
      ),
    );
    const body = await exactly(room, 'rlm.provenance.report', { session_id, export_json: true });
    expect(body).toMatchObject({
      provenance_graph: { truncated: true, file_access_stats: { [path]: { spans: 10_000, lines: 10_000 } } },
    });
    expect(JSON.parse(String(body['export_payload']))).toMatchObject({ truncated: true });
    const message = { content: [{ type: 'text', text: JSON.stringify(body) }], structuredContent: body };
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(8 * 1024 * 1024);
  });

  test('does not export unless it is asked to', async () => {
    const room = await startPipeline();
    const session_id = await room.session();
    expect(Object.keys(await exactly(room, 'rlm.provenance.report', { session_id }))).toEqual([
      'success',
      'label',
      'provenance_graph',
      'checkpoint',
    ]);
  });
});

describe('[TL1] what an agent is told when it is wrong', () => {
  test.each<[string, Body, string, string]>([
    ['rlm.span.read', {}, 'MISSING_ARGUMENT', 'The argument session_id is missing: expected string.'],
    ['rlm.span.read', { session_id: null }, 'INVALID_ARGUMENT', 'session_id must be string, not null.'],
    ['rlm.span.read', { session_id: ['a'] }, 'INVALID_ARGUMENT', 'session_id must be string, not an array.'],
    [
      'rlm.fs.list',
      { session_id: 's', root: '.', depth: 65 },
      'LIMIT_EXCEEDED',
      'depth is over its limit: 65, at most 64.',
    ],
    [
      'rlm.fs.list',
      { session_id: 's', root: '.', depth: 0 },
      'INVALID_ARGUMENT',
      'depth is too small: 0, at least 1.',
    ],
    [
      'rlm.fs.list',
      { session_id: 's', root: '.', depth: 1.5 },
      'INVALID_ARGUMENT',
      'depth must be int, not a number.',
    ],
    [
      'rlm.fs.list',
      { session_id: 's', root: '.', depth: '2' },
      'INVALID_ARGUMENT',
      'depth must be number, not a string.',
    ],
    [
      'rlm.fs.list',
      { session_id: 's', root: '' },
      'INVALID_ARGUMENT',
      'root is too small: 0 characters, at least 1 characters.',
    ],
    [
      'rlm.fs.list',
      { session_id: 's', root: '.', patterns: [7] },
      'INVALID_ARGUMENT',
      'patterns.0 must be string, not a number.',
    ],
    [
      'rlm.fs.list',
      { session_id: 's', root: '.', path: 'x' },
      'INVALID_ARGUMENT',
      'There is no argument path.',
    ],
    [
      'rlm.session.create',
      { config: { max_calls: 1 } },
      'INVALID_ARGUMENT',
      'There is no argument max_calls in config.',
    ],
    [
      'rlm.session.close',
      { session_id: 'x'.repeat(65) },
      'LIMIT_EXCEEDED',
      'session_id is over its limit: 65 characters, at most 64 characters.',
    ],
    [
      'rlm.session.create',
      'text' as never,
      'INVALID_ARGUMENT',
      'The argument arguments must be object, not a string.',
    ],
    [
      'rlm.chunk.create',
      { session_id: 's', file_handle: 'h', strategy: 'x' },
      'INVALID_ARGUMENT',
      'strategy must be one of: line_based, symbol.',
    ],
  ])('%s %j', async (tool, args, error_code, sentence) => {
    const { call } = await startPipeline();
    const body = await call(tool, args);
    expect(body).toMatchObject({ success: false, error_code, tool });
    expect(body['error']).toContain(sentence);
  });

  test('a value is never repeated, since it might be anything', async () => {
    const { call } = await startPipeline();
    const CANARY = 'VALUE-CANARY';
    for (const args of [
      { session_id: { a: CANARY } },
      { session_id: CANARY.repeat(10) },
      { session_id: 's', file_handle: CANARY, start_line: CANARY, end_line: 1 },
      { session_id: 's', file_handle: CANARY, start_line: 1, end_line: 1, max_bytes: CANARY },
      CANARY,
      [CANARY],
    ]) {
      expect(JSON.stringify(await call('rlm.span.read', args))).not.toContain(CANARY);
    }
  });
});
