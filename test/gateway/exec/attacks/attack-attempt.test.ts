/** Whoever looks for gains must find those that are there: an alarm that never rings proves nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineEnd } from '../../../../gateway/exec/engine.ts';
import { MAX_EXEC_OUTPUT_BYTES } from '../../../../shared/limits.ts';
import type { Attack } from './attack.ts';
import { AttackAttempt, type AttackOutcome } from './attack-attempt.ts';
import { AttackWorld } from './attack-world.ts';

let world: AttackWorld;
beforeAll(async () => {
  world = await AttackWorld.build();
});
afterAll(() => world.destroy());

const NOTHING: AttackOutcome = {
  end: { kind: 'completed', result: null },
  stdout: '',
  stderr: '',
  ranMs: 1,
};

/** An attempt whose program's text is the names of the world, so that a test can use them. */
async function attempt(
  attack: Partial<Attack> = {},
): Promise<{ attempt: AttackAttempt; names: readonly string[] }> {
  const made = new AttackAttempt(
    {
      id: 'test',
      language: 'javascript',
      source: 'test',
      gains: [],
      ends: [],
      code: '@FILE@ @MARKER@ @PORT@ @SOCKET@ @ENV@ @TOKEN@ @SLOW@ @UNKNOWN@',
      ...attack,
    },
    world,
  );
  await made.begin();
  return { attempt: made, names: made.code.split(' ') };
}

it('finds nothing where nothing was gained', async () => {
  const { attempt: made, names } = await attempt();
  expect(await made.gains(NOTHING)).toEqual([]);
  expect(names.slice(-2)).toEqual(['@SLOW@', '@UNKNOWN@']);
});

it.each(['stdout', 'stderr'] as const)('finds a secret in %s', async (stream) => {
  const { attempt: made, names } = await attempt();
  const secret = readFileSync(names[0] ?? '', 'utf8');
  expect(await made.gains({ ...NOTHING, [stream]: `x${secret}x` })).toEqual(['file']);
});

it.each<[string, (text: string) => EngineEnd]>([
  ['a result', (text) => ({ kind: 'completed', result: [{ deep: text }] })],
  ['an error', (text) => ({ kind: 'raised', type: 'E', message: text, line: 1, traceback: '' })],
  ['a traceback', (text) => ({ kind: 'raised', type: 'E', message: '', line: 1, traceback: text })],
  ['a refusal', (text) => ({ kind: 'denied', message: text, line: 1 })],
])('finds a secret in %s', async (_place, endWith) => {
  const { attempt: made, names } = await attempt();
  const end = endWith(process.env[names[4] ?? ''] ?? '');
  expect(await made.gains({ ...NOTHING, end })).toEqual(['environment']);
});

it('finds what another session has in memory', async () => {
  const { attempt: made } = await attempt();
  expect(await made.gains({ ...NOTHING, stdout: world.otherSession[3] ?? '' })).toEqual(['memory']);
});

it('finds the word that says that a program is out, though not in a quoted line', async () => {
  const { attempt: made } = await attempt();
  expect(await made.gains({ ...NOTHING, stdout: 'ESCAPED 1' })).toEqual(['said']);
  const traceback = "  print('ESCAPED')";
  expect(
    await made.gains({ ...NOTHING, end: { kind: 'raised', type: 'E', message: '', line: 1, traceback } }),
  ).toEqual([]);
});

it.each([
  '    at x (file:///a/node_modules/b.js:1)',
  'node:internal/process',
  '/x/guest.ts',
  process.execPath,
])('finds a trace of the worker: %s', async (stdout) => {
  const { attempt: made } = await attempt();
  expect(await made.gains({ ...NOTHING, stdout })).toEqual(['inside']);
  const { attempt: knowing } = await attempt({ code: stdout });
  expect(await knowing.gains({ ...NOTHING, stdout })).toEqual([]);
});

it('finds the gateway’s process where somebody looks for it', async () => {
  const { attempt: made } = await attempt({ gains: ['pid'] });
  expect(await made.gains({ ...NOTHING, stdout: `parent: ${process.pid}\n` })).toEqual(['pid']);
  expect(await made.gains({ ...NOTHING, stdout: `parent: ${process.pid}0\n` })).toEqual([]);
});

it('finds a file that was written', async () => {
  const { attempt: made, names } = await attempt();
  writeFileSync(names[1] ?? '', '');
  expect(await made.gains(NOTHING)).toEqual(['write']);
});

it('finds a connection, also to the abstract socket', async () => {
  const { attempt: made, names } = await attempt();
  const tcp = connect(Number(names[2]), '127.0.0.1');
  await once(tcp, 'connect');
  expect(await made.gains(NOTHING)).toEqual(['network']);
  const { attempt: other } = await attempt();
  const abstract = connect(`\0${names[3]}`);
  await once(abstract, 'close');
  expect(await other.gains(NOTHING)).toEqual(['network']);
});

it('finds a process, and ends it', async () => {
  const { attempt: made, names } = await attempt();
  const child = spawn('/bin/sh', ['-c', `sleep 30; : ${names[5]}`], { stdio: 'ignore' });
  await once(child, 'spawn');
  const gone = once(child, 'exit');
  expect(await made.gains(NOTHING)).toEqual(['process']);
  await gone;
});

it('finds a signal', async () => {
  const { attempt: made } = await attempt();
  const heard = once(process, 'SIGUSR2');
  process.kill(process.pid, 'SIGUSR2');
  await heard;
  expect(await made.gains(NOTHING)).toEqual(['signal']);
});

it('finds a prototype that was changed', async () => {
  const { attempt: made } = await attempt();
  Object.defineProperty(Object.prototype, 'polluted', { value: 1, configurable: true });
  try {
    expect(await made.gains(NOTHING)).toEqual(['pollution']);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'polluted');
  }
});

it.each<[string, Partial<AttackOutcome>]>([
  ['output', { stdout: 'x'.repeat(MAX_EXEC_OUTPUT_BYTES), stderr: 'y'.repeat(1_000) }],
  ['a result', { end: { kind: 'completed', result: 'x'.repeat(300_000) } }],
  ['an error', { end: { kind: 'syntax', message: 'x'.repeat(30_000), line: 1 } }],
  ['time', { ranMs: 7_000 }],
])('finds %s past its limit', async (_what, outcome) => {
  const { attempt: made } = await attempt();
  expect(await made.gains({ ...NOTHING, ...outcome })).toEqual(['limits']);
});

it('finds a call that comes after the end', async () => {
  const { attempt: made } = await attempt();
  const { signal } = new AbortController();
  await made.answer({ name: 'search', args: ['x'], named: {} }, signal);
  expect(await made.gains(NOTHING)).toEqual([]);
  await made.answer({ name: 'search', args: ['x'], named: {} }, signal);
  expect(await made.gains(NOTHING)).toEqual(['limits']);
});

it('finds a call larger than a call may be', async () => {
  const { attempt: made } = await attempt();
  await made.answer({ name: 'search', args: ['x'.repeat(70_000)], named: {} }, new AbortController().signal);
  expect(await made.gains(NOTHING)).toEqual(['limits']);
});
