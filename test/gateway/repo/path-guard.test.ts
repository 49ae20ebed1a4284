import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PathGuard } from '../../../gateway/repo/path-guard.ts';
import { RestrictedNames } from '../../../gateway/repo/restricted.ts';
import { codeOf, tempRepository } from './temp-repository.ts';

describe('PathGuard', () => {
  it('opens a file and says where it is', async () => {
    const { guard } = await tempRepository({ 'src/app/main.ts': 'x\n' });
    await using opened = await guard.open('src/app/main.ts', ['.'], 'file');
    expect(opened.path).toBe('src/app/main.ts');
    expect(opened.stat.size).toBe(2n);
    expect(await opened.handle.readFile('utf8')).toBe('x\n');
  });

  it('opens the root', async () => {
    const { guard } = await tempRepository();
    await using opened = await guard.open('.', ['.'], 'directory');
    expect(opened.path).toBe('.');
  });

  it('opens for reading only', async () => {
    const { guard } = await tempRepository({ a: 'x' });
    await using opened = await guard.open('a', ['.'], 'file');
    await expect(opened.handle.write('y')).rejects.toMatchObject({ code: 'EBADF' });
  });

  it.each([
    ['missing', '.', 'file', 'NOT_FOUND'],
    ['src/missing/x', '.', 'file', 'NOT_FOUND'],
    ['src/a.ts/x', '.', 'file', 'NOT_FOUND'],
    ['src', '.', 'file', 'NOT_A_FILE'],
    ['src/a.ts', '.', 'directory', 'NOT_A_DIRECTORY'],
    ['docs/b.md', 'src', 'file', 'PATH_OUTSIDE_ROOTS'],
    ['.', 'src', 'directory', 'PATH_OUTSIDE_ROOTS'],
    ['docs/missing', 'src', 'file', 'PATH_OUTSIDE_ROOTS'],
    ['.env', '.', 'file', 'PATH_RESTRICTED'],
    ['src/.git/x', '.', 'file', 'PATH_RESTRICTED'],
    ['missing/.env', '.', 'file', 'PATH_RESTRICTED'],
    [`${'a'.repeat(300)}`, '.', 'file', 'NOT_FOUND'],
  ] as const)('%s in root %s as %s: %s', async (path, root, want, code) => {
    const { guard } = await tempRepository({ 'src/a.ts': 'x', 'docs/b.md': 'y' });
    expect(await codeOf(guard.open(path, [root], want))).toBe(code);
  });

  it('follows links inside the roots, relative, absolute, of folders and of links', async () => {
    const { guard, path } = await tempRepository({ 'src/lib/a.ts': 'x' });
    await symlink('../src/lib', join(path, 'src', 'up'));
    await symlink(join(path, 'src', 'lib'), join(path, 'absolute'));
    await symlink('absolute/a.ts', join(path, 'file'));
    for (const link of ['src/up/a.ts', 'absolute/a.ts', 'file']) {
      await using opened = await guard.open(link, ['.'], 'file');
      expect(opened.path).toBe('src/lib/a.ts');
    }
  });

  it('judges a link by where it leads: out of the roots is outside', async () => {
    const { guard, path } = await tempRepository({ 'src/a.ts': 'x', 'private/b.ts': 'y' });
    await symlink('../private/b.ts', join(path, 'src', 'out'));
    await symlink('../private/missing', join(path, 'src', 'dangling'));
    await symlink('../private', join(path, 'src', 'folder'));
    for (const link of ['src/out', 'src/dangling', 'src/folder/b.ts', 'src/folder/missing']) {
      expect(await codeOf(guard.open(link, ['src'], 'file'))).toBe('PATH_OUTSIDE_ROOTS');
    }
  });

  it('finds names that the disk spells otherwise, the exact one first', async () => {
    const { guard, write } = await tempRepository({ 'cafe\u0301/re\u0301sume\u0301.md': 'nfd' });
    await using opened = await guard.open('caf\u00e9/r\u00e9sum\u00e9.md', ['caf\u00e9'], 'file');
    expect(opened.path).toBe('caf\u00e9/r\u00e9sum\u00e9.md');
    expect(opened.diskPath).toBe('cafe\u0301/re\u0301sume\u0301.md');
    await write('cafe\u0301/r\u00e9sum\u00e9.md', 'nfc');
    await using exact = await guard.open('caf\u00e9/r\u00e9sum\u00e9.md', ['.'], 'file');
    expect(await exact.handle.readFile('utf8')).toBe('nfc');
  });

  it('opens a file whose name looks like the kernel’s mark of a deleted one', async () => {
    const { guard } = await tempRepository({ 'a (deleted)': 'x' });
    await using opened = await guard.open('a (deleted)', ['.'], 'file');
    expect(opened.path).toBe('a (deleted)');
  });

  it('keeps working when the root is renamed', async () => {
    const { guard, path } = await tempRepository({ 'src/a.ts': 'x' });
    await rename(path, `${path}-moved`);
    await using opened = await guard.open('src/a.ts', ['src'], 'file');
    expect(opened.path).toBe('src/a.ts');
  });

  it('never names a path of the host in a message', async () => {
    const { guard, path } = await tempRepository({ 'src/a.ts': 'x', '.env': 'y' });
    await symlink('/etc/passwd', join(path, 'out'));
    for (const name of ['missing', 'src', '.env', 'out']) {
      const error = await guard.open(name, ['.'], 'file').then(
        () => undefined,
        (e: Error) => e,
      );
      expect(error?.message).toContain(name);
      expect(error?.message).not.toMatch(/\/proc|\/tmp|passwd/);
    }
  });

  it('closes every descriptor on every way out', async () => {
    const { guard, path } = await tempRepository({ 'a/b/c.ts': 'x', '.env': 'y' });
    await symlink('loop', join(path, 'loop'));
    await symlink('../../..', join(path, 'a', 'up'));
    await symlink('b/../../.env', join(path, 'a', 'env'));
    const { readdirSync } = await import('node:fs');
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let i = 0; i < 50; i += 1) {
      for (const name of ['a/b/c.ts', 'a/b', 'a/b/missing', '.env', 'loop', 'a/up', 'a/env', 'a/b/c.ts/x']) {
        await codeOf(guard.open(name, ['.'], 'file'));
      }
    }
    expect(open()).toBe(before);
  });

  it('refuses after close, and closing twice is fine', async () => {
    const { guard } = await tempRepository({ a: 'x' });
    const opened = await guard.open('a', ['.'], 'file');
    await guard.close();
    await guard.close();
    expect(await codeOf(guard.open('a', ['.'], 'file'))).toBe('INTERNAL');
    expect(await opened.handle.readFile('utf8')).toBe('x');
    await opened.close();
    await opened.close();
  });

  it.each(['/', '/proc', '/proc/self', '/sys', '/dev'])('refuses %s as a repository', async (path) => {
    expect(await codeOf(PathGuard.open(path, new RestrictedNames([])))).toBe('SETTINGS_INVALID');
  });

  it('does not mind restricted names above the root', async () => {
    const { outside } = await tempRepository();
    const root = join(outside, 'secrets', 'repository');
    await mkdir(root, { recursive: true });
    await writeFile(join(root, 'a'), 'x');
    const guard = await PathGuard.open(root, new RestrictedNames(['secrets']));
    await using opened = await guard.open('a', ['.'], 'file');
    expect(opened.path).toBe('a');
    await guard.close();
    await rm(root, { recursive: true });
  });
});
