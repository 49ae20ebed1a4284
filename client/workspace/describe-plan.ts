import { escapeControl, escapeControlLines } from '../../shared/terminal/escape-control.ts';
import type { EntryPath, McpEntry } from '../hosts/ide-host.ts';
import type { InitPlan } from './init-plan.ts';
import type { EntryPlan } from './plan-entry.ts';
import type { PlannedFile } from './plan-files.ts';

const MARK = { create: '+', update: '~', unchanged: '=', kept: '!', taken: '!', refused: '!' } as const;

/**
 * One line a file: what happens to it. Of an IDE's file only our entry is ever shown: what stands beside it may
 * hold tokens.
 */
export function describePlan({ files, entries }: InitPlan): string {
  const lines = [
    ...files.map(({ path, action }) => `  ${MARK[action]} ${path}${NOTE[action]}`),
    ...entries.map(
      (plan) => `  ${MARK[plan.action]} ${escapeControl(plan.file)} (${plan.ide.name}${entryNote(plan)})`,
    ),
  ];
  return lines.join('\n');
}

/** The same with every line that would be written, for `--dry-run`. */
export function describeDiff({ files, entries }: InitPlan): string {
  const changed = files.filter(({ action }) => action === 'create' || action === 'update');
  const written = entries.filter(({ action }) => action === 'create' || action === 'update');
  return [
    ...changed.map(diffOf),
    ...written.map((plan) => `--- ${plan.file}\n${prefixed('+', snippet(plan.ide.entryPath, plan.entry))}`),
  ]
    .map(escapeControlLines)
    .join('\n');
}

/** An entry as it stands in a file that holds nothing else. */
export const snippet = ([container, name]: EntryPath, entry: McpEntry): string =>
  JSON.stringify({ [container]: { [name]: entry } }, null, 2);

const NOTE: Record<PlannedFile['action'], string> = {
  create: '',
  update: ' (renewed)',
  unchanged: ' (unchanged)',
  kept: ' (yours, left alone)',
};

function entryNote(plan: EntryPlan): string {
  switch (plan.action) {
    case 'create':
      return '';
    case 'update':
      return ', entry “rlm” renewed';
    case 'unchanged':
      return ', unchanged';
    case 'taken':
    case 'refused':
      return `: ${plan.reason}, left alone`;
  }
}

/** Lines that both have at the beginning and at the end are left out; these files are short. */
function diffOf({ path, before, after }: PlannedFile): string {
  const old = (before ?? '').split('\n');
  const next = after.split('\n');
  let head = 0;
  while (head < Math.min(old.length, next.length) && old[head] === next[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, next.length) - head && old.at(-1 - tail) === next.at(-1 - tail)) tail++;
  const gone = before === null ? '' : `${prefixed('-', old.slice(head, old.length - tail).join('\n'))}\n`;
  return `--- ${path}\n${gone}${prefixed('+', next.slice(head, next.length - tail).join('\n'))}`;
}

const prefixed = (mark: string, text: string): string =>
  text
    .split('\n')
    .map((line) => `${mark} ${line}`)
    .join('\n');
