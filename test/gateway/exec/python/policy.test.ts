import { describe, expect, it } from 'vitest';
import { PolicyRefusal } from '../../../../gateway/exec/policy-refusal.ts';
import { checkPython } from '../../../../gateway/exec/python/policy.ts';

function refusalOf(code: string): PolicyRefusal | null {
  try {
    checkPython(code);
    return null;
  } catch (error) {
    if (error instanceof PolicyRefusal) return error;
    throw error;
  }
}

const DENIED: readonly (readonly [what: string, code: string, named: string])[] = [
  ['a call', 'open("x")', 'open()'],
  ['a value', 'f = eval', 'eval()'],
  ['in a list', '[print, exec][1]("1")', 'exec()'],
  ['a bare compile', 'compile("1", "x", "eval")', 'compile()'],
  ['__import__', '__import__("os")', '__import__()'],
  ['globals', 'print(globals())', 'globals()'],
  ['locals', 'locals ()', 'locals()'],
  ['input', 'x = input("? ")', 'input()'],
  ['breakpoint', 'breakpoint()', 'breakpoint()'],
  ['__builtins__', '__builtins__["open"]', '__builtins__'],
  ['__loader__', '__loader__.load_module', '__loader__'],
  ['a name deleted', 'del open', 'open()'],
  ['a name of an assignment', 'open = open', 'open()'],
  ['a function of the module', 'def open(path): pass', 'open()'],
  ['an import under that name', 'from re import compile', 'compile()'],
  ['a value of a slice', 'x = [1][0:open:1]', 'open()'],
  ['after a keyword', 'x = 0or eval("1")', 'eval()'],
  ['next to a number', '0 if 1else(eval)("1")', 'eval()'],
  ['behind an ellipsis', '...;open("x")', 'open()'],
  ['subclasses', '().__class__.__base__.__subclasses__()', '__base__'],
  ['subclasses alone', 'object.__subclasses__()', '__subclasses__'],
  ['globals of a function', 'f.__init__.__globals__', '__globals__'],
  ['self of a builtin', 'print.__self__', '__self__'],
  ['a generator\u2019s frame', '(x for x in ()).gi_frame', 'gi_frame'],
  ['a traceback\u2019s frame', 'e.__traceback__.tb_frame', 'tb_frame'],
  ['an attribute of a float', '1..__mro__', '__mro__'],
  ['an attribute of a hex number', '0x1.__mro__', '__mro__'],
  ['an attribute over two lines', '(x\n  .\n  __globals__)', '__globals__'],
  ['os', 'import os', 'module os'],
  ['os.path as a name', 'import os.path as p', 'module os'],
  ['second of a list', 'import json, subprocess', 'module subprocess'],
  ['after an alias', 'import json as j, socket as s', 'module socket'],
  ['from', 'from subprocess import run', 'module subprocess'],
  ['a part of a package', 'from urllib import request', 'module urllib.request'],
  ['a part of a package, dotted', 'import urllib.request', 'module urllib.request'],
  ['in parentheses', 'from urllib import (\n  parse,\n  request,\n)', 'module urllib.request'],
  ['a star', 'from ctypes import *', 'module ctypes'],
  ['importlib', 'import importlib; importlib.import_module("os")', 'module importlib'],
  ['js', 'import js', 'module js'],
  ['pyodide', 'from pyodide.ffi import to_js', 'module pyodide'],
  ['pickle', 'import pickle', 'module pickle'],
  ['pathlib', 'from pathlib import Path', 'module pathlib'],
  ['what looks at a disk', 'from os.path import exists', 'module os'],
  ['after a colon', 'if True: import os', 'module os'],
  ['after a semicolon', 'x = 1; import os', 'module os'],
  ['io.open', 'import io\nio.open("x")', 'io.open()'],
  ['io.open, from', 'from io import open', 'io.open()'],
  ['sys.modules', 'import sys\nsys.modules["os"]', 'sys.modules'],
  ['_getframe', 'sys._getframe()', '_getframe'],
  ['a field of an f-string', 'f"{open(1)}"', 'open()'],
  ['a field in a format', 'f"{1:{open(1)}}"', 'open()'],
  ['a field in a field', 'f"{f\'{f"{eval(1)}"}\'}"', 'eval()'],
  ['the same quotes inside', 'f"{f"{eval(1)}"}"', 'eval()'],
  ['three braces', 'f"{{{eval(1)}}}"', 'eval()'],
  ['braces doubled in a format', 'f"{1:{{eval(1)}}}"', 'eval()'],
  ['a backslash before a brace', 'f"\\{eval(1)}"', 'eval()'],
  ['a raw f-string', 'rf"\\N{eval(1)}"', 'eval()'],
  ['a named character that is none', 'f"\\N{eval(1)}"', 'eval()'],
  ['an f-string of three quotes', 'F"""\n{\neval(1)\n}"""', 'eval()'],
  ['a t-string', 't"{eval(1)}"', 'eval()'],
  ['an attribute in a field', 'f"{x.__globals__!r:>10}"', '__globals__'],
  ['after an f-string', 'f"{1:>5}" + eval("1")', 'eval()'],
  ['fullwidth letters', '\uff45\uff56\uff41\uff4c("1")', 'eval()'],
  ['mathematical letters', '\u{1d452}\u{1d463}\u{1d44e}\u{1d459}("1")', 'eval()'],
  ['an attribute in fullwidth letters', 'x.\uff3f\uff3fglobals\uff3f\uff3f', '__globals__'],
  ['a module in fullwidth letters', 'import \uff4f\uff53', 'module os'],
  ['a line continued', 'eval\\\n("1")', 'eval()'],
  ['a line continued with CRLF', 'import \\\r\n os', 'module os'],
  ['a tab and a form feed', '\f\teval\t\f("1")', 'eval()'],
  ['a carriage return ends a comment', '# words \reval("1")', 'eval()'],
  ['a carriage return ends a string', 'x = "words \reval("1")', 'eval()'],
  ['a mark at the start', '\ufeffeval("1")', 'eval()'],
];

