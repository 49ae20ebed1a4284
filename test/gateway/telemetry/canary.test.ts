import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatApiKey, newApiKey } from '../../../shared/keys/api-key.ts';
import { postEnrolment } from '../../support/gateway-enrolment.ts';
import { openPeer, type Peer, type ToolBody, tryUpgrade } from '../../support/gateway-peer.ts';
import { initGateway, serveGateway } from '../../support/gateway-process.ts';
import { testFolder } from '../../support/gateway-store.ts';

/**
 * Marks of their own for everything that must not be seen, planted wherever a caller or a repository can put text;
 * then every tool is driven, well and badly, and the marks are looked for wherever a gateway leaves anything.
 */
const mark = (what: string): string => `CANARY${what}x9q`;
const MARKS = {
  content: mark('content'),
  path: mark('path'),
  glob: mark('glob'),
  pattern: mark('pattern'),
  session: mark('session'),
  handle: mark('handle'),
  tool: mark('tool'),
  value: mark('value'),
  argument: mark('argument'),
  agent: mark('agent'),
  keyId: mark('keyid'),
  staticKey: mark('statickey'),
} as const;
type Mark = keyof typeof MARKS;

const marksIn = (text: string | Buffer): Mark[] =>
  (Object.keys(MARKS) as Mark[]).filter((name) => text.includes(MARKS[name]));

/** What a child of the gateway shows to every user of the host. */
interface SeenChild {
  readonly argv: string;
  readonly environment: string;
}

/** Between fork and exec a child still looks like the gateway itself, to the gateway's own user. */
const isEngine = ({ argv }: SeenChild): boolean => /^[^\0]*\/rg\0/.test(argv);

/** Children of a process, as `/proc` has them now. */
function childrenOf(pid: number): SeenChild[] {
  const seen: SeenChild[] = [];
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean);
      for (const child of children) {
        const argv = readFileSync(`/proc/${child}/cmdline`, 'utf8');
        const environment = readFileSync(`/proc/${child}/environ`, 'utf8');
        // The same before and after: it neither became another program nor ended while it was looked at.
        const isSame = readFileSync(`/proc/${child}/cmdline`, 'utf8') === argv;
        if (isSame) seen.push({ argv, environment });
      }
    } catch {
      // Gone between two looks.
    }
  }
  return seen;
}

/** Every tool, well and badly. @returns the answers that were failures */
async function driveEverything(peer: Peer): Promise<readonly ToolBody[]> {
  const failures: ToolBody[] = [];
  const call = async (tool: string, args: unknown): Promise<ToolBody> => {
    const body = await peer.call(tool, args);
    if (body['success'] !== true) failures.push(body);
    return body;
  };
  const well = async (tool: string, args: unknown): Promise<ToolBody> => {
    const body = await call(tool, args);
    expect(body).toMatchObject({ success: true });
    return body;
  };
  const { session_id } = await well('rlm_session_create', {});
  const file = `${MARKS.path}.ts`;
  await well('rlm_roots_set', { session_id, roots: ['.'] });
  await well('rlm_fs_list', { session_id, root: '.', patterns: ['*.ts', `${MARKS.glob}*`] });
  await well('rlm_fs_manifest', { session_id, root: '.' });
  const { file_handle } = await well('rlm_fs_handle_create', { session_id, file_path: file });
  const span = { session_id, file_handle, start_line: 1, end_line: 2 };
  expect((await well('rlm_span_read', span))['content']).toContain(MARKS.content);
  const { chunk_ids } = await well('rlm_chunk_create', { session_id, file_handle, strategy: 'symbol' });
  await well('rlm_chunk_get', { session_id, chunk_id: (chunk_ids as string[])[0] });
  await well('rlm_search_regex', { session_id, pattern: `${MARKS.pattern}|${MARKS.content}`, scope: '.' });
  await well('rlm_search_query', { session_id, query: `${MARKS.pattern} ${MARKS.content}`, scope: '.' });
  await well('rlm_provenance_report', { session_id, export_json: true });

  const missing = `${MARKS.path}/nothing`;
  for (const [tool, args] of [
    [`rlm_${MARKS.tool}`, { [MARKS.argument]: MARKS.value }],
    ['rlm_session_create', { repo: MARKS.value }],
    ['rlm_session_create', { config: { max_depth: MARKS.value } }],
    ['rlm_session_close', { session_id: MARKS.session }],
    ['rlm_session_close', { session_id: `s_${MARKS.session}` }],
    ['rlm_roots_set', { session_id, roots: [missing, MARKS.path] }],
    ['rlm_roots_set', { session_id, roots: MARKS.value }],
    ['rlm_fs_list', { session_id: MARKS.session, root: '.' }],
    ['rlm_fs_list', { session_id, root: missing }],
    ['rlm_fs_list', { session_id, root: '.', depth: MARKS.value }],
    ['rlm_fs_list', { session_id, root: '.', cursor: MARKS.value }],
    ['rlm_fs_manifest', { session_id, root: `/${MARKS.path}` }],
    ['rlm_fs_manifest', { session_id, root: '.', cursor: MARKS.value }],
    ['rlm_fs_handle_create', { session_id, file_path: `${MARKS.path}.bin` }],
    ['rlm_fs_handle_create', { session_id, file_path: `.git/${MARKS.path}` }],
    ['rlm_span_read', { ...span, file_handle: MARKS.handle }],
    ['rlm_span_read', { ...span, start_line: 99_999, end_line: 99_999 }],
    ['rlm_span_read', { ...span, end_line: MARKS.value }],
    ['rlm_chunk_create', { session_id, file_handle: MARKS.handle }],
    ['rlm_chunk_create', { session_id, file_handle, strategy: MARKS.value }],
    ['rlm_chunk_get', { session_id, chunk_id: MARKS.handle }],
    ['rlm_search_regex', { session_id, pattern: `(${MARKS.pattern}`, scope: '.' }],
    ['rlm_search_regex', { session_id, pattern: `${MARKS.pattern}\\p{Nope}`, scope: '.' }],
    ['rlm_provenance_report', { session_id, export_json: MARKS.value }],
  ] as const) {
    expect(await call(tool, args)).toMatchObject({ success: false });
  }
  peer.ws.send(`{"${MARKS.value}`);
  await peer.request(MARKS.value, { [MARKS.argument]: MARKS.value });
  await peer.request('tools/call', { name: { [MARKS.argument]: MARKS.value } });
  await well('rlm_session_close', { session_id });
  return failures;
}

