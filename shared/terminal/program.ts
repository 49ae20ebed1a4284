import { Command, CommanderError } from 'commander';
import { RlmError } from '../errors/rlm-error.ts';
import { VERSION } from '../version.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { reportError } from './report-error.ts';
import type { Terminal } from './streams.ts';

export interface ProgramFacts {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly string[];
}

const EXIT_CODES =
  'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not authenticated, 4 gateway unreachable, 5 check failed.';

/**
 * The root command of an executable. Commands made from it by `.command()` inherit that it never ends the
 * process, writes help to the terminal's own streams, and keeps errors for {@link runProgram} to report.
 */
export function newProgram(facts: ProgramFacts, terminal: Terminal): Command {
  const program = new Command(facts.name)
    .description(facts.description)
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      // Reported once, by runProgram, in the form that all our errors have.
      outputError: () => {},
      getOutHelpWidth: () => terminal.stdout.columns ?? 100,
      getErrHelpWidth: () => terminal.stderr.columns ?? 100,
      getOutHasColors: () => terminal.hasColour,
      getErrHasColors: () => terminal.hasColour,
    });
  return withExamples(program, facts.examples).addHelpText('after', `\n${EXIT_CODES}`);
}

/** Adds worked command lines to a command's help. They come first: people read examples, not grammars. */
export const withExamples = (command: Command, examples: readonly string[]): Command =>
  command.addHelpText('before', () => ['Examples:', ...examples.map((line) => `  ${line}`), ''].join('\n'));

/**
 * Runs a command line and reports whatever it throws.
 *
 * @param args without the executable and the script
 */
export async function runProgram(
  program: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // Without a command, commander has already written the whole help to standard error.
    if (error instanceof CommanderError && error.code === 'commander.help') return 2;
    const known = error instanceof CommanderError ? asUsageError(error, program, args) : error;
    reportError(terminal, known, { isJson: wantsJson(args) });
    return exitCodeOf(known);
  }
}

/** commander's sentence, with its suggestion, as one of our errors: `unknown option '--gatway' (Did you mean --gateway?)`. */
function asUsageError(error: CommanderError, program: Command, args: readonly string[]): RlmError {
  const sentence = error.message
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .trim();
  const next = `Run: ${[program.name(), ...commandNames(program, args), '--help'].join(' ')}`;
  return new RlmError('USAGE', capitalised(sentence), { cause: error, fields: { next } });
}

/** The names of the commands that the arguments lead through, as far as they exist. */
function commandNames(program: Command, args: readonly string[]): readonly string[] {
  const names: string[] = [];
  let here = program;
  for (const arg of args) {
    const inner = here.commands.find((command) => command.name() === arg);
    if (inner === undefined) break;
    names.push(arg);
    here = inner;
  }
  return names;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Looked up in the plain arguments, since the error may be that they could not be parsed. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).includes('--json');
}
