/** Time, memory, output and depth in Python, where one bytecode can take for ever. */
import { type Attack, BOMB_TIMEOUT_MS, HARMLESS, HARMLESS_OR_SYNTAX, inLanguage, STOPPED } from './attack.ts';

const gains = ['limits'] as const;
const timeoutMs = BOMB_TIMEOUT_MS;
/** Whether time or memory runs out first is the machine's affair. */
const EITHER = [...STOPPED, 'completed'] as const;

export const pythonBombs: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-endless-loop',
    source: 'class: time',
    code: `print('before')
while True:
    pass`,
    gains,
    ends: ['EXEC_TIMEOUT'],
    timeoutMs,
  },
  {
    id: 'py-endless-loop-catches-all',
    source: 'class: catching the interrupt',
    code: `
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
    finally:
        pass`,
    gains,
    ends: ['EXEC_TIMEOUT'],
    timeoutMs,
  },
  {
    id: 'py-sum-of-an-endless-iterator',
    source: 'the original gateway: `sum(iter(int, 1))` held the interpreter’s lock for ever',
    code: 'sum(iter(int, 1))',
    gains,
    ends: STOPPED,
    timeoutMs,
  },
  {
    id: 'py-lazy-map-scan',
    source: 'the original gateway: a lazy `map` scan held the lock',
    code: 'print(-1 in map(abs, range(10 ** 15)))',
    gains,
    ends: STOPPED,
    timeoutMs,
  },
  {
    id: 'py-big-power',
    source: 'the original gateway: one big power held the lock',
    code: `x = 9 ** 9 ** 9
print(x % 7)`,
    gains,
    ends: STOPPED,
    timeoutMs,
  },
  {
    id: 'py-big-multiplications',
    source: 'monty: the time limit is not looked at inside one operation',
    code: `
x = 3 ** 100000
while True:
    x = x * x`,
    gains,
    ends: STOPPED,
    timeoutMs,
  },
  {
    id: 'py-big-integer-to-string',
    source: 'CVE-2020-10735',
    code: `print(len(str(7 ** (10 ** 6))))
print(int('9' * 1000000) % 7)`,
    gains,
    ends: EITHER,
    timeoutMs: 1_000,
  },
  {
    id: 'py-nested-list-comparison',
    source: 'the original gateway: comparison of lists that share their parts',
    code: `
a, b = [1], [1]
for i in range(60):
    a, b = [a, a], [b, b]
print(a == b)`,
    gains,
    ends: STOPPED,
    timeoutMs,
  },
  {
    id: 'py-regular-expression-backtracks',
    source: 'class: ReDoS',
    code: `
import re
print(re.match(r'^(a+)+$', 'a' * 40 + '!'))`,
    gains,
    ends: EITHER,
    timeoutMs,
  },
  {
    id: 'py-regular-expression-repeats',
    source: 'class: a pattern that grows when compiled',
    code: `
import re
print(re.search('(?:' * 20 + 'a' + '{1,1000})' * 20, 'a' * 1000))`,
    gains,
    ends: EITHER,
    timeoutMs,
  },
  {
    id: 'py-sort-with-slow-key',
    source: 'class: time inside a native loop',
    code: `
def key(x):
    return sum(range(100000)) - x
sorted(range(10 ** 6), key=key)`,
    gains,
    ends: STOPPED,
    timeoutMs,
  },
  {
    id: 'py-string-replace-and-find',
    source: 'class: time inside one call',
    code: `
s = 'a' * 3000000
n = 0
for i in range(100000):
    n += s.count('a' * 1000 + 'b') + s.find('ab' * 1000)
print(n)`,
    gains,
    ends: STOPPED,
    timeoutMs,
  },
  {
    id: 'py-result-that-takes-for-ever',
    source: 'class: time while the result is written',
    code: `
class R:
    def __repr__(self):
        while True:
            pass
    def __iter__(self):
        while True:
            yield 1
R()`,
    gains,
    ends: EITHER,
    timeoutMs,
  },
  {
    id: 'py-result-with-a-cycle',
    source: 'class: a result that holds itself',
    code: `
a = []
a.append(a)
d = {'a': a}
d['d'] = d
d`,
    gains,
    ends: HARMLESS,
  },
  {
    id: 'py-result-as-a-billion-laughs',
    source: 'class: few objects, written a billion times',
    code: `
a = ['lol']
for i in range(30):
    a = [a, a]
a`,
    gains,
    ends: EITHER,
    timeoutMs,
  },
  {
    id: 'py-result-of-endless-depth',
    source: 'class: a result without a bottom',
    code: `
a = []
for i in range(100000):
    a = [a]
a`,
    gains,
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'py-list-bomb',
    source: 'class: memory',
    code: `
a = []
while True:
    a.append([0] * 1000)`,
    gains,
    ends: STOPPED,
    timeoutMs: 1_000,
  },
  {
    id: 'py-string-bomb',
    source: 'class: memory',
    code: `
s = 'x'
while True:
    s = s + s`,
    gains,
    ends: STOPPED,
    timeoutMs: 1_000,
  },
  {
    id: 'py-one-huge-string',
    source: 'class: one allocation past the limit',
    code: "print(len('x' * (10 ** 10)))",
    gains,
    ends: STOPPED,
  },
  {
    id: 'py-dict-bomb',
    source: 'monty 0.0.18: dictionaries were not counted',
    code: `
d = {}
i = 0
while True:
    d[i] = {i: str(i)}
    i += 1`,
    gains,
    ends: STOPPED,
    timeoutMs: 1_000,
  },
  {
    id: 'py-memory-error-is-caught',
    source: 'class: going on after the memory limit',
    code: `
while True:
    try:
        a = []
        while True:
            a.append('x' * 100000 + str(len(a)))
    except BaseException:
        pass`,
    gains,
    ends: STOPPED,
    timeoutMs: 1_000,
  },
  {
    id: 'py-zip-bomb',
    source: 'class: a little data that becomes much',
    code: `
import zlib
d = zlib.compress(bytes(50000000))
out = [zlib.decompress(d) for i in range(100)]
print(len(out))`,
    gains,
    ends: STOPPED,
    timeoutMs: 2_500,
  },
  {
    id: 'py-output-flood',
    source: 'class: output',
    code: `
line = 'x' * 100000
while True:
    print(line)`,
    gains,
    ends: EITHER,
    timeoutMs: 1_000,
  },
  {
    id: 'py-output-of-one-line',
    source: 'class: output in one piece',
    code: String.raw`print('\0' * (2 ** 24))`,
    gains,
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'py-output-by-the-file-object',
    source: 'class: output past `print`',
    code: String.raw`
import sys
for s in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
    try:
        s.write('y' * 3000000)
        s.buffer.write(b'\xff\xfe' * 1000000)
        s.flush()
        s.close()
    except BaseException as e:
        pass
print('after')`,
    gains,
    ends: [...HARMLESS, ...STOPPED],
  },
  {
    id: 'py-deep-recursion',
    source: 'class: depth',
    code: `
def f(n):
    return f(n + 1) + 1
f(0)`,
    gains: ['limits', 'inside'],
    ends: ['EXEC_ERROR', 'EXEC_MEMORY'],
  },
  {
    id: 'py-recursion-limit-raised',
    source: 'class: depth, with the interpreter’s own limit taken away',
    code: `
import sys
sys.setrecursionlimit(2 ** 31 - 1)
def f(n):
    return f(n + 1) + 1
f(0)`,
    gains: ['limits', 'inside'],
    ends: [...HARMLESS, ...STOPPED, 'INTERNAL'],
  },
  {
    id: 'py-deep-recursion-through-natives',
    source: 'class: depth in native code',
    code: `
class R:
    def __repr__(self):
        return repr([self])
    def __eq__(self, o):
        return [self] == [o]
    def __hash__(self):
        return hash((self,))
for go in (lambda: repr(R()), lambda: R() == R(), lambda: hash(R()), lambda: sorted([R(), R()], key=lambda r: repr(r))):
    try:
        go()
    except BaseException as e:
        print(type(e))`,
    gains: ['limits', 'inside'],
    ends: [...HARMLESS, ...STOPPED, 'INTERNAL'],
  },
  {
    id: 'py-deep-data',
    source: 'CPython: deallocation and JSON of deep data overflow the stack',
    code: `
import json
a = []
for i in range(200000):
    a = [a]
for go in (lambda: json.dumps(a), lambda: repr(a), lambda: json.loads('[' * 100000), lambda: a == [a]):
    try:
        go()
    except BaseException as e:
        print(type(e))
del a`,
    gains: ['limits', 'inside'],
    ends: [...HARMLESS, ...STOPPED, 'INTERNAL'],
  },
  {
    id: 'py-parser-nested-brackets',
    source: 'class: parser depth',
    code: '('.repeat(5000) + ')'.repeat(5000),
    gains: ['limits', 'inside'],
    ends: [...HARMLESS_OR_SYNTAX, ...STOPPED],
  },
  {
    id: 'py-parser-unary-chain',
    source: 'class: parser depth without brackets',
    code: `${'-'.repeat(10_000)}1`,
    gains: ['limits', 'inside'],
    ends: [...HARMLESS_OR_SYNTAX, ...STOPPED, 'INTERNAL'],
  },
  {
    id: 'py-parser-not-chain-and-lambdas',
    source: 'class: parser depth',
    code: `${'not '.repeat(1200)}${'lambda: '.repeat(600)}1`,
    gains: ['limits', 'inside'],
    ends: [...HARMLESS_OR_SYNTAX, ...STOPPED, 'INTERNAL'],
  },
  {
    id: 'py-parser-nested-blocks',
    source: 'class: parser depth by indentation',
    code: Array.from({ length: 120 }, (_, depth) => `${' '.repeat(depth)}if 1:\n`)
      .join('')
      .concat(' '.repeat(120), 'pass'),
    gains: ['limits', 'inside'],
    ends: [...HARMLESS_OR_SYNTAX, ...STOPPED],
  },
  {
    id: 'py-parser-nested-f-strings',
    source: 'class: parser depth in f-strings',
    code: `${"f'{".repeat(150)}1${"}'".repeat(150)}`,
    gains: ['limits', 'inside'],
    ends: [...HARMLESS_OR_SYNTAX, ...STOPPED],
  },
  {
    id: 'py-parser-constant-folding',
    source: 'class: work that the compiler does',
    code: `x = (9 ** 9) ** 999 * 'a' * 10 ** 9
y = ((1,) * 10 ** 4) * 10 ** 4 * 10 ** 4
z = 1 << 10 ** 9`,
    gains: ['limits'],
    ends: [...HARMLESS_OR_SYNTAX, ...STOPPED],
    timeoutMs: 1_000,
  },
  {
    id: 'py-parser-star-expressions',
    source: 'CPython issue 43521: the parser takes exponential time',
    code: `${'{'.repeat(30)}:${'}'.repeat(2)}\nlambda ${'*'.repeat(40)}x: ${'f('.repeat(100)}**{`,
    gains: ['limits', 'inside'],
    ends: [...HARMLESS_OR_SYNTAX, ...STOPPED],
    timeoutMs: 1_500,
  },
]);
