import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { ISOLATION_DESCRIPTIONS } from '../../../../gateway/exec/jail/isolation-descriptions.ts';
import {
  ISOLATION_LEVELS,
  type IsolationLevel,
  type Jail,
  type JailedProgram,
} from '../../../../gateway/exec/jail/jail.ts';
import { LimitsJail } from '../../../../gateway/exec/jail/limits-jail.ts';
import { NamespacesJail } from '../../../../gateway/exec/jail/namespaces-jail.ts';
import { NoJailError, probeJail } from '../../../../gateway/exec/jail/probe-jail.ts';

/** A jail that says it is more than it is. */
function boastful(level: IsolationLevel, real: Jail): Jail {
  return { level, spawn: (program) => real.spawn(program) };
}

const broken = (level: IsolationLevel, command: string, args: readonly string[]): Jail => ({
  level,
  spawn: (program: JailedProgram) => {
    const child = spawn(command, args, { stdio: [...program.stdio] });
    return { child, limitMemory: async () => {}, kill: () => child.kill('SIGKILL') };
  },
});

test('gives the strongest level that this machine has', async () => {
  const { jail, refused } = await probeJail();
  // Those who develop and test this have bubblewrap: docs/guide-administrator.md.
  expect(jail.level).toBe('bubblewrap');
  expect(refused).toEqual([]);
});

test('believes no jail that lets its program read the host’s files', async () => {
  const candidates = [boastful('bubblewrap', new NamespacesJail()), new NamespacesJail()];
  const { jail, refused } = await probeJail({ candidates });
  expect(jail.level).toBe('namespaces');
  expect(refused).toEqual([{ level: 'bubblewrap', reason: 'a program in it read a file of the host' }]);
});

test('nor one that lets it reach the network', async () => {
  const candidates = [boastful('namespaces', new LimitsJail()), new LimitsJail()];
  const { jail, refused } = await probeJail({ candidates });
  expect(jail.level).toBe('limits');
  expect(refused).toEqual([{ level: 'namespaces', reason: 'a program in it reached the network' }]);
});

test('nor one that can’t be limited', async () => {
  const real = new LimitsJail();
  const candidate: Jail = {
    level: 'limits',
    spawn: (program) => ({
      ...real.spawn(program),
      limitMemory: () => Promise.reject(new Error('no such limit')),
    }),
  };
  await expect(probeJail({ candidates: [candidate] })).rejects.toThrow('limits: no such limit');
});

test('says in one line why a level can’t be had', async () => {
  const candidates = [
    broken('bubblewrap', '/bin/sh', [
      '-c',
      'echo "bwrap: No permissions to create new namespace" >&2; echo x >&2',
    ]),
    broken('namespaces', '/nonexistent/unshare', []),
    new LimitsJail(),
  ];
  const { jail, refused } = await probeJail({ candidates });
  expect(jail.level).toBe('limits');
  expect(refused.map(({ level }) => level)).toEqual(['bubblewrap', 'namespaces']);
  expect(refused[0]?.reason).toMatch(/^bwrap: No permissions to create new namespace(; .*)?$/);
  expect(refused[1]?.reason).toMatch(/^a program in it did not start(; .*)?$/);
});

test('stops at the level that is asked for', async () => {
  const candidates = [broken('bubblewrap', '/bin/false', []), new LimitsJail()];
  const failure = await probeJail({ candidates, minimumLevel: 'bubblewrap' }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(NoJailError);
  expect(failure).toMatchObject({ refused: [{ level: 'bubblewrap' }] });
});

test('each level is described', () => {
  expect(Object.keys(ISOLATION_DESCRIPTIONS)).toEqual([...ISOLATION_LEVELS]);
});
