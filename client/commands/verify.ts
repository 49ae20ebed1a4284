import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RlmError } from '../../shared/errors/rlm-error.ts';
import { print, printJson } from '../../shared/terminal/streams.ts';
import { formatTable } from '../../shared/terminal/table.ts';
import { REASONS } from '../thinness/finding.ts';
import { type Scan, scan } from '../thinness/scan.ts';
import type { CommandContext } from './command-context.ts';

export interface VerifyOptions {
  readonly dir?: string | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Proves that a folder holds no source, no keys and no repository, or lists what it holds.
 *
 * @throws `CHECK_FAILED` it is not thin; everything that was found has been printed
 */
export async function verify({ terminal, host }: CommandContext, options: VerifyOptions): Promise<void> {
  const dir = await existingFolder(resolve(host.cwd, options.dir ?? '.'));
  const { findings, fileCount } = await scan(dir);
  const offences = findings.filter(({ severity }) => severity === 'offence');
  const isThin = offences.length === 0;
  if (options.json === true) {
    printJson(terminal, {
      workspace: dir,
      is_thin: isThin,
      file_count: fileCount,
      findings: asJson(findings),
    });
  } else {
    const rows = findings.map(({ path, reason, severity }) => [
      severity,
      path === '' ? '.' : path,
      REASONS[reason],
    ]);
    if (rows.length > 0) print(terminal, formatTable(['', 'file', 'why'], rows));
    if (isThin)
      print(
        terminal,
        `Thin: ${fileCount} ${fileCount === 1 ? 'file' : 'files'} in ${dir}, no source, no keys, no repository.`,
      );
  }
  if (isThin) return;
  const fields = { next: `Move what is listed out of ${dir}, then run: rlm-workspace verify` };
  const count = `${offences.length} ${offences.length === 1 ? 'thing does' : 'things do'}`;
  throw new RlmError('CHECK_FAILED', `${dir} is not a thin workspace: ${count} not belong in it.`, {
    fields,
  });
}

const asJson = (findings: Scan['findings']): readonly Record<string, unknown>[] =>
  findings.map(({ path, reason, severity }) => ({
    path: path || '.',
    severity,
    reason,
    why: REASONS[reason],
  }));

async function existingFolder(named: string): Promise<string> {
  try {
    const dir = await realpath(named);
    if ((await stat(dir)).isDirectory()) return dir;
  } catch (cause) {
    throw new RlmError('USAGE', `There is no folder ${named}.`, { cause });
  }
  throw new RlmError('USAGE', `${named} is not a folder.`);
}
