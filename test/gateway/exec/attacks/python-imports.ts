/** Modules by their names: files, environment, network, processes, and what the standard library does with them. */
import { type Attack, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage } from './attack.ts';
import { PYTHON_LOOT } from './loot.ts';

const attack = (code: string): string => PYTHON_LOOT + code;

export const pythonImports: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-import-os',
    source: 'llama_index issue 10439; class: the plain way',
    code: attack(`
import os
loot(os)
for find in (lambda: os.getpid(), lambda: os.getppid(), lambda: dict(os.environ), lambda: os.getcwd()):
    loot_step(find)`),
    gains: ['file', 'environment', 'process', 'write', 'signal', 'inside', 'pid'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-open',
    source: 'class: the plain way',
    code: attack(`
for path in ('@FILE@', '/proc/self/environ', '/proc/1/environ', '/proc/@PID@/environ', '/proc/self/cmdline', '/etc/passwd'):
    loot_step(lambda: open(path).read())
open('@MARKER@', 'w').write('x')`),
    gains: ['file', 'environment', 'write', 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-dunder-import',
    source: 'llama_index issue 7054, CVE-2023-39662',
    code: attack("loot(__import__('os'))"),
    gains: ['file', 'environment', 'process'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-exec-and-eval',
    source: 'class: what the checklist forbids by name',
    code: attack(`
eval('loot(__import__("os"))')
exec(compile('import os; loot(os)', '@FILE@', 'exec'))`),
    gains: ['file', 'environment', 'process'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-subprocess',
    source: 'class: the plain way',
    code: attack(`
import subprocess
print(subprocess.run(['/bin/sh', '-c', 'cat @FILE@; env'], capture_output=True).stdout)
subprocess.Popen(['/bin/sh', '-c', 'sleep 30; : @TOKEN@'], start_new_session=True)`),
    gains: ['file', 'environment', 'process'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-socket',
    source: 'class: the plain way',
    code: `
import socket
s = socket.create_connection(('127.0.0.1', @PORT@), 2)
s.sendall(b'hello')`,
    gains: ['network'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-socket-low-level',
    source: 'the original gateway: `_socket` was forgotten',
    code: String.raw`
import _socket
s = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
s.connect(('127.0.0.1', @PORT@))
s.send(b'x')
u = _socket.socket(1, 1)
u.connect('\0@SOCKET@')`,
    gains: ['network'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-urllib-and-http',
    source: 'class: the network by the library',
    code: `
import urllib.request, http.client
for go in (lambda: urllib.request.urlopen('http://127.0.0.1:@PORT@/').read(), lambda: urllib.request.urlopen('file://@FILE@').read(), lambda: http.client.HTTPConnection('127.0.0.1', @PORT@).request('GET', '/')):
    try:
        print(go())
    except BaseException as e:
        print(type(e))`,
    gains: ['network', 'file'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-asyncio-network',
    source: 'class: the network by the event loop',
    code: `
import asyncio
async def go():
    for make in (lambda: asyncio.open_connection('127.0.0.1', @PORT@), lambda: asyncio.create_subprocess_shell('sleep 30; : @TOKEN@')):
        try:
            await make()
        except BaseException as e:
            print(type(e))
asyncio.run(go())`,
    gains: ['network', 'process'],
    ends: [...HARMLESS, 'EXEC_TIMEOUT'],
    timeoutMs: 2_500,
  },
  {
    id: 'py-ctypes',
    source: 'smolagents issue 2094; Grist Cellbreak (the class walk ends in ctypes)',
    code: `
import ctypes
libc = ctypes.CDLL(None)
for go in (lambda: libc.system(b'(sleep 30; : @TOKEN@) &'), lambda: libc.getenv(b'@ENV@'), lambda: libc.open(b'@FILE@', 0), lambda: libc.kill(@PID@, 12)):
    try:
        print(go())
    except BaseException as e:
        print(type(e))`,
    gains: ['process', 'environment', 'signal'],
    ends: [...HARMLESS, 'EXEC_MEMORY'],
    isRefused: true,
  },
  {
    id: 'py-pathlib-and-io',
    source: 'class: files by other names',
    code: attack(`
import io, pathlib
loot_step(lambda: pathlib.Path('@FILE@').read_text())
loot_step(lambda: pathlib.Path('@MARKER@').write_text('x'))
loot_step(lambda: io.FileIO('@FILE@').read())
loot_step(lambda: io.open_code('@FILE@').read())
loot_step(lambda: list(pathlib.Path('/proc/self/fd').iterdir()))`),
    gains: ['file', 'write', 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-library-modules-that-open',
    source: 'class: library functions that open files for their caller',
    code: attack(`
for name in ('linecache', 'fileinput', 'tokenize', 'configparser', 'csv', 'zipfile', 'tarfile', 'sqlite3', 'dbm', 'shelve', 'mailbox', 'netrc', 'plistlib', 'logging', 'tempfile', 'glob', 'shutil', 'codecs', 'runpy', 'trace', 'profile', 'cProfile', 'py_compile', 'zipimport', 'wave'):
    try:
        exec_name = 'ex' + 'ec'
        m = getattr(__builtins__, '__import__', None) or __builtins__['__import__']
        mod = m(name)
    except BaseException as e:
        continue
    loot_step(lambda: mod.getlines('@FILE@'))
    loot_step(lambda: mod.open('@FILE@').read())
    loot_step(lambda: list(mod.input('@FILE@')))
    loot_step(lambda: mod.run_path('@FILE@'))
    loot_step(lambda: mod.copy('@FILE@', '@MARKER@'))
    loot_step(lambda: mod.FileHandler('@MARKER@'))
    loot_step(lambda: mod.connect('@MARKER@').execute('create table x (y)'))
    loot_step(lambda: mod.glob('@FILE@*'))`),
    gains: ['file', 'write'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-linecache-and-traceback',
    source: 'class: a traceback quotes lines of a file of one’s choice',
    code: `
import linecache, traceback
print(linecache.getlines('@FILE@'))
def f():
    raise ValueError
f.__code__ = f.__code__.replace(co_filename='@FILE@', co_firstlineno=1)
try:
    f()
except ValueError:
    traceback.print_exc()
f()`,
    gains: ['file'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-importlib',
    source: 'class: import by another name',
    code: attack(`
import importlib
loot(importlib.import_module('os'))
import importlib.machinery
print(importlib.machinery.SourceFileLoader('x', '@FILE@').get_data('@FILE@'))`),
    gains: ['file', 'environment', 'process'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-import-of-modules-attribute',
    source: 'CVE-2024-23730 (PandasAI, llama_index): a module lies in another, `random._os`',
    code: attack(`
import random, json, collections, re, statistics, textwrap
loot_step(lambda: loot(random._os))
loot_step(lambda: loot(collections._sys.modules['os']))
loot_step(lambda: loot(json.codecs.sys.modules['os']))
loot_step(lambda: loot(re.enum.sys.modules['posix']))
loot_step(lambda: loot_builtins(statistics.random._os.__builtins__))`),
    gains: ['file', 'environment', 'process'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-from-import-private',
    source: 'llama_index issue 10439: no underscore needed',
    code: attack(`
from random import _os
loot(_os)
from tempfile import _os as other
loot(other)`),
    gains: ['file', 'environment', 'process'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-posix-and-friends',
    source: 'class: the modules under the modules',
    code: attack(`
import posix
loot(posix)
posix.open('@MARKER@', 65)
import _posixsubprocess, _io, pwd, resource, signal, fcntl, mmap, select, pty, termios
print(_io.open('@FILE@').read())
resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))
signal.raise_signal(9)`),
    gains: ['file', 'environment', 'process', 'limits'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-multiprocessing-and-threads',
    source: 'class: work that outlives the run',
    code: `
import threading, multiprocessing
def spin():
    while True:
        pass
for make in (lambda: threading.Thread(target=spin, daemon=True).start(), lambda: multiprocessing.Process(target=spin).start(), lambda: multiprocessing.shared_memory.SharedMemory(create=True, size=1 << 30)):
    try:
        make()
    except BaseException as e:
        print(type(e))`,
    gains: ['process', 'limits'],
    ends: [...HARMLESS, 'EXEC_TIMEOUT'],
    isRefused: true,
  },
  {
    id: 'py-pickle',
    source: 'class: code in data',
    code: attack(String.raw`
import pickle
print(pickle.loads(b"cposix\nsystem\n(S'(sleep 30; : @TOKEN@) &'\ntR."))
print(pickle.loads(b"c_io\nopen\n(S'@FILE@'\ntR.").read())
class P:
    def __reduce__(self):
        return (print.__self__.eval, ("loot_builtins(vars(print.__self__))",))
pickle.loads(pickle.dumps(P()))`),
    gains: ['file', 'process'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-marshal-and-code-module',
    source: 'class: code in data',
    code: attack(`
import marshal, types, code, codeop, runpy, timeit, doctest, pdb, cProfile
timeit.timeit('import os; os.system("(sleep 30; : @TOKEN@) &")', number=1)
code.InteractiveInterpreter().runsource('print(open("@FILE@").read())')
cProfile.run('import os')
types.FunctionType(marshal.loads(marshal.dumps(loot.__code__)), {})()`),
    gains: ['file', 'process'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-antigravity-and-webbrowser',
    source: 'class: modules that start programs when imported or asked (pyjail)',
    code: `
import os
os.environ['BROWSER'] = '/bin/sh -c "sleep 30; : @TOKEN@" #%s'
import antigravity, webbrowser
webbrowser.open('http://127.0.0.1:@PORT@/')`,
    gains: ['process', 'network'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-star-import-and-aliases',
    source: 'class: imports a scan of names might miss',
    code: attack(`
from os import *
import json as os, os as json
from os import system as print_, environ as e
print(e.get('@ENV@'))
system('(sleep 30; : @TOKEN@) &')`),
    gains: ['environment', 'process'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-relative-and-main-imports',
    source: 'class: the host’s own modules by name',
    code: `
import __main__
print(vars(__main__))
from . import x`,
    gains: ['inside', 'memory'],
    ends: HARMLESS_OR_SYNTAX,
    isRefused: true,
  },
  {
    id: 'py-site-and-sitecustomize',
    source: 'class: files that the interpreter reads when it starts',
    code: `
import site, sysconfig, platform
for go in (lambda: site.getsitepackages(), lambda: sysconfig.get_paths(), lambda: platform.uname(), lambda: platform.node(), lambda: site.addsitedir('@FILE@')):
    try:
        print(go())
    except BaseException as e:
        print(type(e))`,
    gains: ['inside', 'file'],
    ends: HARMLESS,
    isRefused: true,
  },
]);
