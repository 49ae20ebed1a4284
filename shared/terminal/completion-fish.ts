import { allNodes, type CompletionNode } from './completion-node.ts';

/** fish: one `complete` line a word, each under the condition that its command was typed. */
export function fishCompletion(program: string, root: CompletionNode): string {
  return [
    `# fish completion of ${program}. Load it with: ${program} completion fish | source`,
    ...allNodes(root).flatMap((node) => linesOf(program, node)),
    '',
  ].join('\n');
}

function linesOf(program: string, { path, children, words, flags }: CompletionNode): readonly string[] {
  const below = children.map((child) => child.path.at(-1) ?? '');
  const seen = path.map((part) => `__fish_seen_subcommand_from ${part}`);
  const notBelow = below.length > 0 ? [`not __fish_seen_subcommand_from ${below.join(' ')}`] : [];
  const conditions = [...seen, ...notBelow].join('; and ');
  const start = `complete -c ${program}${conditions === '' ? '' : ` -n '${conditions}'`}`;
  return [
    ...children.map((child) => `${start} -f -a ${child.path.at(-1) ?? ''} -d '${child.description}'`),
    ...(words.length > 0 ? [`${start} -f -a '${words.join(' ')}'`] : []),
    ...flags.map(({ name, description, hasValue, choices }) => {
      const value = hasValue ? ` -r${choices.length > 0 ? ` -f -a '${choices.join(' ')}'` : ''}` : '';
      return `${start} -l ${name.slice(2)}${value} -d '${description}'`;
    }),
  ];
}
