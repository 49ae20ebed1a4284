// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the shell
import { allNodes, type CompletionNode } from './completion-node.ts';

/** zsh: the same walk as the bash script's, with descriptions beside the words. */
export function zshCompletion(program: string, root: CompletionNode): string {
  const name = `_${program}`;
  const nodes = allNodes(root);
  return [
    `#compdef ${program}`,
    `# zsh completion of ${program}. Load it with: source <(${program} completion zsh)`,
    `${name}() {`,
    '  local at="" word index',
    '  local -a offers',
    '  for ((index = 2; index < CURRENT; index++)); do',
    '    word="${words[index]}"',
    '    case "$at $word" in',
    ...nodes
      .filter(({ path }) => path.length > 0)
      .map(({ path }) => `      '${joined(path)}') at="$at $word" ;;`),
    '    esac',
    '  done',
    '  case "$at ${words[CURRENT-1]}" in',
    ...nodes.flatMap(valueCases),
    '  esac',
    '  case "$at" in',
    ...nodes.map((node) => `    '${joined(node.path)}') offers=(${offersOf(node)}) ;;`),
    '  esac',
    `  _describe -t words '${program}' offers`,
    '  _files',
    '}',
    // Loaded from `fpath` the file itself is the function's body; sourced, it registers the function.
    `if [[ "\${funcstack[1]}" == "${name}" ]]; then ${name} "$@"; else compdef ${name} ${program}; fi`,
    '',
  ].join('\n');
}

const joined = (path: readonly string[]): string => path.map((part) => ` ${part}`).join('');

const offersOf = ({ children, words, flags }: CompletionNode): string =>
  [
    ...children.map(({ path, description }) => `'${path.at(-1) ?? ''}:${description}'`),
    ...words.map((word) => `'${word}'`),
    ...flags.map(({ name, description }) => `'${name}:${description}'`),
  ].join(' ');

const valueCases = ({ path, flags }: CompletionNode): readonly string[] =>
  flags
    .filter(({ hasValue }) => hasValue)
    .map(({ name, choices }) => {
      const offer = choices.length > 0 ? `compadd -- ${choices.join(' ')}` : '_files';
      return `    '${joined(path)} ${name}') ${offer}; return ;;`;
    });
