// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the shell
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workspaceProgram } from '../../../client/workspace-program.ts';
import { completionScript, SHELLS } from '../../../shared/terminal/completion.ts';
import { testHost } from '../../support/host-environment.ts';
import { testTerminal } from './terminal-streams.ts';

const program = workspaceProgram(() => ({
  terminal: testTerminal().terminal,
  host: testHost('/nowhere'),
  keychain: () => {
    throw new Error('completion asks no keychain');
  },
  bridge: { nodePath: '/nowhere/node', bridgePath: '/nowhere/bridge' },
  now: () => 0,
}));

/** What the real bash offers for a command line; its last word is the one being typed. */
function bashOffers(...words: readonly string[]): readonly string[] {
  const script = [
    completionScript(program, 'bash'),
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rlm_workspace; printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const args = ['--norc', '--noprofile', '-c', script, 'bash', 'rlm-workspace', ...words];
  const printed = execFileSync('bash', args, { encoding: 'utf8' });
  return printed.split('\n').filter((line) => line !== '');
}

describe.runIf(existsSync('/bin/bash'))('in bash', () => {
  test('offers the commands', () => {
    expect(bashOffers('')).toEqual(
      expect.arrayContaining(['login', 'init', 'verify', 'completion', '--help']),
    );
    expect(bashOffers('ver')).toEqual(['verify']);
  });

  test('offers a command’s flags, and a flag’s values', () => {
    expect(bashOffers('init', '--g')).toEqual(['--gateway', '--gateway-key']);
    expect(bashOffers('init', 'dir', '--scope', '')).toEqual(['user', 'project']);
    expect(bashOffers('completion', '')).toEqual(expect.arrayContaining([...SHELLS]));
  });

  test('offers nothing of its own after a flag whose value can be anything', () => {
    expect(bashOffers('init', '--ca', '')).not.toContain('login');
    expect(bashOffers('init', '--gateway', '')).toEqual([]);
  });
});

test.each(SHELLS)('the %s script names every command and every flag, and loads', (shell) => {
  const script = completionScript(program, shell);
  for (const command of program.commands) {
    expect(script).toContain(command.name());
    for (const { long } of command.options) {
      expect(script).toContain(shell === 'fish' ? `-l ${long?.slice(2)}` : long);
    }
  }
  const interpreter = [`/bin/${shell}`, `/usr/bin/${shell}`].find((path) => existsSync(path));
  if (interpreter !== undefined) execFileSync(interpreter, ['-n'], { input: script });
});
