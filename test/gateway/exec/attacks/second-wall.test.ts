/**
 * With the first wall broken, the second alone: what each level keeps from a program that has Node, and, said as plainly,
 * what it does not. Once as guests are started, and once without Node's permission model, which such a program may
 * have got past.
 */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineWorker } from '../../../../gateway/exec/engine.ts';
import { startGuest } from '../../../../gateway/exec/guests/guest-process.ts';
import { nodeGuestProgram } from '../../../../gateway/exec/guests/node-program.ts';
import { BubblewrapJail } from '../../../../gateway/exec/jail/bubblewrap-jail.ts';
import type { IsolationLevel, Jail, JailedProgram } from '../../../../gateway/exec/jail/jail.ts';
import { LimitsJail } from '../../../../gateway/exec/jail/limits-jail.ts';
import { NamespacesJail } from '../../../../gateway/exec/jail/namespaces-jail.ts';
import { probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';
import { ATTACK_MEMORY_BYTES, type Attack, type Gain } from './attack.ts';
import { AttackAttempt } from './attack-attempt.ts';
import { AttackWorld } from './attack-world.ts';

const TIMEOUT_MS = 3_000;

/** Programs for the broken guest, by what they are after. Each is quick to fail, and says what it got. */
const ATTACKS = {
  'reads a file of the gateway': ['file', "print(fs.readFileSync('@FILE@', 'utf8'))"],
  'reads a file of the host': [
    'said',
    "if (fs.readFileSync('/etc/passwd', 'utf8').includes('root:')) print('ESC' + 'APED')",
  ],
  'lists a folder of the host': ['said', "if (fs.readdirSync('/etc').length > 0) print('ESC' + 'APED')"],
  'writes a file': ['write', "fs.writeFileSync('@MARKER@', '')"],
  'writes into a file': [
    'said',
    "if (fs.writeSync(fs.openSync('@FILE@', 'r+'), 'F') === 1) print('ESC' + 'APED')",
  ],
  'replaces its own program': [
    'said',
    "fs.appendFileSync(process.argv[1], '// changed'); print('ESC' + 'APED')",
  ],
  'reads its environment': ['environment', 'print(JSON.stringify(process.env))'],
  'reads its first environment': ['environment', "print(fs.readFileSync('/proc/self/environ', 'utf8'))"],
  'reads the gateway’s environment': [
    'said',
    "if (fs.readFileSync('/proc/@PID@/environ', 'utf8').includes('PATH=')) print('ESC' + 'APED')",
  ],
  'reads the gateway’s memory': [
    'said',
    "fs.closeSync(fs.openSync('/proc/@PID@/mem', 'r')); print('ESC' + 'APED')",
  ],
  'looks into the gateway’s descriptors': [
    'said',
    "print('ESC' + 'APED ' + fs.readlinkSync('/proc/@PID@/fd/1'))",
  ],
  'calls the network': [
    'network',
    "await new Promise((resolve, reject) => net.connect(@PORT@, '127.0.0.1').on('connect', resolve).on('error', reject))",
  ],
  'calls an abstract socket': [
    'network',
    String.raw`await new Promise((resolve, reject) => net.connect('\0@SOCKET@').on('connect', resolve).on('error', reject))`,
  ],
  'starts a process': [
    'said',
    `await new Promise((resolve, reject) =>
       childProcess.spawn('/bin/sh', ['-c', 'sleep 30; : @TOKEN@'], { stdio: 'ignore' }).on('spawn', resolve).on('error', reject));
     print('ESC' + 'APED')`,
  ],
  'leaves a process behind': [
    'process',
    `await new Promise((resolve, reject) =>
       childProcess.spawn('/bin/sh', ['-c', 'sleep 30; : @TOKEN@'], { stdio: 'ignore', detached: true }).on('spawn', resolve).on('error', reject))`,
  ],
  'signals the gateway': ['signal', "process.kill(@PID@, 'SIGUSR2')"],
  'finds descriptors that are not its own': [
    'said',
    "for (let fd = 0; fd < 64; fd++) { let s; try { s = fs.fstatSync(fd); } catch { continue; } if (fd > 3 && (s.isFile() || s.isSocket())) print('ESC' + 'APED ' + fd); }",
  ],
} as const satisfies Readonly<Record<string, readonly [Gain, string]>>;
type AttackName = keyof typeof ATTACKS;
const NAMES = Object.keys(ATTACKS) as AttackName[]; // Typed there, and nothing else is in it.

/** Of an ordinary user's gateway, the worker is the same user's, and the kernel keeps only strangers apart. */
const SAME_USER_ONLY: readonly AttackName[] =
  process.getuid?.() === 0
    ? []
    : [
        'reads the gateway’s environment',
        'reads the gateway’s memory',
        'looks into the gateway’s descriptors',
        'signals the gateway',
      ];

/**
 * What succeeds at each level; all else must not.
 *
 * A file is made where the host's modes let everybody make one, and stays empty: no byte can be written. Processes that
 * are started in a namespace end with it.
 */
const GAINED: Readonly<
  Record<
    IsolationLevel,
    { readonly withFlags: readonly AttackName[]; readonly withoutFlags: readonly AttackName[] }
  >
> = {
  bubblewrap: { withFlags: [], withoutFlags: [] },
  namespaces: {
    withFlags: [],
    withoutFlags: [
      'reads a file of the gateway',
      'reads a file of the host',
      'lists a folder of the host',
      'writes a file',
      'starts a process',
    ],
  },
  limits: {
    // Node 24's permission model does not know the network.
    withFlags: [
      'calls the network',
      'calls an abstract socket',
      ...SAME_USER_ONLY.filter((name) => name === 'signals the gateway'),
    ],
    withoutFlags: [
      'reads a file of the gateway',
      'reads a file of the host',
      'lists a folder of the host',
      'writes a file',
      'calls the network',
      'calls an abstract socket',
      'starts a process',
      'leaves a process behind',
      ...SAME_USER_ONLY,
    ],
  },
};

let world: AttackWorld;
let folder = '';
let script = '';

beforeAll(async () => {
  world = await AttackWorld.build();
  // Open to everybody: it is not the modes of files that are tested here.
  for (const path of world.files) chmodSync(path, 0o777);
  folder = mkdtempSync(join(tmpdir(), 'rlm-broken-'));
  chmodSync(folder, 0o755);
  script = join(folder, 'broken-guest.mjs');
  copyFileSync(fileURLToPath(new URL('broken-guest.mjs', import.meta.url)), script);
  chmodSync(script, 0o644);
});

afterAll(async () => {
  await world.destroy();
  rmSync(folder, { recursive: true, force: true });
});

function brokenGuest(hasFlags: boolean): Omit<JailedProgram, 'stdio'> {
  const program = nodeGuestProgram({ script, readable: [] });
  return hasFlags ? program : { ...program, args: [script] };
}

async function gainsOf(name: AttackName, start: () => Promise<EngineWorker>): Promise<readonly Gain[]> {
  const [gain, code] = ATTACKS[name];
  const attack: Attack = {
    id: name,
    language: 'javascript',
    source: 'the second wall',
    code,
    gains: [gain],
    ends: [],
    timeoutMs: TIMEOUT_MS,
  };
  const attempt = new AttackAttempt(attack, world);
  const worker = await start();
  await attempt.begin();
  let stdout = '';
  const run = worker.run({
    code: attempt.code,
    timeoutMs: TIMEOUT_MS,
    memoryBytes: ATTACK_MEMORY_BYTES,
    onHostCall: (call, signal) => attempt.answer(call, signal),
    onOutput: (_stream, text) => {
      stdout += text;
    },
    signal: new AbortController().signal,
  });
  const end = await run;
  await worker.gone;
  return attempt.gains({ end, stdout, stderr: '', ranMs: null });
}

/** No wall at all. */
class OpenDoor implements Jail {
  readonly level = 'limits';

  spawn(program: JailedProgram): ReturnType<Jail['spawn']> {
    const child = spawn(program.executable, program.args, { stdio: [...program.stdio], env: process.env });
    return { child, limitMemory: async () => {}, kill: () => child.kill('SIGKILL') };
  }
}

describe('with no wall at all', () => {
  it.each(NAMES.filter((name) => name !== 'finds descriptors that are not its own'))('%s', async (name) => {
    expect(
      await gainsOf(name, () => startGuest(new OpenDoor(), brokenGuest(false), ATTACK_MEMORY_BYTES)),
    ).toContain(ATTACKS[name][0]);
  });
});

describe.each([new BubblewrapJail(), new NamespacesJail(), new LimitsJail()])(
  'at the level $level',
  (jail) => {
    it('stands on this machine', async () => {
      expect((await probeJail({ candidates: [jail] })).jail.level).toBe(jail.level);
    });

    describe.each([
      { title: 'as guests are started', hasFlags: true, gained: GAINED[jail.level].withFlags },
      { title: 'without Node’s permission model', hasFlags: false, gained: GAINED[jail.level].withoutFlags },
    ])('$title', ({ hasFlags, gained }) => {
      it.each(NAMES.map((name) => ({ name, verb: gained.includes(name) ? 'succeeds' : 'fails' })))(
        '$verb: a program that $name',
        async ({ name }) => {
          const gains = await gainsOf(name, () =>
            startGuest(jail, brokenGuest(hasFlags), ATTACK_MEMORY_BYTES),
          );
          expect(gains).toEqual(gained.includes(name) ? expect.arrayContaining([ATTACKS[name][0]]) : []);
        },
      );
    });
  },
);
