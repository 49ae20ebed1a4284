import { describe, expect, test } from 'vitest';
import { RlmError } from '../../../shared/errors/rlm-error.ts';
import { newProgram, runProgram, withExamples } from '../../../shared/terminal/program.ts';
import { VERSION } from '../../../shared/version.ts';
import { testTerminal } from './terminal-streams.ts';

async function run(...args: readonly string[]) {
  const { terminal, stdout, stderr } = testTerminal();
  const program = newProgram(
    { name: 'rlm-thing', description: 'Does things.', examples: ['rlm-thing keys list'] },
    terminal,
  );
  const keys = program.command('keys').description('All about keys.');
  const list = keys
    .command('list')
    .description('Lists keys.')
    .option('--json', 'as JSON')
    .option('--limit <n>', 'how many')
    .action(() => {
      throw new RlmError('KEY_UNKNOWN', 'No such key.');
    });
  withExamples(list, ['rlm-thing keys list --limit 3']);
  return { code: await runProgram(program, args, terminal), stdout: stdout(), stderr: stderr() };
}

describe('a program', () => {
  test('prints its version and its help to stdout', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Examples:\n {2}rlm-thing keys list\n/);
    expect(help.stdout).toContain('Exit codes: 0 done');
  });

  test('has help with examples at every level', async () => {
    const help = await run('keys', 'list', '--help');
    expect(help.stdout).toMatch(/^Examples:\n {2}rlm-thing keys list --limit 3\n/);
    expect(help.stdout).toContain('--limit <n>');
  });

  test('without a command: the help on stderr, exit 2', async () => {
    const nothing = await run();
    expect(nothing).toMatchObject({ code: 2, stdout: '' });
    expect(nothing.stderr).toContain('Usage: rlm-thing');
  });

  test.each([
    [['keys', 'lsit'], 'Did you mean list?', 'Run: rlm-thing keys --help'],
    [['keys', 'list', '--limt', '3'], 'Did you mean --limit?', 'Run: rlm-thing keys list --help'],
    [['keys', 'list', '--limit'], 'argument missing', 'Run: rlm-thing keys list --help'],
    [['keys', 'list', 'extra'], 'arguments', 'Run: rlm-thing keys list --help'],
  ])('%j: exit 2, and %s', async (args, hint, next) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(hint);
    expect(stderr).toContain(next);
    expect(stderr).not.toContain('commander');
  });

  test('a wrong flag beside --json is reported as JSON', async () => {
    const { stderr } = await run('keys', 'list', '--json', '--nope');
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE' } });
  });

  test('what a command throws becomes the exit code of its error', async () => {
    expect(await run('keys', 'list')).toMatchObject({ code: 3, stdout: '' });
  });
});