describe('what a Python program may not name', () => {
  it.each(DENIED)('refuses %s', (_what, code, named) => {
    const refusal = refusalOf(code);
    expect(refusal?.kind).toBe('denied');
    expect(refusal?.message).toContain(named);
    expect(refusal?.message).toContain('is not available in the sandbox');
  });

  it('says what to use instead', () => {
    expect(refusalOf('open("x")')?.message).toContain('read_span(path, start_line, end_line)');
    expect(refusalOf('import os')?.message).toContain('posixpath');
    expect(refusalOf('compile("a")')?.message).toContain('re.compile()');
  });

  it.each([
    ['x = 1\n\nopen("x")', 3],
    ['x = 1\r\n\r\nopen("x")', 3],
    ['x = 1\r\ropen("x")', 3],
    ['"""\n\n"""\nopen("x")', 4],
    ['f"""\n{1\n}"""; open("x")', 3],
    ['x = (1,\n 2)\nimport os', 3],
    ['"a\\\nb"; open("x")', 2],
    ['from urllib import (parse,\n  request)', 1],
  ])('knows the line in %j', (code, line) => {
    expect(refusalOf(code)?.line).toBe(line);
  });

  it('refuses NUL and halves of characters as no program, whatever stands around them', () => {
    expect(refusalOf('x = 1\n# \0')).toMatchObject({ kind: 'syntax', line: 2 });
    expect(refusalOf('x = 1\n\ny = "\ud800"')).toMatchObject({ kind: 'syntax', line: 3 });
    expect(refusalOf('x = "\u{1f600}"')).toBeNull();
  });
});

