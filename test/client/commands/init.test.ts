import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatApiKey } from '../../../shared/keys/api-key.ts';
import { startBridgeProcess } from '../../support/bridge-process.ts';
import { type FakeGateway, startFakeGateway } from '../../support/fake-gateway.ts';
import { put } from '../../support/host-environment.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { type ClientRun, errorCodeOf, jsonOf, runClient } from '../client-process.ts';

const home = useTemporaryFolder();
const GATEWAY = 'https://gw.example:8443';
const PIN = `SHA256:${'B'.repeat(43)}`;
const OWN_FILES = [
  '.gitignore',
  '.rlm/bridge.json',
  '.rlm/manifest.json',
  '.rlm_canary_token.txt',
  'AGENTS.md',
  'CLAUDE.md',
  'README.md',
];

const run = (...args: readonly string[]): Promise<ClientRun> => runClient(args, { home: home() });
const init = (...more: readonly string[]): Promise<ClientRun> =>
  run('init', 'shop', '--gateway', GATEWAY, '--gateway-key', PIN, ...more);
const shop = (...path: readonly string[]): string => join(home(), 'shop', ...path);

/** Every file below a folder with its bytes and mode, so that two states can be compared whole. */
async function snapshot(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const pairs = files.map(async (file): Promise<[string, string]> => {
    const stats = await lstat(file);
    const content = stats.isSymbolicLink() ? 'link' : (await readFile(file)).toString('base64');
    return [relative(dir, file), `${stats.mode.toString(8)} ${content}`];
  });
  return Object.fromEntries(await Promise.all(pairs));
}

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
}
const entryIn = async (file: string, container = 'mcpServers'): Promise<Entry> =>
  JSON.parse(await readFile(file, 'utf8'))[container].rlm;

