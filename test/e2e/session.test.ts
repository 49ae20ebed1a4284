import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bridgeLaunch } from '../support/e2e-bridge.ts';
import { CLIENT_KINDS, type ClientKind, connectClient, type E2eClient } from '../support/e2e-clients.ts';
import { type E2eGateway, startE2eGateway } from '../support/e2e-gateway.ts';
import { type E2eRepository, makeE2eRepository } from '../support/e2e-repository.ts';

const LINES = Array.from({ length: 300 }, (_, index) => `line ${index + 1} of the long file`);
const LONG = `${LINES.join('\n')}\n`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let repository: E2eRepository;
let gateway: E2eGateway;

beforeAll(async () => {
  repository = await makeE2eRepository({
    'src/long.txt': LONG,
    'src/deep/er/code.ts': 'export function findMe(): number {\n  return 42;\n}\n',
    'docs/readme.md': '# Read me\n',
    '.env': 'SECRET=1\n',
    'blob.bin': new Uint8Array([0, 1, 2, 3]),
  });
  gateway = await startE2eGateway({ repos: [`app=${repository.path}`], runsCode: true });
});

afterAll(async () => {
  await gateway?.remove();
  await repository?.remove();
});

const EXPECTED_VERSION: Record<ClientKind, string | undefined> = {
  'client 2.x, 2026 era': '2026-07-28',
  'client 2.x, 2025 era': '2025-11-25',
  'sdk 1.x': undefined,
};

