import { execFile } from 'node:child_process';
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { allowanceOf } from '../../../client/thinness/allowed-files.ts';
import { holdsCredential } from '../../../client/thinness/credential-marks.ts';
import { scan } from '../../../client/thinness/scan.ts';
import { MAX_SCAN_DEPTH, MAX_SCANNED_ENTRIES } from '../../../client/thinness/scan-limits.ts';
import { sourceMarks } from '../../../client/thinness/source-marks.ts';
import { workspaceFiles } from '../../../client/workspace/workspace-files.ts';
import { formatApiKey, newApiKey, newKeyId } from '../../../shared/keys/api-key.ts';
import { formatInvitation, newInvitation } from '../../../shared/keys/invitation.ts';
import { asNobody } from '../../support/as-nobody.ts';
import { put } from '../../support/host-environment.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = useTemporaryFolder();
const at = (path: string): string => join(folder(), path);
const found = async (): Promise<readonly string[]> =>
  (await scan(folder())).findings.map(({ path, reason, severity }) => `${severity} ${path} ${reason}`);

describe('a thin workspace', () => {
  test('what init writes, notes, pictures and PDFs are thin', async () => {
    const facts = { gateway: 'https://gw.example', gatewayKey: `SHA256:${'B'.repeat(43)}`, repo: 'shop' };
    for (const [path, content] of workspaceFiles(facts, null)) await put(at(path), content);
    await put(at('docs/plan.md'), '# Plan\n\nWe call `a()`:\n\n```ts\nconst a = 1;\nreturn a;\n```\n');
    await writeFile(at('docs/shot.png'), Buffer.from('89504e470d0a1a0a00000000', 'hex'));
    await writeFile(at('docs/paper.pdf'), '%PDF-1.7\n');
    await put(at('.cursor/mcp.json'), '{}');
    expect(await found()).toEqual([]);
  });

  test.each([
    'main.py',
    'a.ts',
    'Makefile',
    'package-lock.json',
    '.env',
    'notes',
    'core.1234',
    'x.zip',
    'a.patch',
    'id_rsa',
    'sub/.gitignore',
    'sub/.mcp.json',
    '.rlm/extra.json',
    'diagram.svg',
  ])('reports %s: only what is on the list may be here', async (path) => {
    await put(at(path), 'x');
    expect(await found()).toEqual([`offence ${path} not-allowed`]);
  });

  test.each(['.git', '.hg', '.svn', 'sub/.git', 'node_modules', '.venv'])(
    'reports the folder %s, unentered',
    async (path) => {
      await put(at(`${path}/deep/file.ts`), 'x');
      const [first, ...rest] = await found();
      expect(first).toMatch(new RegExp(`^offence ${path} (repository|dependencies)$`));
      expect(rest).toEqual([]);
    },
  );

  test('reports a submodule’s .git file and a bare repository of any name', async () => {
    await put(at('a/.git'), 'gitdir: ../x');
    for (const name of ['HEAD', 'objects/pack/p.md', 'refs/heads/main.md'])
      await put(at(`backup.md/${name}`), 'x');
    expect(await found()).toEqual(['offence a/.git repository', 'offence backup.md repository']);
  });

  test('follows no link, neither to a file nor to a folder nor in a circle', async () => {
    await symlink('/etc/passwd', at('notes.md'));
    await symlink('/', at('root'));
    await symlink('.', at('loop'));
    expect(await found()).toEqual(['offence loop link', 'offence notes.md link', 'offence root link']);
  });

  test('is not held up by a FIFO', async () => {
    await promisify(execFile)('mkfifo', [at('notes.md')]);
    expect(await found()).toEqual(['offence notes.md special']);
  });

  test('reads sizes before contents: a sparse terabyte takes no time and no memory', async () => {
    await writeFile(at('notes.md'), '');
    await truncate(at('notes.md'), 2 ** 40);
    expect(await found()).toEqual(['offence notes.md too-large']);
  });

  test.each([
    ['an archive named like a picture', 'a.png', Buffer.from('504b0304', 'hex'), 'not-its-format'],
    ['bytes named like a note', 'a.md', Buffer.from([0x23, 0, 1]), 'not-text'],
    ['text of another encoding', 'a.txt', Buffer.from([0xff, 0xfe, 0x41]), 'not-text'],
    ['a script named like a note', 'a.txt', Buffer.from('#!/usr/bin/env python\nprint(1)\n'), 'holds-source'],
    ['a patch', 'a.md', Buffer.from('see:\n@@ -1,3 +1,4 @@\n-a\n+b\n'), 'holds-source'],
  ])('reports %s', async (_, path, bytes, reason) => {
    await writeFile(at(path), bytes);
    expect(await found()).toEqual([`offence ${path} ${reason}`]);
  });

  test('reports a folder that is deeper than is looked at', async () => {
    await mkdir(at(Array.from({ length: MAX_SCAN_DEPTH + 4 }, () => 'd').join('/')), { recursive: true });
    expect(await found()).toEqual([expect.stringContaining('too-deep')]);
  });

  test('stops at more entries than are looked at, and does not call that thin', async () => {
    await mkdir(at('many'));
    const names = Array.from({ length: MAX_SCANNED_ENTRIES + 1 }, (_, index) => at(`many/${index}.md`));
    for (let start = 0; start < names.length; start += 500) {
      await Promise.all(names.slice(start, start + 500).map((name) => writeFile(name, '')));
    }
    expect((await found()).at(-1)).toMatch(/too-many$/);
  });

  test('reports what it may not read', async () => {
    await put(at('a.md'), 'x', 0o000);
    await chmod(folder(), 0o755);
    expect(await asNobody(found)).toEqual(['offence a.md unreadable']);
  });
});

