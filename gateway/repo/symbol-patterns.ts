/**
 * What a definition's first line looks like in each family of languages. Every pattern is anchored and looks at a line
 * of bounded length; none repeats a group that may match in two ways.
 */
export type Family = 'script' | 'python' | 'ruby' | 'c' | 'go' | 'rust' | 'java' | 'shell';

const SCRIPT_HEAD = String.raw`^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?`;
const MODIFIERS = String.raw`(?:(?:public|private|protected|internal|static|final|abstract|sealed|open|override|async|virtual|readonly|data|export|suspend|inline|partial|unsafe|extern|synchronized|native|default|const)\s+){0,8}`;
const NOT_A_CALL = String.raw`(?!(?:if|for|while|switch|catch|return|throw|new|else|do|sizeof|await|yield|case|typeof|super|function|import)\b)`;

const PATTERNS: Record<Family, readonly RegExp[]> = {
  script: [
    new RegExp(`${SCRIPT_HEAD}(?:function\\s*\\*?|class|interface|enum|namespace|module|type)\\s+([\\w$]+)`),
    /^\s*(?:export\s+)?(?:const|let|var)\s+([\w$]+)[^=]{0,120}=\s*(?:async\s*)?(?:function\b|\(|[\w$]+\s*=>|class\b)/,
    /^(?:export\s+)?(?:const|let|var)\s+([\w$]+)\b/,
    /^\s*(?:[\w$]+\.){1,4}([\w$]+)\s*=\s*(?:[\w$]+\s*=\s*)?(?:async\s+)?(?:function\b|class\b|\([^()]{0,200}\)\s*=>)/,
    /^\s+([\w$]+)\s*:\s*(?:async\s+)?function\b/,
    new RegExp(
      `^\\s+${MODIFIERS}(?:get\\s+|set\\s+|\\*\\s*)?${NOT_A_CALL}(#?[\\w$]+)\\s*(?:<[^()]{0,100}>)?\\([^;]{0,300}\\{$`,
    ),
  ],
  python: [/^\s*(?:async\s+)?(?:def|class)\s+([\p{L}\p{N}_]+)/u],
  ruby: [/^\s*(?:def|class|module|defmodule|defp)\s+([\w.:?!]+)/, /^\s*(?:local\s+)?function\s+([\w.:]+)/],
  c: [
    /^\s*(?:typedef\s+)?(?:struct|class|enum|union|namespace|@interface|@implementation)\s+(?:class\s+)?(\w+)[^;]{0,200}$/,
    new RegExp(`^${NOT_A_CALL}(?:[\\w:<>,~*&]+\\s+){0,8}[*&]{0,3}${NOT_A_CALL}([\\w:~]+)\\s*\\([^;]{0,300}$`),
    new RegExp(`^\\s+(?:[\\w:<>,~*&]+\\s+){1,8}[*&]{0,3}${NOT_A_CALL}([\\w:~]+)\\s*\\([^;]{0,300}\\{$`),
    /^#define\s+(\w+)/,
  ],
  go: [/^func\s+(?:\([^)]{0,200}\)\s*)?(\w+)/, /^(?:type|var|const)\s+(\w+)/],
  rust: [
    /^\s*(?:pub(?:\([^)]{0,40}\))?\s+)?(?:default\s+)?(?:const\s+)?(?:async\s+)?(?:unsafe\s+)?(?:extern\s+"[^"]{0,20}"\s+)?(?:fn|struct|enum|trait|union|mod|type)\s+(\w+)/,
    /^\s*(?:unsafe\s+)?impl\b(?:<[^{]{0,100}>)?\s*([^{]{1,100}?)\s*\{?$/,
    /^\s*(?:pub\s+)?macro_rules!\s+(\w+)/,
  ],
  java: [
    new RegExp(
      `^\\s*${MODIFIERS}(?:class|interface|enum|record|struct|object|trait|protocol|extension|namespace|@interface)\\s+([\\w.]+)`,
    ),
    new RegExp(`^\\s*${MODIFIERS}(?:fun|func|function|def)\\s+(?:<[^>]{0,60}>\\s*)?([\\w.]+)`),
    new RegExp(
      `^\\s+${MODIFIERS}${NOT_A_CALL}[\\w<>\\[\\],.?]{1,80}\\s+${NOT_A_CALL}(\\w+)\\s*\\([^;]{0,300}$`,
    ),
  ],
  shell: [/^\s*(?:function\s+)?([\w:-]+)\s*\(\)\s*\{?/, /^\s*function\s+([\w:-]+)/],
};

/** The name that a line defines, if it begins a definition. */
export function definitionIn(line: string, family: Family): string | undefined {
  for (const pattern of PATTERNS[family]) {
    const name = pattern.exec(line)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

const CONTAINER =
  /^\s*(?:[\w()]+\s+){0,8}(?:class|interface|namespace|module|trait|impl|object|protocol|extension|mod|struct|enum|union|record|defmodule|@interface|@implementation)\b/;

/** Whether a definition's first line begins a class or the like, whose members are definitions too. */
export const isContainer = (line: string): boolean => CONTAINER.test(line);
