import type { Command, Option } from 'commander';

/** What a completion script needs to know of a command, and of those below it. */
export interface CompletionNode {
  /** Names from below the executable: `[]` for the root, `['keys', 'list']`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly flags: readonly CompletionFlag[];
  /** Fixed words the first argument may be. */
  readonly words: readonly string[];
  readonly children: readonly CompletionNode[];
}

export interface CompletionFlag {
  /** `--gateway` */
  readonly name: string;
  readonly description: string;
  readonly hasValue: boolean;
  readonly choices: readonly string[];
}

/** Reads a program's commands, so that completion can't fall behind them. */
export function describeNode(command: Command, path: readonly string[] = []): CompletionNode {
  return {
    path,
    description: plain(command.description()),
    flags: command.createHelp().visibleOptions(command).flatMap(describeFlag),
    words: command.registeredArguments[0]?.argChoices ?? [],
    children: command.commands.map((inner) => describeNode(inner, [...path, inner.name()])),
  };
}

/** The node and all below it, the outermost first. */
export const allNodes = (node: CompletionNode): readonly CompletionNode[] => [
  node,
  ...node.children.flatMap(allNodes),
];

function describeFlag(option: Option): readonly CompletionFlag[] {
  if (option.long === undefined) return [];
  const hasValue = option.required || option.optional;
  return [
    {
      name: option.long,
      description: plain(option.description),
      hasValue,
      choices: option.argChoices ?? [],
    },
  ];
}

/** The first clause, without characters that mean something to a shell, whichever it is. */
const plain = (text: string): string =>
  (text.split(/[.;:\n]/)[0] ?? '').replace(/[^\p{L}\p{N} ,/=_’-]/gu, '').trim();
