/** Format strings: a small language that reads attributes, inside strings that no checker of code looks at. */
import { type Attack, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage, STOPPED } from './attack.ts';
import { PYTHON_LOOT } from './loot.ts';

const gains = ['environment', 'inside', 'memory'] as const;

export const pythonFormatting: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-format-class-chain',
    source: 'CVE-2016-10745 (Jinja); smolagents pull request 2271',
    code: `print('{0.__class__.__base__.__subclasses__}'.format('a'))
print('{0.__init__.__globals__}'.format(search)[:5000])`,
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-format-of-host-function',
    source: 'CVE-2023-41039 (RestrictedPython: `format` reads every attribute)',
    code: `
for f in (read_span, search, query, list_files):
    for field in ('__globals__', '__self__', '__func__', '__closure__', '__code__', '__dict__', '__module__', '__wrapped__', '__call__'):
        try:
            print(('{0.' + field + '}').format(f)[:3000])
        except BaseException as e:
            print(type(e))`,
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-format-map',
    source: 'CVE-2023-41039; CVE-2019-10906 (Jinja: `format_map` was forgotten)',
    code: `print('{f.__self__}{f.__class__.__mro__}'.format_map({'f': print}))
class D(dict):
    def __missing__(self, key):
        return search
print('{x.__globals__}'.format_map(D()))`,
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-format-indirect-reference',
    source: 'CVE-2024-56326, CVE-2025-27516 (Jinja: `format` called through another function)',
    code: `
fmt = '{0.__class__.__mro__[1].__subclasses__}'.format
print(list(map(fmt, [search]))[0])
print(list(map(str.format, ['{0.__self__}'], [print]))[0])
print(sorted(['a'], key=fmt)[0])`,
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-format-nested-fields',
    source: 'class: the width is a field too',
    code: `print('{0:{1.__class__.__name__[0]}>{2}}'.format('x', search, 9))
print('{0[__builtins__]}'.format(getattr(search, '__globals__', {'__builtins__': 0})))`,
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-string-formatter',
    source: 'CVE-2024-47532 (RestrictedPython: `string.Formatter`)',
    code: `
import string
f = string.Formatter()
print(f.get_field('0.__class__.__base__', ((),), {}))
print(string.Template('$x').substitute(x=search))
print(string.Formatter.get_field.__globals__['__builtins__']['open']('@FILE@').read())`,
    gains: ['file', 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-percent-format',
    source: 'class: `%` with an object that answers',
    code: `
class M(dict):
    def __getitem__(self, k):
        return search
print('%(x)r %(y)s' % M())
print('%s %r %a' % (search, print, list_files))`,
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-f-string-fields',
    source: 'class: code inside f-strings',
    code: `print(f"{print.__self__.__dict__['open']('@FILE@').read()}")`,
    gains: ['file', 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-f-string-nested-quotes',
    source: 'class: PEP 701: f-strings in f-strings, which a tokeniser of old does not see',
    code: `print(f"{f"{f'{__import__("os").environ["@ENV@"]}'}"}")`,
    gains: ['environment'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-f-string-format-spec-code',
    source: 'class: code in the format part of an f-string',
    code: `print(f"{1:{__import__('os').environ.get('@ENV@')}}")`,
    gains: ['environment'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-t-string',
    source: 'class: PEP 750 template strings of Python 3.14',
    code: `t = t"{__import__('os').environ['@ENV@']}"
print(t.interpolations[0].value)`,
    gains: ['environment'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-format-width-bomb',
    source: 'class: memory by a width',
    code: `print(len('{:>2000000000}'.format('x')))
print(len(f"{'x':>{10**9}}"))
print(len('%2000000000d' % 1))`,
    gains: ['limits'],
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'py-repr-of-everything',
    source: 'class: what the interpreter prints of its own objects',
    code: `${PYTHON_LOOT}
for o in (print, search, read_span, loot, type(print), __name__, Exception('x')):
    print(repr(o), str(o))
print(dir())
print(dir(search))`,
    gains,
    ends: HARMLESS,
  },
]);
