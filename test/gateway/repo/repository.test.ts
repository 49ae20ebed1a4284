import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Repository } from '../../../gateway/repo/repository.ts';
import { asNobody } from '../../support/as-nobody.ts';
import { codeOf, tempRepository } from './temp-repository.ts';

describe('Repository', () => {
  it('opens a folder, through a link too', async () => {
    const { path, outside } = await tempRepository({ '.git/HEAD': 'a'.repeat(40), 'x.ts': '' });
    await symlink(path, join(outside, 'link'));
    const repository = await Repository.open({ name: 'web', path: join(outside, 'link') });
    expect(repository.name).toBe('web');
    expect(repository.guard.rootPath).toBe(path);
    expect(await repository.commit()).toBe('a'.repeat(40));
    expect(await codeOf(repository.guard.open('x.ts', ['.'], 'file'))).toBe('no error');
    expect(await codeOf(repository.guard.open('.git/HEAD', ['.'], 'file'))).toBe('PATH_RESTRICTED');
    await repository.close();
    await repository.close();
  });

  it('takes an administrator’s list of restricted names', async () => {
    const { path } = await tempRepository({ '.env': '', 'x.ts': '' });
    const repository = await Repository.open({ name: 'web', path, restrictedPatterns: ['*.ts'] });
    expect(await codeOf(repository.guard.open('.env', ['.'], 'file'))).toBe('no error');
    expect(await codeOf(repository.guard.open('x.ts', ['.'], 'file'))).toBe('PATH_RESTRICTED');
    await repository.close();
  });

  it('says what is wrong, without the host’s path', async () => {
    const { path, write } = await tempRepository();
    await write('file', '');
    for (const [name, reason] of [
      ['missing', 'does not exist'],
      ['file', 'not a directory'],
    ] as const) {
      const error = await Repository.open({ name: 'web', path: join(path, name) }).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'SETTINGS_INVALID' });
      expect(String(error)).toContain(reason);
      expect(String(error)).not.toContain(path);
    }
    expect(await codeOf(Repository.open({ name: 'web', path, restrictedPatterns: ['a/b'] }))).toBe(
      'SETTINGS_INVALID',
    );
  });

  it('refuses a folder it may not read', async () => {
    const { path } = await tempRepository();
    const closed = join(path, 'closed');
    await mkdir(closed);
    await chmod(closed, 0);
    const opening = asNobody(() => codeOf(Repository.open({ name: 'web', path: closed })));
    expect(await opening).toBe('SETTINGS_INVALID');
    await chmod(closed, 0o700);
  });
});
