// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the shell
import { allNodes, type CompletionNode } from './completion-node.ts';

/**
 * bash: one `case` over the commands typed so far. After a flag with a value it offers the flag's choices, or
 * files; else the command's flags and the commands below it.
 */
export function bashCompletion(program: string, root: CompletionNode): string {
  const name = `_${program.replaceAll('-', '_')}`;
  const nodes = allNodes(root);
  return [
    `# bash completion of ${program}. Load it with: source <(${program} completion bash)`,
    `${name}() {`,
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" at="" word index',
    '  for ((index = 1; index < COMP_CWORD; index++)); do',
    '    word="${COMP_WORDS[index]}"',
    '    case "$at $word" in',
    ...nodes
      .filter(({ path }) => path.length > 0)
      .map(({ path }) => `      ${pattern(path)}) at="$at $word" ;;`),
    '    esac',
    '  done',
    '  COMPREPLY=()',
    '  case "$at $previous" in',
    ...nodes.flatMap(valueCases),
    '  esac',
    '  case "$at" in',
    ...nodes.map((node) => `    ${at(node.path)}) ${reply(wordsOf(node))} ;;`),
    '  esac',
    '}',
    `complete -o bashdefault -o default -F ${name} ${program}`,
    '',
  ].join('\n');
}

/** The commands so far, as the script keeps them: each with a space before it. */
const at = (path: readonly string[]): string => `'${path.map((part) => ` ${part}`).join('')}'`;
const pattern = (path: readonly string[]): string => at(path);

const wordsOf = ({ children, words, flags }: CompletionNode): readonly string[] => [
  ...children.map(({ path }) => path.at(-1) ?? ''),
  ...words,
  ...flags.map(({ name }) => name),
];

const reply = (words: readonly string[]): string =>
  `mapfile -t COMPREPLY < <(compgen -W '${words.join(' ')}' -- "$current")`;

const valueCases = ({ path, flags }: CompletionNode): readonly string[] =>
  flags
    .filter(({ hasValue }) => hasValue)
    .map(({ name, choices }) => {
      const offer = choices.length > 0 ? `${reply(choices)}; ` : '';
      return `    '${path.map((part) => ` ${part}`).join('')} ${name}') ${offer}return ;;`;
    });
