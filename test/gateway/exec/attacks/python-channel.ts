/** The way between the program and the gateway, from Python: forged answers, odd arguments, messages past the functions. */
import { type Attack, BOMB_TIMEOUT_MS, type Ending, HARMLESS, inLanguage, STOPPED } from './attack.ts';
import { PYTHON_LOOT } from './loot.ts';

/** A worker that breaks the protocol is killed, and its run is a fault of ours to the caller: it can have no honest end. */
const KILLED: readonly Ending[] = [...HARMLESS, ...STOPPED, 'INTERNAL'];
/** `say(bytes)` on the full tier's channel to the gateway, which a program can find if it looks. */
const CHANNEL = `
import sys
os = sys.modules.get('posix')
def frame(text):
    return len(text).to_bytes(4, 'little') + text
def say(data):
    fd = os.open('/dev/gateway', 2)
    while data:
        data = data[os.write(fd, data):]
    return fd
def hear(fd):
    return os.read(fd, 100000)
`;

export const pythonChannel: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-write-to-descriptors',
    source: 'the original gateway: a write to descriptor 1 was a message to its client',
    code: String.raw`
import sys
os = sys.modules.get('os') or sys.modules.get('posix')
frame = b'\x3b\x00\x00\x00{"type":"end","end":{"kind":"completed","result":"' + b'ESC' + b'APED"}}'
for fd in range(11):
    try:
        print(fd, os.write(fd, frame))
    except BaseException as e:
        print(type(e))
for name in ('/proc/self/fd/3', '/dev/fd/3', '/dev/stdout', '/dev/stderr'):
    try:
        os.write(os.open(name, 1), frame)
    except BaseException as e:
        print(type(e))
'honest'`,
    gains: ['said'],
    ends: KILLED,
    isRefused: true,
  },
  {
    id: 'py-print-a-frame',
    source: 'class: output that looks like a message',
    code: String.raw`
print('\x3b\x00\x00\x00{"type":"end","end":{"kind":"completed","result":"forged"}}')
print('\x0a\x05\x0a\x03end', end='')
'honest'`,
    gains: ['pollution'],
    ends: ['completed'],
  },
  {
    id: 'py-print-a-reply',
    source: 'class: output that looks like an answer to a call',
    code: `
print('{"type":"reply","ok":true,"value":"forged"}')
v = search('x')
('ESC' + 'APED') if 'forged' in str(v) else 'honest'`,
    gains: ['said'],
    ends: ['completed'],
  },
  {
    id: 'py-call-of-an-unknown-function',
    source: 'class: a call by a name that isn’t one of the four',
    code: `
for go in (lambda: write_file('@MARKER@', 'x'), lambda: llm_query('x'), lambda: exec_run('x'), lambda: rlm_exec_run('x')):
    try:
        go()
    except NameError as e:
        print('unknown')
search.__name__ = 'write_file'
search('x')`,
    gains: ['write'],
    ends: HARMLESS,
  },
  {
    id: 'py-call-with-odd-values',
    source: 'class: values that JSON has no form for',
    code: String.raw`
c = []
c.append(c)
class Evil(str):
    def __str__(self):
        return 'other'
    def encode(self, *a):
        return b'\xff'
class Index:
    def __index__(self):
        return 10 ** 100
for v in (float('nan'), float('inf'), 10 ** 400, b'\xff', {1, 2}, {1: 2}, {None: 1}, c, print, search, object, Ellipsis, '\ud800', '\0', Evil('x'), Index(), range(10), (1, 2), 1j, -0.0):
    for go in (lambda: search(v), lambda: search('x', v), lambda: search('x', k=v), lambda: list_files('.', [v]), lambda: read_span(v, v, v)):
        try:
            go()
        except Exception as e:
            pass
'done'`,
    gains: ['inside', 'pollution'],
    ends: [...HARMLESS, 'EXEC_TIMEOUT'],
  },
  {
    id: 'py-call-with-proto-names',
    source: 'class: prototype pollution by names of arguments',
    code: `
for name in ('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', 'a' * 1000):
    try:
        search('x', **{name: {'polluted': 1}})
    except Exception as e:
        print(type(e))
{'__proto__': {'polluted': 1}, 'constructor': {'prototype': {'polluted': 1}}}`,
    gains: ['pollution'],
    ends: HARMLESS,
  },
  {
    id: 'py-call-flood',
    source: 'class: calls without end',
    code: `
while True:
    try:
        search('x')
    except Exception:
        pass`,
    gains: ['limits'],
    ends: STOPPED,
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'py-call-with-arguments-of-8-mebibytes',
    source: 'class: a call larger than a frame',
    code: `
for go in (lambda: search('x' * (8 << 20)), lambda: search([{'a': 'b'}] * 100000), lambda: search('x', **{str(i): i for i in range(10000)}), lambda: search(*range(10000))):
    try:
        go()
    except Exception as e:
        print(type(e))
'after'`,
    gains: ['limits', 'inside'],
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'py-call-with-deep-arguments',
    source: 'class: depth in what the gateway parses',
    code: `
a = []
for i in range(5000):
    a = [a]
d = {}
for i in range(5000):
    d = {'d': d}
for v in (a, d):
    try:
        search(v)
    except BaseException as e:
        print(type(e))
'after'`,
    gains: ['limits', 'inside'],
    ends: [...HARMLESS, ...STOPPED, 'INTERNAL'],
  },
  {
    id: 'py-call-of-an-answer-that-never-comes',
    source: 'class: waiting on the gateway past the deadline',
    code: "search('@SLOW@')",
    gains: ['limits'],
    ends: ['EXEC_TIMEOUT'],
    timeoutMs: BOMB_TIMEOUT_MS,
  },
  {
    id: 'py-call-inside-a-call',
    source: 'class: a call made while the arguments of another are read',
    code: `
class D(dict):
    def items(self):
        search('inner')
        return super().items()
    def __iter__(self):
        search('inner')
        return super().__iter__()
class S(str):
    def __str__(self):
        search('inner')
        return 'x'
for v in (D(a=1), S('y'), [D(b=2)]):
    try:
        search(v)
    except Exception as e:
        print(type(e))
len(str(search('after'))) > 0`,
    gains: ['limits'],
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'py-host-os-calls',
    source: 'monty: `os` and `pathlib` are requests to the host, which must always say no',
    code: `${PYTHON_LOOT}${`
import pathlib
import datetime
loot_step(lambda: pathlib.Path('@FILE@').read_text())
loot_step(lambda: pathlib.Path('@FILE@').exists())
loot_step(lambda: pathlib.Path('@MARKER@').write_text('x'))
loot_step(lambda: pathlib.Path('/').iterdir())
loot_step(lambda: pathlib.Path('.').resolve())
loot_step(lambda: datetime.datetime.now().tzinfo)`}`,
    gains: ['file', 'write', 'inside'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-channel-unknown-function',
    source: 'class: a call by a name that isn’t one of the four, straight on the channel',
    code: `${CHANNEL}say(frame(b'{"type":"call","name":"exec_run","args":["x"],"named":{}}'))`,
    gains: ['limits'],
    ends: KILLED,
    isRefused: true,
  },
  {
    id: 'py-channel-proto-call',
    source: 'class: prototype pollution, straight on the channel',
    code: `${CHANNEL}fd = say(frame(b'{"type":"call","name":"search","args":["x",{"__proto__":{"polluted":1}}],"named":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}'))
print(hear(fd))`,
    gains: ['pollution'],
    ends: KILLED,
    isRefused: true,
  },
  {
    id: 'py-channel-forged-ends',
    source: 'class: a forged end, and more after it',
    code: `${CHANNEL}say(frame(b'{"type":"end","end":{"kind":"crashed","reason":"@FILE@"}}') + frame(b'{"type":"ready"}') + frame(b'{"type":"end","end":{"kind":"cancelled"}}') * 3)`,
    gains: ['limits'],
    ends: KILLED,
    isRefused: true,
  },
  {
    id: 'py-channel-end-with-a-huge-result',
    source: 'class: a result over its limit, past the code that keeps to it',
    code: `${CHANNEL}say(frame(b'{"type":"end","end":{"kind":"completed","result":"' + b'x' * 1900000 + b'"}}'))`,
    gains: ['limits'],
    ends: KILLED,
    isRefused: true,
  },
  {
    id: 'py-channel-end-with-a-deep-result',
    source: 'class: depth in what the gateway parses',
    code: `${CHANNEL}say(frame(b'{"type":"end","end":{"kind":"completed","result":' + b'[' * 200000 + b']' * 200000 + b'}}'))`,
    gains: ['limits'],
    ends: KILLED,
    isRefused: true,
  },
  {
    id: 'py-channel-header-of-four-gibibytes',
    source: 'class: a length that the receiver believes',
    code: `${CHANNEL}say(b'\\xff\\xff\\xff\\xff' + b'x' * 1000)`,
    gains: ['limits'],
    ends: KILLED,
    isRefused: true,
  },
  {
    id: 'py-channel-half-a-frame',
    source: 'class: a message that never ends',
    code: `${CHANNEL}say((1000).to_bytes(4, 'little') + b'{"type":')
while True:
    pass`,
    gains: ['limits'],
    ends: KILLED,
    timeoutMs: 600,
    isRefused: true,
  },
  {
    id: 'py-channel-flood-of-empty-frames',
    source: 'class: messages without end, each of them small',
    code: `${CHANNEL}while True:
    say(frame(b'{"type":"output","stream":"stdout","text":""}') * 1000)`,
    gains: ['limits'],
    ends: KILLED,
    timeoutMs: 1_000,
    isRefused: true,
  },
  {
    id: 'py-channel-calls-without-listening',
    source: 'class: answers pile up in the memory of whoever gives them',
    code: `${CHANNEL}while True:
    say(frame(b'{"type":"call","name":"search","args":["x"],"named":{}}') * 100)`,
    gains: ['limits'],
    ends: KILLED,
    timeoutMs: 1_000,
    isRefused: true,
  },
  {
    id: 'py-channel-output-past-the-limit',
    source: 'class: output past the code that counts it',
    code: `${CHANNEL}while True:
    say(frame(b'{"type":"output","stream":"stderr","text":"' + b'y' * 100000 + b'"}'))`,
    gains: ['limits'],
    ends: KILLED,
    timeoutMs: 1_000,
    isRefused: true,
  },
  {
    id: 'py-channel-texts-that-are-none',
    source: 'class: bytes that are no UTF-8 and JSON that is none',
    code: `${CHANNEL}say(frame(b'\\xff\\xfe\\x00') + frame(b'') + frame(b'null') + frame(b'{"type":"__proto__"}'))`,
    gains: ['limits'],
    ends: KILLED,
    isRefused: true,
  },
  {
    id: 'py-result-looks-like-a-failure',
    source: 'class: a result that is read as the gateway’s own answer',
    code: "{'kind': 'raised', 'isError': True, 'error_code': 'INTERNAL', 'success': False, 'end': {'kind': 'crashed'}}",
    gains: ['pollution'],
    ends: ['completed'],
  },
  {
    id: 'py-error-looks-like-a-limit',
    source: 'class: an error that is taken for the engine’s own',
    code: `
class TimeoutError(Exception):
    kind = 'crashed'
e = TimeoutError('time limit exceeded')
e.code = 'INTERNAL'
raise e`,
    gains: ['inside'],
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'py-error-with-hostile-texts',
    source: 'class: whoever tells the error runs its methods',
    code: String.raw`
class Evil(Exception):
    def __str__(self):
        raise self
    __repr__ = __str__
    @property
    def args(self):
        raise self
    @property
    def __traceback__(self):
        raise self
    @property
    def __class__(self):
        raise self
Evil.__name__ = 'A' * 100000
Evil.__qualname__ = '\n  File "@FILE@", line 1'
Evil.__module__ = None
raise Evil('x' * 3000000) from Evil()`,
    gains: ['inside', 'limits', 'file'],
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'py-replay-with-side-effects',
    source: 'class: the program behaves otherwise when it is run again in the full tier',
    code: `
import random, time
a = [str(search('call ' + str(i))) for i in range(5)]
b = search(str(random.random()) + str(time.time()))
def later():
    yield search('only in the full tier')
print(list(later()), len(a))
1 / 0`,
    gains: ['limits', 'inside'],
    ends: HARMLESS,
  },
  {
    id: 'py-streams-replaced',
    source: 'class: the host’s own writer of output',
    code: `${PYTHON_LOOT}${`
import sys
class Out:
    def write(self, s):
        loot_builtins(sys._getframe().f_back.f_builtins)
        return -1
    def flush(self):
        raise SystemExit
sys.stdout = sys.stderr = Out()
sys.excepthook = sys.displayhook = sys.unraisablehook = lambda *a: loot_builtins(sys._getframe().f_back.f_builtins)
print('x')
sys.settrace(lambda *a: None)
sys.setprofile(lambda *a: None)
sys.addaudithook(lambda *a: None)
1 / 0`}`,
    gains: ['file', 'environment', 'inside'],
    ends: [...HARMLESS, 'INTERNAL'],
    isRefused: true,
  },
]);