describe('init', () => {
  test('writes the workspace, and nothing else into it', async () => {
    const done = await init('--ide', 'cursor', '--repo', 'shop');
    expect(done.code).toBe(0);
    expect(Object.keys(await snapshot(shop())).sort()).toEqual(OWN_FILES);
    expect(JSON.parse(await readFile(shop('.rlm', 'bridge.json'), 'utf8'))).toEqual({
      version: 1,
      gateway: GATEWAY,
      gateway_key: PIN,
      repo: 'shop',
    });
    expect(await readFile(shop('CLAUDE.md'), 'utf8')).toBe('@AGENTS.md\n');
    expect(done.stderr).toContain('Cursor: Settings, MCP: approve');
    expect(done.stderr).toContain('rlm-workspace login');
  });

  test('no file of the workspace holds a path of this machine, in either scope', async () => {
    for (const scope of ['user', 'project']) {
      await init('--ide', 'all', '--scope', scope);
      for (const [file, content] of Object.entries(await snapshot(shop()))) {
        const text = Buffer.from(content.split(' ')[1] ?? '', 'base64').toString('utf8');
        for (const path of [home(), process.execPath, 'main.ts']) {
          expect(text.includes(path), `${file} names ${path}`).toBe(false);
        }
      }
    }
  });

  test('user scope: an absolute node, an absolute script, the workspace as an argument, no shell', async () => {
    await init('--ide', 'cursor,vscode,claude-code');
    const entries = [
      await entryIn(join(home(), '.cursor', 'mcp.json')),
      await entryIn(join(home(), '.config', 'Code', 'User', 'mcp.json'), 'servers'),
      await entryIn(join(home(), '.claude.json')),
    ];
    for (const entry of entries) {
      expect(entry).toEqual({
        type: 'stdio',
        command: process.execPath,
        args: [expect.stringMatching(/^\/.*bridge\/main\.ts$/), '--workspace', shop()],
      });
    }
  });

  test('project scope: the same entries for everyone', async () => {
    await init('--ide', 'all', '--scope', 'project');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the IDE replaces it
    const args = ['--workspace', '${workspaceFolder}'];
    const entry = { type: 'stdio', command: 'rlm-bridge', args };
    expect(await entryIn(shop('.cursor', 'mcp.json'))).toEqual(entry);
    expect(await entryIn(shop('.vscode', 'mcp.json'), 'servers')).toEqual(entry);
    expect(await entryIn(shop('.mcp.json'))).toEqual({ ...entry, args: [] });
    expect(await readdir(home())).toEqual(expect.not.arrayContaining(['.cursor', '.claude.json']));
  });

  test('a second run changes not one byte', async () => {
    await put(join(home(), '.cursor', 'mcp.json'), '{ "mcpServers": { "x": {} } } // mine\n');
    await init('--ide', 'all', '--repo', 'shop');
    const first = await snapshot(home());
    const again = await init('--ide', 'all', '--repo', 'shop', '--json');
    expect(await snapshot(home())).toEqual(first);
    const { files, entries } = jsonOf<Record<'files' | 'entries', { action: string }[]>>(again);
    expect([...files, ...entries].every(({ action }) => action === 'unchanged')).toBe(true);
  });

  test('--dry-run writes nothing, and shows our lines but not what stands beside them', async () => {
    await put(join(home(), '.cursor', 'mcp.json'), '{"mcpServers":{"x":{"env":{"TOKEN":"hunter2"}}}}');
    const before = await snapshot(home());
    const dry = await init('--ide', 'cursor', '--dry-run');
    expect(dry.code).toBe(0);
    expect(await snapshot(home())).toEqual(before);
    expect(dry.stdout).toContain('+ @AGENTS.md');
    expect(dry.stdout).toContain('"--workspace"');
    expect(dry.stdout).not.toContain('hunter2');
  });

  test('a file of the user’s own is left alone, and said so', async () => {
    await put(shop('AGENTS.md'), 'mine');
    await put(shop('CLAUDE.md'), 'mine too');
    const done = await init('--ide', 'generic');
    expect(await readFile(shop('AGENTS.md'), 'utf8')).toBe('mine');
    expect(done.stdout).toContain('! AGENTS.md (yours, left alone)');
    expect(done.stderr).toContain('@AGENTS.md');
  });

  test('a file that is not understood is left alone, and the entry printed: exit 1', async () => {
    const file = await put(join(home(), '.cursor', 'mcp.json'), '{ "mcpServers": { broken');
    const done = await init('--ide', 'cursor,claude-code');
    expect(done.code).toBe(1);
    expect(await readFile(file, 'utf8')).toBe('{ "mcpServers": { broken');
    expect(done.stderr).toContain('is not valid JSON, so it was left alone');
    expect(done.stderr).toContain('"rlm": {');
    expect(await entryIn(join(home(), '.claude.json'))).toMatchObject({ command: process.execPath });
  });

  test('a linked settings file stays a link, and keeps its mode', async () => {
    const real = await put(join(home(), 'dotfiles', 'mcp.json'), '{}', 0o640);
    await chmod(real, 0o640);
    await mkdir(join(home(), '.cursor'));
    await symlink('../dotfiles/mcp.json', join(home(), '.cursor', 'mcp.json'));
    await init('--ide', 'cursor');
    expect((await lstat(join(home(), '.cursor', 'mcp.json'))).isSymbolicLink()).toBe(true);
    expect(await entryIn(real)).toMatchObject({ command: process.execPath });
    expect((await stat(real)).mode & 0o777).toBe(0o640);
  });

  test('an entry that serves another workspace is replaced only with --replace', async () => {
    await init('--ide', 'cursor');
    const before = await snapshot(home());
    const args = ['init', 'other', '--gateway', GATEWAY, '--gateway-key', PIN, '--ide', 'cursor'];
    const refused = await run(...args, '--json');
    expect([refused.code, errorCodeOf(refused)]).toEqual([1, 'FAILED']);
    expect(await snapshot(home())).toEqual(before);
    expect((await run(...args, '--replace')).code).toBe(0);
    expect((await entryIn(join(home(), '.cursor', 'mcp.json'))).args).toContain(join(home(), 'other'));
  });

  test('a link in the workspace leads no write out of it', async () => {
    await mkdir(join(home(), 'elsewhere'));
    await mkdir(shop());
    await symlink('../elsewhere', shop('.rlm'));
    const done = await init('--ide', 'generic', '--json');
    expect([done.code, errorCodeOf(done)]).toEqual([1, 'FAILED']);
    expect(await readdir(join(home(), 'elsewhere'))).toEqual([]);
  });

  test('without --ide: those that have run here; else the entry to paste, on stdout', async () => {
    const generic = await init();
    expect(generic.stdout.slice(generic.stdout.indexOf('{'))).toContain('"mcpServers"');
    await mkdir(join(home(), '.cursor'));
    const found = await init('--json');
    expect(jsonOf<{ entries: { ide: string }[] }>(found).entries.map(({ ide }) => ide)).toEqual(['cursor']);
    expect((await init('--ide', 'claude-code')).stderr).toContain('Cursor was found but not set up');
  });

  test.each([
    [['--ide', 'emacs'], 'USAGE', 2],
    [['--repo', '../etc'], 'USAGE', 2],
    [['--gateway', 'http://gw.example'], 'SETTINGS_INVALID', 2],
    [['--gateway', 'https://gw.example/?key=x'], 'SETTINGS_INVALID', 2],
    [['--gateway-key', 'SHA256:short'], 'SETTINGS_INVALID', 2],
    [['--scope', 'everyone'], 'USAGE', 2],
  ])('refuses %j', async (flags, code, exit) => {
    const done = await init('--json', ...flags);
    expect([done.code, errorCodeOf(done)]).toEqual([exit, code]);
    expect(await readdir(home())).toEqual([]);
  });

  test('the home folder is no workspace', async () => {
    const done = await run('init', '.', '--gateway', GATEWAY, '--gateway-key', PIN, '--json');
    expect([done.code, errorCodeOf(done)]).toEqual([2, 'USAGE']);
  });

  test('a pin that differs from the login’s is an alarm', async () => {
    const config = { version: 1, gateways: { [GATEWAY]: { gateway_key: `SHA256:${'C'.repeat(43)}` } } };
    await put(join(home(), '.config', 'rlm-bridge', 'config.json'), config);
    const done = await init('--json');
    expect([done.code, errorCodeOf(done)]).toEqual([3, 'GATEWAY_MISMATCH']);
  });
});