test('what must not be seen is in no log, no error, no argument list, no environment and no file', async () => {
  const [repository, home] = [await testFolder(), await testFolder()];
  await mkdir(join(repository, '.git'));
  await mkdir(join(repository, MARKS.path));
  const source = `export function f() {\n  return '${MARKS.content}';\n}\n`;
  await writeFile(join(repository, `${MARKS.path}.ts`), source);
  await writeFile(join(repository, `${MARKS.path}.bin`), `\0${MARKS.content}`);
  // Long enough to be searched while somebody looks at the process list.
  await writeFile(join(repository, 'long.txt'), `${'a'.repeat(60_000)}\n`.repeat(150));
  const made = await initGateway();
  const gateway = await serveGateway(made, ['--repo', `app=${repository}`, '--log-level', 'trace'], {
    env: { HOME: home, TMPDIR: home, RLM_GATEWAY_API_KEY: `${MARKS.staticKey}-and-thirty-two-characters` },
    cwd: home,
  });
  const { pid = 0 } = gateway.child;
  const peer = await openPeer(gateway, made.adminKey, { signed: { 'rlm-agent': MARKS.agent } });
  const failures = await driveEverything(peer);

  // While ripgrep runs; again and again, until it has been caught at work.
  const session_id = await peer.session({ max_tool_calls: 1_000 });
  const pattern = `(?:[a-z]{1,200}){3}[0-9]|${MARKS.pattern}`;
  const children: SeenChild[] = [];
  while (!children.some(isEngine)) {
    let isSearching = true;
    const include_patterns = ['*', `${MARKS.glob}*`];
    const searching = peer
      .call('rlm_search_regex', { session_id, pattern, scope: '.', include_patterns })
      .finally(() => {
        isSearching = false;
      });
    while (isSearching) {
      children.push(...childrenOf(pid));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await searching).toMatchObject({ success: true });
  }

  // Strangers, and keys that were sent where they must not be.
  const exposed = formatApiKey(newApiKey('0123456789ab').key).unwrap();
  await tryUpgrade(gateway, made.adminKey, { path: `/bridge?${MARKS.value}=${exposed}` });
  await tryUpgrade(gateway, made.adminKey, { signed: { authorization: `Bearer ${exposed}` } });
  await tryUpgrade(gateway, made.adminKey, { keyId: MARKS.keyId });
  await tryUpgrade(gateway, made.adminKey, { signed: { 'rlm-repo': MARKS.value, 'x-any': MARKS.value } });
  await tryUpgrade(gateway, made.adminKey, { instance: MARKS.value });
  await postEnrolment(gateway, { invitation_id: MARKS.value });
  await postEnrolment(gateway, `{${MARKS.value}`);
  const running = readFileSync(join(made.data, 'running.json'), 'utf8');
  peer.ws.send(MARKS.value);
  await peer.closed;
  gateway.child.kill('SIGTERM');
  expect(await gateway.exited).toMatchObject({ code: 0 });

  const logs = gateway.stderr();
  expect(logs).toContain('"event":"tool_call"');
  expect(logs).toContain('"event":"tool_error"');
  expect(logs).toContain('"event":"key_exposed"');
  expect(marksIn(logs)).toEqual([]);
  expect(`${logs}${gateway.stdout()}`).not.toContain(exposed.slice(0, -10));
  expect(marksIn(gateway.stdout())).toEqual([]);

  // A sentence may name the path, and the argument, that the caller itself gave.
  expect(failures).toHaveLength(24);
  expect([...new Set(failures.flatMap((body) => marksIn(JSON.stringify(body))))].sort()).toEqual(['path']);

  expect(children.flatMap(({ argv }) => marksIn(argv))).toEqual([]);
  for (const { argv, environment } of children.filter(isEngine)) {
    // The executable's own name, and not one argument.
    expect(argv).toMatch(/^[^\0]*\/rg\0$/);
    expect(environment).toBe('RIPGREP_CONFIG_PATH=/proc/self/fd/3\0');
  }

  expect(marksIn(running)).toEqual([]);
  expect(Object.keys(JSON.parse(running)).sort()).toEqual(['pid', 'public_url', 'url']);
  expect(readdirSync(home)).toEqual([]);
  const kept = readdirSync(made.data, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, marksIn(readFileSync(join(entry.parentPath, entry.name)))] as const);
  expect(kept.filter(([, marks]) => marks.length > 0)).toEqual([
    // Paths are what provenance is about: they stand in handles, spans and records.
    ['gateway.db', ['path']],
    // The index of the repository knows its files' names too; what was asked for it does not keep.
    [expect.stringMatching(/^app-[0-9a-f]{16}\.db$/), ['path']],
  ]);
});