describe('what an honest program may say', () => {
  it.each([
    ['re.compile', 'import re\nP = re.compile(r"open\\(")\nre . compile ("x")'],
    ['words in strings', 'x = "eval(1) import os"; y = \'open\'; z = """import os\nexec("x")\n"""'],
    ['words in comments', '# import os, then eval(1)\nx = 1 # open("x")'],
    ['a quote kept by a backslash', 'x = "\\"; eval(1) #"; y = r"\\"; eval(1) #"'],
    ['bytes and raw strings', 'x = b"eval(1)" + Rb\'open(1)\' + bR"""exec(1)"""'],
    ['an argument by name', 'f(open=1, input = 2)\ndict(compile=3)\nf(\n  1,\n  exec=2,\n)'],
    ['methods', 'door.open()\nself.eval(node)\nx.input\nfile.compile().exec(1)'],
    ['fields of a class', 'class Bar:\n    open: float\n    close: float = 0\nBar(open=1).open'],
    [
      'methods that a class defines',
      'class Node:\n    def eval(self, env):\n        return 1\n    def open(self): pass',
    ],
    ['a variable named input', 'input = "1 2 3"\nprint(input.split())'],
    ['literal_eval', 'import ast\nast.literal_eval("[1]")\nfrom ast import literal_eval'],
    ['text of an f-string', 'f"open(1) {1} eval(1)" f"{{open(1)}}"'],
    ['a format', 'f"{1:open} {2:%Y-%m-%d eval} {3!r:>{4}}"'],
    ['a named character', 'f"\\N{BULLET} eval" f"\\N{EM DASH}{1}"'],
    ['words in strings in fields', 'f"{x["eval"]} {d[\'open\']}"'],
    ['lambdas and dicts in fields', 'f"{(lambda x: x)(1)} {({1: 2})[1]:>3} {1!=2}"'],
    ['names that begin alike', 'open_files = 1; evaluate(2); reopen(); local = globals_ = 3'],
    ['class and names of classes', 'type(x).__name__, x.__class__.__name__, x.__dict__, __name__, x.__doc__'],
    ['super and dunders', 'class A(B):\n  def __init__(self): super().__init__()'],
    ['raise from and yield from', 'def f():\n  yield from g()\n  raise ValueError("x") from None'],
    ['from, then a name of a refused module', 'from mylib import code, signal as s'],
    [
      'a module\u2019s honest part',
      'import urllib.parse\nfrom urllib.parse import urlparse\nfrom http import HTTPStatus',
    ],
    [
      'names of paths',
      'from os.path import join, basename as b\nfrom pathlib import PurePosixPath\nimport posixpath',
    ],
    ['relative imports', 'from . import thing\nfrom .thing import other'],
    ['names of other alphabets', 'größe = 1\n変数 = größe'],
    ['numbers', 'x = 1.5e3 + 0x_ff + 1_000j + .5 + 1. + 0b1 + 1if 1else 2'],
    ['io', 'import io\nio.StringIO("x").read()'],
    ['sys', 'import sys\nsys.setrecursionlimit(5000); sys.maxsize; sys.version'],
    ['nothing', ''],
    ['what is no Python', '"""never closed eval(1)'],
  ])('%s', (_what, code) => {
    expect(refusalOf(code)).toBeNull();
  });

  it.each(
    `math json re collections itertools functools statistics datetime string textwrap random heapq bisect csv io
     dataclasses enum typing decimal fractions operator copy hashlib base64 difflib pprint time contextlib abc numbers
     struct unicodedata zlib ast keyword tokenize html urllib.parse fnmatch posixpath types uuid graphlib cmath array
     binascii zoneinfo calendar collections.abc asyncio sys warnings traceback logging argparse string.templatelib
     __future__ secrets colorsys shlex locale token`.split(/\s+/),
  )('import %s', (module) => {
    expect(refusalOf(`import ${module}`)).toBeNull();
    expect(refusalOf(`from ${module} import something as other`)).toBeNull();
  });
});

describe('a program made to be slow to read', () => {
  const SIZE = 10_240;
  it.each([
    ['quotes', '"'.repeat(SIZE)],
    ['single quotes in turn', `"'`.repeat(SIZE / 2)],
    ['open braces in an f-string', `f"${'{'.repeat(SIZE)}`],
    ['f-strings nested', 'f"{'.repeat(SIZE / 3)],
    ['f-strings of three quotes nested', 'f"""{'.repeat(SIZE / 5)],
    ['formats nested', `f"${'{x:'.repeat(SIZE / 3)}`],
    ['fields closed and opened', `f"${'{x:}'.repeat(SIZE / 4)}`],
    ['backslashes', '\\'.repeat(SIZE)],
    ['backslashes in a string', `"${'\\'.repeat(SIZE)}`],
    ['names of characters', `f"${'\\N{'.repeat(SIZE / 3)}`],
    ['brackets', '([{'.repeat(SIZE / 3)],
    ['dots', '.'.repeat(SIZE)],
    ['dotted imports', `import ${'a.'.repeat(SIZE / 2)}`],
    ['imports', 'import '.repeat(SIZE / 7)],
    ['from', 'from '.repeat(SIZE / 5)],
    ['from dots', 'from . '.repeat(SIZE / 7)],
    ['commas', `import ${'a,'.repeat(SIZE / 2)}`],
    ['line ends', '\r'.repeat(SIZE)],
    ['digits', '1'.repeat(SIZE)],
    ['long names', 'ｅ'.repeat(SIZE / 3)],
  ])('%s', (_what, code) => {
    const from = performance.now();
    refusalOf(code);
    // Takes a few milliseconds; what is quadratic takes seconds.
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});
