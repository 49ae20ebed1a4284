import type { Command } from 'commander';
import { completionScript, type Shell } from '../../shared/terminal/completion.ts';
import type { CommandContext } from './command-context.ts';

/** Prints a shell's completion script, to be sourced. */
export function completion(
  { terminal }: Pick<CommandContext, 'terminal'>,
  program: Command,
  shell: Shell,
): void {
  terminal.stdout.write(completionScript(program, shell));
}
