/**
 * What the full tier's guest takes away from under its interpreter, seen by a program that has walked out of Python: an
 * attack of the corpus gains nothing without it either, as Node's permission model and the jail stand behind.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';
import { pyodideEngine } from '../../../../gateway/exec/python/pyodide/engine.ts';
import type { Attack } from './attack.ts';
import { AttackAttempt } from './attack-attempt.ts';
import { EngineWay } from './attack-ways.ts';
import { AttackWorld } from './attack-world.ts';

let world: AttackWorld;
let way: EngineWay;
let snapshotFolder = '';

beforeAll(async () => {
  snapshotFolder = await mkdtemp(join(tmpdir(), 'rlm-snapshot-'));
  const { jail } = await probeJail();
  world = await AttackWorld.build();
  way = await EngineWay.start(pyodideEngine({ snapshotFolder }), jail);
});

afterAll(async () => {
  await way.stop();
  await world.destroy();
  await rm(snapshotFolder, { recursive: true, force: true });
});

/** With the interpreter's true builtins as `true`. */
const FREE = "import json\ntrue = json.dumps.__globals__['__builtins__']\n";

async function printed(code: string): Promise<string> {
  const attack: Attack = {
    id: 'guest',
    language: 'python',
    source: 'the guest',
    code: FREE + code,
    gains: ['inside'],
    ends: ['completed'],
  };
  const { end, stdout } = await way.run(attack, new AttackAttempt(attack, world));
  expect(end.kind, JSON.stringify(end)).toBe('completed');
  return stdout;
}

it('answers a command as a shell that has none, without asking Node for a process', async () => {
  // 127, in the upper byte as wait(2) has it.
  expect(await printed("print(true['__import__']('posix').system('true'))")).toBe(`${127 * 256}\n`);
});

it('does not tell where it lies', async () => {
  const code = "sys = true['__import__']('sys')\nprint(repr(sys.executable), sys.orig_argv, sys.argv)";
  expect(await printed(code)).not.toContain('/');
});

it('shows no frame of JavaScript, and lets nobody ask for them', async () => {
  const code = `
source = '''
import gc
core = next(o for o in gc.get_objects() if type(o).__name__ == 'module' and o.__name__ == '_pyodide_core')
F = core.to_js([1]).constructor.constructor
try:
    F('1')
except BaseException as e:
    first = e
Obj = core.to_js({}).constructor
Err = Obj.getPrototypeOf(first.constructor)
try:
    Err.stackTraceLimit = 100
except BaseException:
    pass
try:
    F('1')
except BaseException as e:
    print(e.stack)
'''
true['exec'](source, {'__builtins__': true, 'print': print})`;
  expect(await printed(code)).toBe('EvalError: Code generation from strings disallowed for this context\n');
});
