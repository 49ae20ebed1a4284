/** What a Python program is made of: Unicode forms of a name, NUL, encodings, and what a scanner takes for text. */
import { type Attack, HARMLESS_OR_SYNTAX, inLanguage } from './attack.ts';
import { PYTHON_LOOT } from './loot.ts';

const attack = (code: string): string => PYTHON_LOOT + code;
const gains = ['file', 'environment', 'process'] as const;

export const pythonText: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-fullwidth-names',
    source: 'PEP 3131: names are normalised (NFKC) after a filter of bytes has looked',
    code: attack('\uff45\uff56\uff41\uff4c("loot(__import__(\'os\'))")'),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-mathematical-names',
    source: 'PEP 3131',
    code: attack(
      '\u{1d428}\u{1d429}\u{1d41e}\u{1d427}("@MARKER@", "w"); loot(\uff3f\uff3fimport\uff3f\uff3f("os"))',
    ),
    gains: [...gains, 'write'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-ligature-and-long-s',
    source: 'PEP 3131',
    code: attack('import o\u017f\nloot(o\u017f)\n'),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-import-across-lines',
    source: 'class: what a scan of lines misses',
    code: attack(
      'from \\\n os \\\n import \\\n system as s; s("(sleep 30; : @TOKEN@) &")\nif 1: import subprocess; print(subprocess.getoutput("cat @FILE@"))',
    ),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-form-feed-and-carriage-return',
    source: 'class: white space that one tokeniser takes for a line’s end',
    code: attack('x = 1 # \rimport os\rloot(os)\n\x0cimport os\nloot(os)\n'),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-line-separators',
    source: 'class: characters that JavaScript takes for a line’s end and Python does not',
    code: attack('x = "\u2028"; import os; loot(os) # "\u2029\x85\x1c\x1d\n'),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-string-prefix-confusion',
    source: 'class: where a string ends',
    code: attack(
      "a = rb'\\''; import os; loot(os); c = ''''''; d = '''\\'''' + __import__('os').name #'''\n",
    ),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-raw-f-string-braces',
    source: 'class: where a field begins',
    code: attack(
      String.raw`print(fr"\{__import__('os').environ['@ENV@']}", rf'{{{__import__("os").name}}}', f"{{}}{__import__('os').name!r:>{10}}")`,
    ),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-nul-ends-the-program',
    source: 'class: a C string ends where the filter’s does not',
    code: attack('x = 1\0\nimport os\nloot(os)\n'),
    gains,
    ends: ['EXEC_DENIED', 'EXEC_SYNTAX', 'EXEC_ERROR'],
  },
  {
    id: 'py-coding-cookie',
    source: 'PEP 263: a first line that changes what the rest means',
    code: '# -*- coding: utf-7 -*-\n+AGkAbQBwAG8AcgB0- os+ADs- print(os.environ)\n# coding: rot13\nvzcbeg bf\n',
    gains,
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'py-lone-surrogates',
    source: 'the original gateway: a lone surrogate in code raised out of the tool',
    code: "print('\ud800')",
    gains: ['inside'],
    ends: HARMLESS_OR_SYNTAX,
  },
  {
    id: 'py-lone-surrogates-in-output',
    source: 'the original gateway: a lone surrogate in output raised out of the tool',
    code: `print(chr(0xd800) + chr(0xdfff))
raise ValueError(chr(0xdc00))`,
    gains: ['inside'],
    ends: ['EXEC_ERROR'],
  },
  {
    id: 'py-bidi',
    source: 'CVE-2021-42574 (Trojan Source)',
    code: attack("level = 'user\u202e \u2066# if admin\u2069 \u2066'; import os; loot(os)"),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-names-in-strings-are-text',
    source: 'class: a filter that refuses too much is one that gets switched off',
    code: `# import os, eval(open)
print('import os; eval(open("x"))', """__import__('os')""")
def opens(evaluate):
    return evaluate
opens('exec')`,
    gains: ['inside'],
    ends: ['completed'],
  },
]);