describe('credentials', () => {
  const pem = (kind: string): string => `-----BEGIN ${kind}-----\nMIIE\n`;
  test.each([
    formatApiKey(newApiKey(newKeyId()).key).unwrap(),
    formatInvitation(newInvitation('https://gw.example', `SHA256:${'B'.repeat(43)}`)).unwrap(),
    `rlmb_${'a'.repeat(30)}`,
    pem('PRIVATE KEY'),
    pem('RSA PRIVATE KEY'),
    pem('OPENSSH PRIVATE KEY'),
    pem('PGP PRIVATE KEY BLOCK'),
    `AKIA${'A'.repeat(16)}`,
    `ghp_${'a'.repeat(36)}`,
    `sk-ant-${'a'.repeat(40)}`,
  ])('finds %s', (text) => {
    // Twice: a global expression must not remember where it stopped.
    expect([holdsCredential(`a ${text} b`), holdsCredential(`a ${text} b`)]).toEqual([true, true]);
  });

  test.each([
    'Ask for a risk-averse plan.',
    pem('PUBLIC KEY'),
    'rlm_span_read and rlm_session_create',
    'task-list: sk-learn',
  ])('leaves %j alone', (text) => {
    expect(holdsCredential(text)).toBe(false);
  });

  test('in a note, in settings, and in a picture’s comment', async () => {
    const key = formatApiKey(newApiKey(newKeyId()).key).unwrap();
    await put(at('a.md'), `the key: ${key}`);
    await put(at('.cursor/mcp.json'), JSON.stringify({ env: { RLM_GATEWAY_API_KEY: key } }));
    await writeFile(at('b.png'), Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(key)]));
    expect(await found()).toEqual([
      'offence .cursor/mcp.json holds-credential',
      'offence a.md holds-credential',
      'offence b.png holds-credential',
    ]);
  });
});

describe('source in a note’s clothes', () => {
  test('this project’s own sources are recognised', async () => {
    const { readFile } = await import('node:fs/promises');
    for (const file of [
      'client/commands/init.ts',
      'client/thinness/scan.ts',
      'shared/keys/api-key.ts',
      'bridge/main.ts',
    ]) {
      const text = await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');
      expect(sourceMarks(text).looksLikeSource, file).toBe(true);
    }
  });

  test('a long fenced block is worth a warning, a short one is not', () => {
    const fence = (lines: number): string =>
      `# Note\n\n~~~ts\n${'const a = 1;\n'.repeat(lines)}~~~\n\nEnd.\n`;
    expect(sourceMarks(fence(20))).toEqual({ looksLikeSource: false, hasLongFence: false });
    expect(sourceMarks(fence(200))).toEqual({ looksLikeSource: false, hasLongFence: true });
  });

  test('prose is not taken for source', () => {
    const prose =
      'For each case: we import what the team needs; return later.\nFrom here on, use the public one.\n';
    expect(sourceMarks(prose.repeat(40)).looksLikeSource).toBe(false);
  });
});

test('the list of what may be here says so by path and by type', () => {
  expect(allowanceOf('.rlm/bridge.json')?.kind).toBe('config');
  expect(allowanceOf('docs/A.MD')?.kind).toBe('text');
  expect(allowanceOf('docs/a.md.exe')).toBeNull();
});
