import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommit } from '../../../gateway/repo/git-commit.ts';
import { tempRepository } from './temp-repository.ts';

const ID = '0123456789abcdef0123456789abcdef01234567';
const OTHER = 'f'.repeat(64);

const commitOf = async (files: Record<string, string>): Promise<string | null> =>
  readCommit((await tempRepository(files)).path);

describe('readCommit', () => {
  it.each([
    ['a ref of its own', { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': `${ID}\n` }, ID],
    ['a detached HEAD', { '.git/HEAD': `${OTHER}\n` }, OTHER],
    [
      'packed refs',
      {
        '.git/HEAD': 'ref: refs/heads/feature/x\n',
        '.git/packed-refs': `# pack-refs with: peeled\n${OTHER} refs/heads/feature/xy\n${ID} refs/heads/feature/x\n^${OTHER}\n`,
      },
      ID,
    ],
    [
      'a ref of its own before a packed one',
      {
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.git/refs/heads/main': ID,
        '.git/packed-refs': `${OTHER} refs/heads/main\n`,
      },
      ID,
    ],
    [
      'a worktree',
      {
        '.git': 'gitdir: elsewhere/worktrees/w\n',
        'elsewhere/worktrees/w/HEAD': 'ref: refs/heads/w\n',
        'elsewhere/worktrees/w/commondir': '../..\n',
        'elsewhere/refs/heads/w': `${ID}\n`,
      },
      ID,
    ],
    [
      'a ref to a ref',
      {
        '.git/HEAD': 'ref: refs/heads/a\n',
        '.git/refs/heads/a': 'ref: refs/heads/b\n',
        '.git/refs/heads/b': ID,
      },
      ID,
    ],
    ['no repository', { a: '' }, null],
    ['no commit yet', { '.git/HEAD': 'ref: refs/heads/main\n' }, null],
    ['a ref that climbs', { '.git/HEAD': 'ref: refs/../../id\n', id: ID }, null],
    ['a ref outside refs', { '.git/HEAD': 'ref: id\n', '.git/id': ID }, null],
    ['a loop', { '.git/HEAD': 'ref: refs/a\n', '.git/refs/a': 'ref: refs/a\n' }, null],
    ['nonsense', { '.git/HEAD': 'hello\n' }, null],
    ['a huge HEAD', { '.git/HEAD': `${' '.repeat(10_000)}${ID}` }, null],
  ])('reads %s', async (_, files, expected) => {
    expect(await commitOf(files as Record<string, string>)).toBe(expected);
  });

  it('does not wait for a FIFO', async () => {
    const { path } = await tempRepository();
    await mkdir(join(path, '.git'));
    execFileSync('mkfifo', [join(path, '.git', 'HEAD')]);
    expect(await readCommit(path)).toBeNull();
  });

  it('agrees with Git', async () => {
    const { path } = await tempRepository({ a: 'x' });
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
        cwd: path,
        encoding: 'utf8',
        stdio: 'pipe',
      }).trim();
    git('init', '--initial-branch=main');
    expect(await readCommit(path)).toBeNull();
    git('add', 'a');
    git('commit', '--message', 'one');
    expect(await readCommit(path)).toBe(git('rev-parse', 'HEAD'));
    git('pack-refs', '--all');
    await writeFile(join(path, 'b'), '');
    expect(await readCommit(path)).toBe(git('rev-parse', 'HEAD'));
    await rm(join(path, '.git', 'packed-refs'));
    expect(await readCommit(path)).toBeNull();
  });
});
