import { expect, test } from 'vitest';
import { ToolListing } from '../../gateway/mcp/tool-listing.ts';
import { TOOLS, ToolTable } from '../../gateway/tools/table.ts';

/** What agents, prompts and saved configurations of clients know by name: tools, arguments, defaults. */
const ANYONE = { keyId: '', name: '', isAdmin: false, tools: null, repos: null };
const table = new ToolTable(TOOLS);
const listed = new ToolListing(table, 'underscored').for(ANYONE);

/** `!` is required, `=` a default. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  rlm_session_create: ['config', 'repo'],
  rlm_session_close: ['session_id!'],
  rlm_roots_set: ['session_id!', 'roots!'],
  rlm_fs_list: ['session_id!', 'root!', 'depth=2', 'patterns', 'cursor'],
  rlm_fs_manifest: ['session_id!', 'root!', 'cursor'],
  rlm_fs_handle_create: ['session_id!', 'file_path!'],
  rlm_span_read: ['session_id!', 'file_handle!', 'start_line!', 'end_line!', 'max_bytes=8192'],
  rlm_chunk_create: [
    'session_id!',
    'file_handle!',
    'strategy="line_based"',
    'chunk_size=100',
    'overlap=10',
    'budget=10',
  ],
  rlm_chunk_get: ['session_id!', 'chunk_id!', 'max_bytes=8192'],
  rlm_search_query: ['session_id!', 'query!', 'scope!', 'k=5', 'include_patterns'],
  rlm_search_regex: ['session_id!', 'pattern!', 'scope!', 'k=10', 'include_patterns'],
  rlm_exec_run: ['session_id!', 'code!', 'timeout_ms=5000', 'memory_limit_mb=256', 'language="python"'],
  rlm_provenance_report: ['session_id!', 'export_json=false'],
};

const RESULTS: Readonly<Record<string, readonly string[]>> = {
  rlm_session_create: ['session_id', 'config', 'created_at', 'expires_at', 'repo', 'commit'],
  rlm_session_close: [],
  rlm_roots_set: ['roots'],
  rlm_fs_list: ['entries', 'next_cursor'],
  rlm_fs_manifest: ['files', 'total_size', 'truncated', 'next_cursor'],
  rlm_fs_handle_create: ['file_handle', 'file_path', 'total_lines', 'size', 'sha256'],
  rlm_span_read: [
    'label',
    'content',
    'start_line',
    'end_line',
    'total_lines',
    'hash',
    'provenance',
    'metadata',
    'warning',
  ],
  rlm_chunk_create: ['chunk_ids', 'total_chunks', 'chunks'],
  rlm_chunk_get: [
    'chunk_id',
    'file_path',
    'label',
    'content',
    'start_line',
    'end_line',
    'total_lines',
    'hash',
    'provenance',
    'metadata',
    'warning',
  ],
  rlm_search_query: ['results', 'indexed'],
  rlm_search_regex: ['results', 'truncated', 'engine_error'],
  rlm_exec_run: ['stdout', 'stderr', 'result', 'execution_time', 'artifacts', 'provenance', 'sandbox'],
  rlm_provenance_report: ['label', 'provenance_graph', 'export_payload', 'checkpoint'],
};

interface ObjectSchema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

const argumentsOf = ({ properties = {}, required = [] }: ObjectSchema): string[] =>
  Object.entries(properties).map(([name, { default: value }]) =>
    required.includes(name) ? `${name}!` : value === undefined ? name : `${name}=${JSON.stringify(value)}`,
  );

test('the names, in the order of work', () => {
  expect(listed.map(({ name }) => name)).toEqual(Object.keys(ARGUMENTS));
});

test('both forms of a name are callable, the list shows one', () => {
  for (const dotted of [
    'rlm.session.create',
    'rlm.session.close',
    'rlm.roots.set',
    'rlm.fs.list',
    'rlm.fs.manifest',
    'rlm.fs.handle.create',
    'rlm.span.read',
    'rlm.chunk.create',
    'rlm.chunk.get',
    'rlm.search.query',
    'rlm.search.regex',
    'rlm.exec.run',
    'rlm.provenance.report',
  ]) {
    expect(table.find(dotted)?.name).toBe(dotted);
    expect(table.find(dotted.replaceAll('.', '_'))?.name).toBe(dotted);
    expect(dotted.replaceAll('.', '_')).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  }
  const dottedList = new ToolListing(table, 'dotted').for(ANYONE);
  expect(dottedList.map(({ name }) => name.replaceAll('.', '_'))).toEqual(listed.map(({ name }) => name));
});

test.each(Object.entries(ARGUMENTS))('%s takes %j', (name, expected) => {
  const schema = listed.find((tool) => tool.name === name)?.inputSchema as ObjectSchema;
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  expect(argumentsOf(schema)).toEqual(expected);
});

test.each(Object.entries(RESULTS))('%s gives %j, or a failure', (name, expected) => {
  const schema = listed.find((tool) => tool.name === name)?.outputSchema as ObjectSchema;
  expect(schema.type).toBe('object');
  // Success and failure in one flat object, of which only `success` is always there.
  expect(argumentsOf(schema)).toEqual(['success!', ...expected, 'error', 'error_code', 'tool']);
});

test('the strategies of chunking', () => {
  const { inputSchema } = listed.find(({ name }) => name === 'rlm_chunk_create') ?? {};
  expect(inputSchema?.properties).toMatchObject({ strategy: { enum: ['line_based', 'symbol'] } });
});

test('the languages of programs', () => {
  const { inputSchema } = listed.find(({ name }) => name === 'rlm_exec_run') ?? {};
  expect(inputSchema?.properties).toMatchObject({ language: { enum: ['python', 'javascript'] } });
});

test('the budgets a client may ask for', () => {
  const { inputSchema } = listed.find(({ name }) => name === 'rlm_session_create') ?? {};
  const config = (inputSchema?.properties as Record<string, ObjectSchema> | undefined)?.['config'];
  expect(Object.keys(config?.properties ?? {})).toEqual([
    'max_depth',
    'max_iterations',
    'max_tool_calls',
    'timeout_ms',
    'max_output_bytes',
  ]);
});

test('what only reads says so', () => {
  const writers = listed.filter(({ annotations }) => annotations?.readOnlyHint !== true);
  expect(writers.map(({ name }) => name)).toEqual([
    'rlm_session_create',
    'rlm_session_close',
    'rlm_roots_set',
  ]);
  expect(listed.every(({ annotations }) => annotations?.openWorldHint === false)).toBe(true);
});

test('the whole list fits into what a model can be given', () => {
  expect(JSON.stringify(listed).length).toBeLessThanOrEqual(16_000);
  for (const { description } of listed) expect(description).toContain('Example: {');
});