describe.each(CLIENT_KINDS)('a whole session by %s', (kind) => {
  let client: E2eClient;
  beforeAll(async () => {
    client = await connectClient(kind, bridgeLaunch(gateway));
  });
  afterAll(() => client?.close());

  it('speaks its revision and lists the tools underscored, in order', async () => {
    expect(client.protocolVersion).toBe(EXPECTED_VERSION[kind]);
    const names = (await client.listTools()).map((tool) => tool.name);
    expect(names).toEqual([
      'rlm_session_create',
      'rlm_session_close',
      'rlm_roots_set',
      'rlm_fs_list',
      'rlm_fs_manifest',
      'rlm_fs_handle_create',
      'rlm_span_read',
      'rlm_chunk_create',
      'rlm_chunk_get',
      'rlm_search_query',
      'rlm_search_regex',
      'rlm_exec_run',
      'rlm_provenance_report',
    ]);
  });

  it('session, roots, list, manifest, handle, span, chunk, search, provenance, close', async () => {
    const created = await client.call('rlm_session_create');
    expect(created.body).toMatchObject({
      success: true,
      repo: 'app',
      commit: repository.commit,
      config: { max_depth: 10, max_iterations: 30, max_tool_calls: 100, timeout_ms: 300_000 },
    });
    expect(JSON.parse(created.text)).toEqual(created.body);
    const session_id: string = created.body['session_id'];
    const call = async (name: string, args: Record<string, unknown> = {}) => {
      const answer = await client.call(name, { session_id, ...args });
      expect(answer.isError, `${name}: ${answer.text}`).toBe(false);
      return answer.body;
    };

    expect(await call('rlm.roots.set', { roots: ['.'] })).toEqual({ success: true, roots: ['.'] });

    const listed = await call('rlm_fs_list', { root: '.', depth: 4 });
    const paths = listed['entries'].map((entry: { path: string }) => entry.path);
    expect(paths).toContain('src/deep/er/code.ts');
    expect(paths.filter((path: string) => /\.env|\.git(\/|$)/.test(path))).toEqual([]);

    const manifest = await call('rlm_fs_manifest', { root: 'src' });
    expect(manifest).toMatchObject({ truncated: false });
    expect(manifest['files'].find((file: { path: string }) => file.path === 'src/long.txt')).toEqual({
      path: 'src/long.txt',
      size: LONG.length,
      lines: 300,
      hash: sha256(LONG).slice(0, 16),
    });

    const handle = await call('rlm_fs_handle_create', { file_path: 'src/long.txt' });
    expect(handle).toMatchObject({ total_lines: 300, size: LONG.length, sha256: sha256(LONG) });

    const content = LINES.slice(9, 19).join('\n');
    const span = await call('rlm_span_read', {
      file_handle: handle['file_handle'],
      start_line: 10,
      end_line: 19,
    });
    expect([content, `${content}\n`]).toContain(span['content']);
    const spanHash = sha256(span['content']);
    expect(span).toMatchObject({
      label: 'DATA',
      start_line: 10,
      end_line: 19,
      total_lines: 300,
      hash: spanHash.slice(0, 16),
      provenance: {
        file_path: 'src/long.txt',
        start_line: 10,
        end_line: 19,
        content_hash: spanHash.slice(0, 16),
        source_type: 'file',
        repo: 'app',
        commit: repository.commit,
        sha256: spanHash,
      },
      metadata: { line_count: 10, byte_count: Buffer.byteLength(span['content']), is_truncated: false },
      warning: null,
    });

    const chunks = await call('rlm_chunk_create', { file_handle: handle['file_handle'] });
    expect(chunks).toMatchObject({ total_chunks: 4 });
    expect(chunks['chunks'].slice(0, 2)).toMatchObject([
      { start_line: 1, end_line: 100 },
      { start_line: 91, end_line: 190 },
    ]);
    const chunk = await call('rlm_chunk_get', { chunk_id: chunks['chunk_ids'][1] });
    expect(chunk).toMatchObject({ start_line: 91, end_line: 190, file_path: 'src/long.txt' });

    const found = await call('rlm_search_regex', { pattern: 'function \\w+Me', scope: '.' });
    expect(found['results'][0]).toMatchObject({
      file_path: 'src/deep/er/code.ts',
      start_line: 1,
      end_line: 1,
      snippet: 'export function findMe(): number {',
    });

    const report = await call('rlm_provenance_report', { export_json: true });
    const graph = report['provenance_graph'];
    expect(graph).toMatchObject({ session_id, tool_calls: 8 });
    expect(graph.spans.map((s: { file_path: string }) => s.file_path)).toEqual([
      'src/long.txt',
      'src/long.txt',
      'src/deep/er/code.ts',
    ]);
    verifyChain(JSON.parse(report['export_payload']).records);

    await call('rlm_session_close');
    await call('rlm_session_close');
    const afterwards = await client.call('rlm_fs_list', { session_id, root: '.' });
    expect(afterwards).toMatchObject({ isError: true, body: { error_code: 'SESSION_NOT_FOUND' } });
  });

  it('[EX9] a program runs next to the repository, in either language, and ends when its call is cancelled', async () => {
    const { body } = await client.call('rlm_session_create');
    const session_id: string = body['session_id'];
    await client.call('rlm_roots_set', { session_id, roots: ['.'] });
    const run = (code: string, more: Record<string, unknown> = {}, signal?: AbortSignal) =>
      client.call('rlm_exec_run', { session_id, code, ...more }, signal);
    const python = await run(
      'sum(read_span(p, 1, 1)["total_lines"] for p in list_files("src", ["*.ts", "*.txt"]))',
    );
    expect(python.body).toMatchObject({ success: true, result: 303, sandbox: { engine: 'monty' } });
    const javascript = await run('search("findMe").map((hit) => hit.file_path)', { language: 'javascript' });
    expect(javascript.body).toMatchObject({ success: true, result: ['src/deep/er/code.ts'] });
    const failed = await run('1 / 0');
    expect(failed).toMatchObject({ isError: true, body: { error_code: 'EXEC_ERROR', line: 1 } });

    const cancellation = new AbortController();
    const endless = run('while True: pass', {}, cancellation.signal);
    setTimeout(() => cancellation.abort(), 200);
    await expect(endless).rejects.toThrow();
    // The record tells that the program ended by that and not by its own time: it comes as soon as it has.
    const cancelled = async (): Promise<string[]> => {
      const report = await client.call('rlm_provenance_report', { session_id, export_json: true });
      const { records } = JSON.parse(report.body['export_payload']) as { records: { leaf: string }[] };
      return records
        .map(({ leaf }) => JSON.parse(leaf) as { tool: string; outcome: string })
        .filter(
          ({ tool, outcome }) => tool === 'rlm.exec.run' && outcome !== 'ok' && outcome !== 'EXEC_ERROR',
        )
        .map(({ outcome }) => outcome);
    };
    let outcomes = await cancelled();
    while (outcomes.length === 0) outcomes = await cancelled();
    expect(outcomes).toEqual(['CANCELLED']);
  });

  it('failures are answers of the contract', async () => {
    const { body } = await client.call('rlm_session_create', { config: { max_tool_calls: 6 } });
    const session_id: string = body['session_id'];
    const fails = async (name: string, args: Record<string, unknown>) => {
      const answer = await client.call(name, args);
      expect(answer.isError).toBe(true);
      expect(answer.body).toMatchObject({ success: false, error: expect.any(String) });
      return answer.body['error_code'];
    };
    expect(await fails('no.such.tool', {})).toBe('UNKNOWN_TOOL');
    expect(await fails('rlm_fs_list', { root: '.' })).toBe('MISSING_ARGUMENT');
    expect(await fails('rlm_fs_list', { session_id: 's_unknown', root: '.' })).toBe('SESSION_NOT_FOUND');
    expect(await fails('rlm_fs_list', { session_id, root: '.' })).toBe('NO_ROOTS');
    await client.call('rlm_roots_set', { session_id, roots: ['src'] });
    expect(await fails('rlm_fs_handle_create', { session_id, file_path: 'docs/readme.md' })).toBe(
      'PATH_OUTSIDE_ROOTS',
    );
    expect(await fails('rlm_fs_handle_create', { session_id, file_path: '../../etc/passwd' })).toBe(
      'PATH_OUTSIDE_ROOTS',
    );
    expect(await fails('rlm_fs_handle_create', { session_id, file_path: 'src/.env' })).toBe(
      'PATH_RESTRICTED',
    );
    expect(await fails('rlm_fs_handle_create', { session_id, file_path: 'src/none' })).toBe('NOT_FOUND');
    // The six calls are spent: arguments refused by the schema cost nothing, the others one each.
    expect(await fails('rlm_fs_list', { session_id, root: 'src' })).toBe('BUDGET_EXCEEDED');
  });
});