describe('remove', () => {
  test('undoes init to the byte: every file, mode and folder', async () => {
    await put(join(home(), '.cursor', 'mcp.json'), '\ufeff{\r\n\t"mcpServers" : {"x":{}} // mine\r\n}');
    await put(join(home(), '.config', 'Code', 'User', 'mcp.json'), '{}');
    const before = await snapshot(home());
    await init('--ide', 'all', '--repo', 'shop');
    await init('--ide', 'all', '--scope', 'project');
    const done = await run('remove', 'shop');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(await snapshot(home())).toEqual(before);
    expect(await readdir(home())).toEqual(['.config', '.cursor']);
    expect(await readdir(join(home(), '.config'))).toEqual(['Code']);
  });

  test('cuts only our entry out of a file that was edited since', async () => {
    const file = await put(
      join(home(), '.cursor', 'mcp.json'),
      '{\n  "mcpServers": {\n    "x": {}\n  }\n}\n',
    );
    await init('--ide', 'cursor');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"x": {}', '"x": {}, // new\n    "y": {}'));
    await run('remove', 'shop');
    expect(await readFile(file, 'utf8')).toBe(
      '{\n  "mcpServers": {\n    "x": {}, // new\n    "y": {}\n  }\n}\n',
    );
  });

  test('leaves and lists what was changed', async () => {
    await init('--ide', 'generic');
    await writeFile(shop('AGENTS.md'), 'mine now');
    await writeFile(shop('notes.md'), 'mine always');
    const done = await run('remove', 'shop', '--json');
    expect(jsonOf<{ files: unknown[] }>(done).files).toContainEqual({
      file: 'AGENTS.md',
      action: 'kept',
      reason: 'was changed',
    });
    expect((await readdir(shop())).sort()).toEqual(['AGENTS.md', 'notes.md']);
  });

  test('a workspace that came from elsewhere is removed too, without a record', async () => {
    await init('--ide', 'all', '--scope', 'project');
    const config = join(home(), '.config');
    await rm(config, { recursive: true });
    expect((await run('remove', 'shop')).code).toBe(0);
    expect(Object.keys(await snapshot(shop()))).not.toContain('.rlm/bridge.json');
    expect(await readFile(shop('.mcp.json'), 'utf8')).not.toContain('rlm-bridge');
  });

  test('a manifest from a stranger names nothing outside the workspace', async () => {
    const victim = await put(join(home(), 'precious.txt'), 'x');
    const hash = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';
    for (const path of ['../precious.txt', victim, 'a/../../precious.txt']) {
      await put(shop('.rlm', 'manifest.json'), { version: 1, files: { [path]: hash } });
      await run('remove', 'shop');
      expect(await readFile(victim, 'utf8')).toBe('x');
    }
  });

  test('a folder that is no workspace of ours: wrong usage', async () => {
    const done = await run('remove', '--json');
    expect([done.code, errorCodeOf(done)]).toEqual([2, 'USAGE']);
  });
});

describe('what was written works', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
  });
  afterAll(() => gateway.close());

  test('the command and arguments in Cursor’s file, started as Cursor does, reach the gateway', async () => {
    await writeFile(join(home(), 'ca.pem'), gateway.ca);
    const login = ['login', '--gateway', gateway.origin, '--gateway-key', gateway.pin, '--ca', 'ca.pem'];
    const stdin = formatApiKey(gateway.key).unwrap();
    expect(await runClient([...login, '--key-source', 'file:key'], { home: home(), stdin })).toMatchObject({
      code: 0,
    });
    // The gateway and its pin come from the login now.
    expect(await run('init', 'shop', '--ide', 'cursor', '--repo', 'shop')).toMatchObject({ code: 0 });
    const { command, args } = await entryIn(join(home(), '.cursor', 'mcp.json'));
    expect(command).toBe(process.execPath);
    const [script = '', ...rest] = args;
    const bridge = await startBridgeProcess({ script, args: rest, home: home() });
    try {
      bridge.request(1, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {} });
      expect(await bridge.answerTo(1)).toMatchObject({ result: { serverInfo: { name: 'fake-gateway' } } });
    } finally {
      await bridge.stop();
    }
    expect(gateway.upgrades.at(-1)?.get('rlm-repo')).toBe('shop');
  });
});
