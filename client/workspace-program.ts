import { Argument, type Command, Option } from 'commander';
import { SHELLS, type Shell } from '../shared/terminal/completion.ts';
import { newProgram, withExamples } from '../shared/terminal/program.ts';
import type { CommandContext } from './commands/command-context.ts';
import { completion } from './commands/completion.ts';
import { type InitOptions, init } from './commands/init.ts';
import { type LoginOptions, login } from './commands/login.ts';
import { type LogoutOptions, logout } from './commands/logout.ts';
import { type RemoveOptions, remove } from './commands/remove.ts';
import { type StatusOptions, status } from './commands/status.ts';
import { type VerifyOptions, verify } from './commands/verify.ts';
import { IDE_NAMES } from './hosts/hosts.ts';
import { SCOPES } from './hosts/ide-host.ts';

/** What may be given to every command that launches or names the bridge. */
interface BridgeOption {
  readonly bridge?: string;
}

/** Binds `--bridge FILE` to a context. */
export type ContextFor = (bridgeFile: string | undefined) => CommandContext;

/** The command line of `rlm-workspace`: its verbs, their flags and their examples. */
export function workspaceProgram(contextFor: ContextFor): Command {
  const { terminal } = contextFor(undefined);
  const program = newProgram(
    {
      name: 'rlm-workspace',
      description: 'Sets up this machine to work on a repository that stays on a gateway.',
      examples: [
        'rlm-workspace login                    # paste the invitation you were sent',
        'rlm-workspace init ~/projects/shop     # make a thin workspace, tell your IDEs',
        'rlm-workspace status                   # does the gateway answer?',
        'rlm-workspace verify ~/projects/shop   # prove that no source is here',
      ],
    },
    terminal,
  );
  addLogin(program, contextFor);
  addLogout(program, contextFor);
  addStatus(program, contextFor);
  addInit(program, contextFor);
  addRemove(program, contextFor);
  addVerify(program, contextFor);
  addCompletion(program, contextFor);
  return program;
}

const json = (): Option => new Option('--json', 'print the result as JSON');
const gateway = (): Option => new Option('--gateway <url>', 'the gateway’s address; https://HOST[:PORT]');
const pin = (): Option =>
  new Option(
    '--gateway-key <fingerprint>',
    'the identity it must prove; SHA256:…, its administrator knows it',
  );
const bridge = (): Option =>
  new Option('--bridge <file>', 'the bridge to launch; the one installed with this command');

function addLogin(program: Command, contextFor: ContextFor): void {
  const command = program
    .command('login')
    .description(
      'Logs in to a gateway with an invitation or an API key, and stores the key in the OS keychain.',
    )
    .argument('[invitation]', 'rlmi_…; better left out and pasted into the prompt, where nobody can read it')
    .addOption(gateway())
    .addOption(pin())
    .option('--ca <file>', 'PEM certificates to trust beside the system’s')
    .option('--proxy <url>', 'the HTTP proxy in front of the gateway; default: HTTPS_PROXY')
    .option('--key-source <where>', 'where the key is kept: keychain, or file:PATH (default: keychain)')
    .addOption(bridge())
    .addOption(json())
    .action((invitation: string | undefined, options: LoginOptions & BridgeOption) =>
      login(contextFor(options.bridge), { ...options, invitation }),
    );
  withExamples(command, [
    'rlm-workspace login                         # asks for the invitation, hidden',
    'rlm-workspace login < invitation.txt        # reads it from standard input',
    'rlm-workspace login --gateway https://gw.example --gateway-key SHA256:…   # asks for an API key',
    'rlm-workspace login --key-source file:~/.rlm-key                          # without a keychain',
  ]);
}

function addLogout(program: Command, contextFor: ContextFor): void {
  const command = program
    .command('logout')
    .description('Takes a gateway’s key out of the keychain and forgets the gateway.')
    .addOption(gateway())
    .addOption(json())
    .action((options: LogoutOptions) => logout(contextFor(undefined), options));
  withExamples(command, ['rlm-workspace logout', 'rlm-workspace logout --gateway https://gw.example']);
}

function addStatus(program: Command, contextFor: ContextFor): void {
  const command = program
    .command('status')
    .description(
      'Shows the gateway, the key and where it lies; then launches the bridge to see whether it answers.',
    )
    .addOption(gateway())
    .option('--workspace <dir>', 'the workspace whose gateway is meant')
    .addOption(bridge())
    .addOption(json())
    .action((options: StatusOptions & BridgeOption) => status(contextFor(options.bridge), options));
  withExamples(command, ['rlm-workspace status', 'rlm-workspace status --json | jq .latency_ms']);
}

function addInit(program: Command, contextFor: ContextFor): void {
  const command = program
    .command('init')
    .description('Makes a folder a thin workspace and tells your IDEs of the bridge.')
    .argument('[dir]', 'the folder; default: this one')
    .addOption(gateway())
    .addOption(pin())
    .option('--ide <names>', `${IDE_NAMES.join(', ')}; with commas between; default: those found here`)
    .addOption(
      new Option(
        '--scope <scope>',
        'whose IDE settings; user: yours; project: the workspace’s, without machine paths',
      )
        .choices(SCOPES)
        .default('user'),
    )
    .option('--repo <name>', 'the repository that sessions are created for')
    .option('--replace', 'replace an entry “rlm” that serves something else')
    .option('--dry-run', 'show what would be written, and write nothing')
    .option('--no-input', 'ask nothing')
    .addOption(bridge())
    .addOption(json())
    .action((dir: string | undefined, options: InitOptions & BridgeOption) =>
      init(contextFor(options.bridge), { ...options, dir }),
    );
  withExamples(command, [
    'rlm-workspace init ~/projects/shop --repo shop',
    'rlm-workspace init ~/projects/shop --ide cursor,claude-code --dry-run',
    'rlm-workspace init ~/projects/shop --scope project     # files to share with a team',
    'rlm-workspace init ~/projects/shop --ide generic       # prints the entry to paste',
  ]);
}

function addRemove(program: Command, contextFor: ContextFor): void {
  const command = program
    .command('remove')
    .description('Undoes init. What you changed since is left alone and listed.')
    .argument('[dir]', 'the workspace; default: this folder')
    .addOption(json())
    .action((dir: string | undefined, options: RemoveOptions) =>
      remove(contextFor(undefined), { ...options, dir }),
    );
  withExamples(command, ['rlm-workspace remove ~/projects/shop']);
}

function addVerify(program: Command, contextFor: ContextFor): void {
  const command = program
    .command('verify')
    .description('Proves a workspace thin: no source, no keys, no repository. Lists each offending file.')
    .argument('[dir]', 'the workspace; default: this folder')
    .addOption(json())
    .action((dir: string | undefined, options: VerifyOptions) =>
      verify(contextFor(undefined), { ...options, dir }),
    );
  withExamples(command, [
    'rlm-workspace verify ~/projects/shop',
    'rlm-workspace verify --json || echo not thin',
  ]);
}

function addCompletion(program: Command, contextFor: ContextFor): void {
  const command = program
    .command('completion')
    .description('Prints a completion script for your shell.')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .action((shell: Shell) => completion(contextFor(undefined), program, shell));
  withExamples(command, [
    'source <(rlm-workspace completion bash)',
    'rlm-workspace completion fish > ~/.config/fish/completions/rlm-workspace.fish',
  ]);
}