describe('across a restart of the gateway', () => {
  it('sessions, roots, handles, chunks and records survive; the bridge comes back by itself', async () => {
    const client = await connectClient('client 2.x, 2025 era', bridgeLaunch(gateway));
    try {
      const { body } = await client.call('rlm_session_create');
      const session_id: string = body['session_id'];
      await client.call('rlm_roots_set', { session_id, roots: ['.'] });
      const handle = await client.call('rlm_fs_handle_create', { session_id, file_path: 'src/long.txt' });
      await gateway.stop('SIGTERM');
      await gateway.start();
      const span = await client.call('rlm_span_read', {
        session_id,
        file_handle: handle.body['file_handle'],
        start_line: 1,
        end_line: 1,
      });
      expect(span.isError, span.text).toBe(false);
      const report = await client.call('rlm_provenance_report', { session_id });
      expect(report.body['provenance_graph']).toMatchObject({ tool_calls: 3 });
    } finally {
      await client.close();
    }
  });

  it('[TL9] a file that changed gives STALE_HANDLE with both hashes, never other content', async () => {
    const client = await connectClient('sdk 1.x', bridgeLaunch(gateway));
    try {
      await repository.write('src/changing.txt', 'before\n');
      const { body } = await client.call('rlm_session_create');
      const session_id: string = body['session_id'];
      await client.call('rlm_roots_set', { session_id, roots: ['.'] });
      const handle = await client.call('rlm_fs_handle_create', { session_id, file_path: 'src/changing.txt' });
      await repository.write('src/changing.txt', 'after!\n');
      const span = await client.call('rlm_span_read', {
        session_id,
        file_handle: handle.body['file_handle'],
        start_line: 1,
        end_line: 1,
      });
      expect(span.body).toMatchObject({
        error_code: 'STALE_HANDLE',
        old_hash: sha256('before\n'),
        new_hash: sha256('after!\n'),
      });
    } finally {
      await client.close();
    }
  });
});

/** Recomputes each record's hash as docs/contract.md says, without any of our code. */
function verifyChain(
  records: readonly { seq: number; prev_hash: string; hash: string; leaf: string }[],
): void {
  expect(records.length).toBeGreaterThan(5);
  for (const record of records) {
    const hash = createHash('sha256')
      .update('rlm-chain.v1\n')
      .update(Buffer.from(record.prev_hash, 'hex'))
      .update(record.leaf)
      .digest('hex');
    expect(record.hash).toBe(hash);
  }
  for (const [index, record] of records.entries()) {
    const before = records[index - 1];
    if (before !== undefined && before.seq === record.seq - 1) expect(record.prev_hash).toBe(before.hash);
  }
}
