/** What a run leaves behind: whoever runs next must find nothing, and find nothing changed. */
import { type Attack, HARMLESS, inLanguage } from './attack.ts';

export const stateInJavaScript: readonly Attack[] = inLanguage('javascript', [
  {
    id: 'js-state-in-globals',
    source: 'class: globals of a shared context',
    code: "globalThis.left = 'state'; var left2 = 1; Object.defineProperty(globalThis, 'console', { value: { log() {} } }); 'x'",
    gains: ['state'],
    ends: HARMLESS,
  },
  {
    id: 'js-state-in-prototypes',
    source: 'GHSA-vwrp-x96c-mhwq',
    code: `Object.prototype.left = 'state'; Array.prototype.map = () => ['state']; String.prototype.trim = () => 'state'; JSON.stringify = () => '"state"'; Promise.prototype.then = null; 'x'`,
    gains: ['state', 'pollution'],
    ends: HARMLESS,
  },
  {
    id: 'js-state-in-host-functions',
    source: 'class: an object that both runs are handed',
    code: "for (const f of [search, readSpan, query, listFiles]) { f.left = 'state'; Object.getPrototypeOf(f).left = 'state'; f.call = () => 'state'; } Symbol.for('left').description; RegExp.left = /x(state)/.exec('xstate'); 'x'",
    gains: ['state'],
    ends: HARMLESS,
  },
]);

export const stateInPython: readonly Attack[] = inLanguage('python', [
  {
    id: 'py-state-in-globals',
    source: 'class: globals of a shared interpreter',
    code: `
left = 'state'
def print2(*a):
    pass
print.left = 1`,
    gains: ['state'],
    ends: HARMLESS,
  },
  {
    id: 'py-state-in-builtins',
    source: 'the original gateway: a frame’s globals switched its checks off for every later call',
    code: `
import builtins
builtins.left = 'state'
builtins.len = lambda x: 'state'
builtins.print = lambda *a: None`,
    gains: ['state'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-state-in-modules',
    source: 'class: modules of a shared interpreter',
    code: `
import json, math, sys
json.dumps = lambda *a: 'state'
math.left = 'state'
sys.modules['math'] = sys
sys.setrecursionlimit(50)`,
    gains: ['state'],
    ends: HARMLESS,
    isRefused: true,
  },
  {
    id: 'py-state-in-files',
    source: 'class: a file system that outlives the run',
    code: `
import pathlib, sys
for folder in ('/tmp', '/home/pyodide', '/', '/lib/python3.14/site-packages', '/var/tmp', '/dev/shm'):
    try:
        pathlib.Path(folder + '/left').write_text('state')
        pathlib.Path(folder + '/sitecustomize.py').write_text('left = 1')
    except Exception as e:
        print(type(e))
[b for b in (bytearray(1000000) for i in range(20)) if any(b)]`,
    gains: ['state', 'memory'],
    ends: HARMLESS,
    isRefused: true,
  },
]);
