import { mkdir, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { isRepoName } from '../../shared/local/workspace-file.ts';
import { confirm } from '../../shared/terminal/confirm.ts';
import { Interrupted } from '../../shared/terminal/interrupted.ts';
import { print, printJson, say } from '../../shared/terminal/streams.ts';
import type { Scope } from '../hosts/ide-host.ts';
import { SERVER_NAME } from '../hosts/ide-host.ts';
import { applyEntry } from '../workspace/apply-entry.ts';
import { chooseGateway } from '../workspace/choose-gateway.ts';
import { type ChosenIdes, chooseIdes } from '../workspace/choose-ides.ts';
import { describeDiff, describePlan, snippet } from '../workspace/describe-plan.ts';
import { changesAnything, type InitPlan, planInit } from '../workspace/init-plan.ts';
import { newRecord, readRecord, writeRecord } from '../workspace/machine-record.ts';
import { WorkspaceFolder } from '../workspace/workspace-folder.ts';
import type { CommandContext } from './command-context.ts';

export interface InitOptions {
  readonly dir?: string | undefined;
  readonly gateway?: string | undefined;
  readonly gatewayKey?: string | undefined;
  readonly ide?: string | undefined;
  readonly scope: Scope;
  readonly repo?: string | undefined;
  readonly replace?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  /** False for `--no-input`. */
  readonly input: boolean;
  readonly json?: boolean | undefined;
}

/**
 * Makes a folder a thin workspace and tells the IDEs of the bridge. Plans everything, shows it, asks where somebody
 * can be asked, and only then writes. A second run with the same arguments changes nothing.
 */
export async function init(context: CommandContext, options: InitOptions): Promise<void> {
  const { terminal, host, bridge } = context;
  const { origin, gatewayKey, isLoggedIn } = await chooseGateway(host, {
    gateway: options.gateway,
    gatewayKey: options.gatewayKey,
  });
  const ides = await chooseIdes(host, options.ide);
  const folder = new WorkspaceFolder(await workspaceDir(context, options.dir));
  const facts = { gateway: origin, gatewayKey, repo: repoName(options.repo) };
  const mayReplace = options.replace === true;
  const plan = await planInit({ folder, facts, ides, scope: options.scope, mayReplace, bridge, host });
  refuseTaken(plan);
  if (options.dryRun === true) {
    if (options.json === true) printJson(terminal, asJson(plan, true));
    else print(terminal, `${describePlan(plan)}\n${describeDiff(plan)}`);
    return;
  }
  if (changesAnything(plan)) await ask(context, plan, options);
  await apply(context, plan);
  if (options.json === true) printJson(terminal, asJson(plan, false));
  else print(terminal, describePlan(plan));
  tellRest(context, plan, ides, isLoggedIn, options);
  const refused = plan.entries.find(({ action }) => action === 'refused');
  if (refused !== undefined) {
    const fields = { next: 'Add the entry that is shown above, or mend the file and run the command again.' };
    throw new RlmError('FAILED', `All is written but one entry: ${refused.file} was left alone.`, { fields });
  }
}

/** Absolute, with the links on the way resolved, so that an entry and `remove` mean the same folder. */
async function workspaceDir({ host }: CommandContext, dir: string | undefined): Promise<string> {
  const named = resolve(host.cwd, dir ?? '.');
  const real = await realpath(named).catch(async () => {
    const parent = await realpath(dirname(named)).catch(() => dirname(named));
    return resolve(parent, named.slice(dirname(named).length).replace(/^[\\/]/, ''));
  });
  const home = await realpath(host.homeDir).catch(() => host.homeDir);
  if (real === home || real === dirname(real)) {
    const fields = { next: 'Name a folder of its own: rlm-workspace init DIR' };
    throw new RlmError('USAGE', `${real} can't be a thin workspace: much more than that lies in it.`, {
      fields,
    });
  }
  return real;
}

function repoName(repo: string | undefined): string | undefined {
  if (repo === undefined || isRepoName(repo)) return repo;
  throw new RlmError('USAGE', '--repo is a name of letters, digits, dot, dash and underscore.');
}

/** Somebody else's entry is not replaced unasked, and half of an `init` is not done either. */
function refuseTaken({ entries }: InitPlan): void {
  for (const plan of entries) {
    if (plan.action !== 'taken') continue;
    const fields = { next: 'To replace it, add --replace; to keep both, use --scope project.' };
    throw new RlmError('FAILED', `${plan.file} ${plan.reason}, for something else than this workspace.`, {
      fields,
    });
  }
}

async function ask({ terminal }: CommandContext, plan: InitPlan, { input }: InitOptions): Promise<void> {
  if (!input || !terminal.isInteractive) return;
  say(terminal, `Gateway ${plan.facts.gateway}, pinned to ${plan.facts.gatewayKey}. In ${plan.folder.dir}:`);
  say(terminal, describePlan(plan));
  if (await confirm(terminal, 'Write these?')) return;
  say(terminal, 'Nothing was written.');
  throw new Interrupted();
}

async function apply({ host }: CommandContext, { folder, files, entries }: InitPlan): Promise<void> {
  const madeFolder = !(await folder.exists());
  try {
    await mkdir(folder.dir, { recursive: true });
  } catch (cause) {
    throw new RlmError('FAILED', `Could not make the folder ${folder.dir}.`, { cause });
  }
  const earlier = await readRecord(host, folder.dir);
  let record = earlier ?? newRecord(folder.dir, madeFolder);
  if (earlier === null) await writeRecord(host, record);
  for (const { path, action, after } of files) {
    if (action === 'create' || action === 'update') await folder.write(path, after);
  }
  for (const entry of entries) record = await applyEntry(host, entry, record);
}

/** What is left to do by hand: on standard error, since it is talk. */
function tellRest(
  { terminal }: CommandContext,
  plan: InitPlan,
  ides: ChosenIdes,
  isLoggedIn: boolean,
  { scope, json }: InitOptions,
): void {
  for (const entry of plan.entries) {
    if (entry.action === 'refused') {
      say(terminal, `\n${entry.file} ${entry.reason}, so it was left alone. Add this to it:`);
      say(terminal, snippet(entry.ide.entryPath, entry.entry));
    } else {
      say(terminal, entry.ide.trustStep(scope));
    }
  }
  if (plan.genericEntry !== null && json !== true) {
    say(terminal, '\nFor any other IDE, add this to its MCP settings:');
    print(terminal, snippet(['mcpServers', SERVER_NAME], plan.genericEntry));
  }
  if (plan.files.some(({ path, action }) => path === 'CLAUDE.md' && action === 'kept')) {
    say(
      terminal,
      'CLAUDE.md is yours and was left alone; let it import the instructions with the line: @AGENTS.md',
    );
  }
  for (const ide of ides.leftOut) {
    say(terminal, `${ide.name} was found but not set up; to do so: rlm-workspace init --ide ${ide.id}`);
  }
  if (!isLoggedIn)
    say(terminal, `Next: rlm-workspace login (you are not logged in to ${plan.facts.gateway} yet)`);
  else say(terminal, 'Next: rlm-workspace status');
}

const asJson = (plan: InitPlan, isDryRun: boolean): Record<string, unknown> => ({
  workspace: plan.folder.dir,
  gateway: plan.facts.gateway,
  gateway_key: plan.facts.gatewayKey,
  repo: plan.facts.repo ?? null,
  dry_run: isDryRun,
  files: plan.files.map(({ path, action }) => ({ path, action })),
  entries: plan.entries.map(({ ide, file, action, entry }) => ({ ide: ide.id, file, action, entry })),
  generic_entry: plan.genericEntry,
});
