import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode, type ErrorFacts, type ErrorPlace } from '../shared/errors/codes.ts';
import { ROOT } from './bundle.ts';
import { renderExec } from './exec-reference.ts';

/** Reference pages that are made from the code. `node scripts/reference.ts` writes them; a test compares. */
export interface ReferencePage {
  /** Relative to the repository. */
  readonly file: string;
  render(): Promise<string>;
}

export const REFERENCE_PAGES: readonly ReferencePage[] = [
  { file: 'docs/errors.md', render: renderErrors },
  { file: 'docs/limits.md', render: renderLimits },
  { file: 'docs/exec.md', render: async () => `${NOTICE}\n${await renderExec()}` },
];

const NOTICE = '<!-- Made by scripts/reference.ts; edit the code instead. -->';

const PLACES: Readonly<Record<ErrorPlace, string>> = {
  tool: 'in a tool’s result, as `error_code`',
  bridge: 'in a JSON-RPC error of the bridge, as `data.code`',
  cli: 'by the executables',
};

async function renderErrors(): Promise<string> {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  const sections = codes.map((code) => {
    const { places, retry, exit, next }: ErrorFacts = ERROR_CODES[code];
    return [
      `## ${code}`,
      '',
      `Shown ${places.map((place) => PLACES[place]).join(', and ')}. ${
        retry ? 'The same call may succeed later.' : 'Trying again without a change does not help.'
      }${places.includes('cli') ? ` Exit code ${exit}.` : ''}`,
      ...(next === '' ? [] : ['', `Next: ${next}`]),
      '',
    ].join('\n');
  });
  return [
    NOTICE,
    '# Errors',
    '',
    'The code is the contract: its sentence may improve, its meaning never changes.',
    '',
    ...sections,
  ].join('\n');
}

/** Every constant of shared/limits.ts with its value and the reason in its comment. */
async function renderLimits(): Promise<string> {
  const source = await readFile(join(ROOT, 'shared/limits.ts'), 'utf8');
  const values: Readonly<Record<string, unknown>> = await import('../shared/limits.ts');
  const rows: string[] = [];
  let reason = '';
  for (const match of source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/|^export const ([A-Z0-9_]+) =/gm)) {
    const [, comment, name] = match;
    if (comment !== undefined) reason = comment.replace(/\s*\*?\s+/g, ' ').trim();
    if (name !== undefined) rows.push(`| \`${name}\` | ${String(values[name])} | ${reason} |`);
  }
  return [
    NOTICE,
    '# Limits',
    '',
    'Every number that both ends, or a tool’s schema and its engine, enforce. An administrator lowers a session’s budgets in `config.json`.',
    '',
    '| name | value | why |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

if (import.meta.main) {
  for (const page of REFERENCE_PAGES) await writeFile(join(ROOT, page.file), await page.render());
}
